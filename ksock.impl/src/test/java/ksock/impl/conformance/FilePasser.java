// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.SCM_RIGHTS;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOL_SOCKET;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import ksock.api.ControlBuffer;
import ksock.api.KernelSocket;
import ksock.api.SockAddrBuffer;
import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.MsgHdr;
import ksock.impl.libc.Scratch;
import ksock.impl.libc.SocketCalls;

/** Passes the descriptor of a plain file to a socket, by bare system calls, as another process might. */
final class FilePasser implements AutoCloseable {

    private final Path file;
    private final InputStream stream;
    private final KernelSocket receiver;

    FilePasser(Ground ground) throws IOException {
        file = Files.createFile(ground.freshPath());
        stream = Files.newInputStream(file);
        receiver = ground.bound(SocketKind.UNIX_DGRAM);
        send(Integer.parseInt(copies().getFirst().getFileName().toString()));
    }

    /** The socket to which one byte was sent, and the file. */
    KernelSocket receiver() {
        return receiver;
    }

    /** How many descriptors of the file there are beside the one that was passed. */
    int openHere() throws IOException {
        return copies().size() - 1;
    }

    private List<Path> copies() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(this::isFile).toList();
        }
    }

    private boolean isFile(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            // Closed since it was listed.
            return false;
        }
    }

    private void send(int descriptor) throws IOException {
        Scratch scratch = Scratch.acquire();
        try (Arena arena = Arena.ofConfined()) {
            SockAddrBuffer to = new SockAddrBuffer(arena).set(receiver.getsockname());
            ControlBuffer control = new ControlBuffer(arena, 32).addInt(SOL_SOCKET, SCM_RIGHTS, descriptor);
            MemorySegment iovec = arena.allocate(MsgHdr.IOVEC_SIZE, 8);
            MsgHdr.setIovec(iovec, 0, arena.allocate(1), 0, 1);
            MsgHdr.set(scratch.message(), to.segment(), to.length(), iovec, 1, control.segment(), control.length());
            int sender = SocketCalls.socket(scratch.errno(), AF_UNIX, SOCK_DGRAM, 0);
            assertThat(sender).isNotNegative();
            assertThat(SocketCalls.sendmsg(scratch.errno(), sender, scratch.message(), 0, iovec, control.segment(),
                    to.segment())).isEqualTo(1);
            DescriptorCalls.close(scratch.errno(), sender);
        } finally {
            scratch.release();
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
