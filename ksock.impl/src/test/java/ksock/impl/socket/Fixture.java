// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import ksock.impl.loop.EventLoop;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A core with one owner, and what tests of sockets do again and again. */
public final class Fixture implements AutoCloseable {

    /** For what surely comes, on a machine that has other things to do. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    public final EventLoop loop = new EventLoop();
    public final SocketCore core = new SocketCore(loop);
    public final SocketScope sockets = core.scope(-1, "");
    private final Queue<KernelSocket> kept = new ConcurrentLinkedQueue<>();

    @Override
    public void close() {
        core.close();
        loop.close();
    }

    /** A TCP listener on the loopback. */
    public KernelSocket listener() throws KernelSocketException {
        KernelSocket listener = sockets.socket(AF_INET, SOCK_STREAM, 0);
        listener.bind(SockAddr.loopback4(0));
        listener.listen(16);
        return keep(listener);
    }

    /** The two ends of a TCP connection: who connected, who accepted. */
    public KernelSocket[] connection() throws KernelSocketException {
        try (KernelSocket listener = listener()) {
            KernelSocket client = sockets.socket(AF_INET, SOCK_STREAM, 0);
            client.connect(listener.getsockname());
            return new KernelSocket[] {keep(client), keep(listener.accept())};
        }
    }

    public KernelSocket[] pair(int type) throws KernelSocketException {
        KernelSocket[] pair = sockets.socketpair(AF_UNIX, type, 0);
        return new KernelSocket[] {keep(pair[0]), keep(pair[1])};
    }

    /** Holds a socket till the end of the test: one that nobody holds is closed. */
    public KernelSocket keep(KernelSocket socket) {
        kept.add(socket);
        return socket;
    }

    /** Sends until nothing more is taken. */
    public static void fill(KernelSocket socket) throws KernelSocketException {
        byte[] bytes = new byte[4096];
        long taken;
        do {
            taken = socket.send(bytes, 0, bytes.length, MSG_DONTWAIT);
        } while (taken > 0);
    }

    public static void assertErrno(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(KernelSocketException.class,
                e -> org.assertj.core.api.Assertions.assertThat(e.errno()).as(e.getMessage()).isEqualTo(errno));
    }

    /** Returns once calls are blocked in the socket. */
    public static void awaitBlocked(KernelSocket socket, int calls) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).atMost(PATIENCE)
                .until(() -> SocketHandle.stateOf(socket).blockedCalls() == calls);
    }

    /** How many descriptors of this process are sockets. */
    public static long descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(Fixture::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false;
        }
    }
}
