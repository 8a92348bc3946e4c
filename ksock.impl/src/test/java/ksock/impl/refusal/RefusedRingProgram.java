// SPDX-License-Identifier: Apache-2.0
package ksock.impl.refusal;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_SNDBUF;
import static ksock.impl.refusal.SystemCallFilter.IO_URING_ENTER;
import static ksock.impl.refusal.SystemCallFilter.IO_URING_SETUP;
import static ksock.impl.refusal.SystemCallFilter.MMAP;
import static ksock.impl.refusal.SystemCallFilter.MPROTECT;
import static ksock.impl.refusal.SystemCallFilter.argument;

import java.nio.ByteBuffer;
import java.util.Arrays;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.SendBatch;
import ksock.impl.component.UnownedKernelSockets;
import ksock.impl.socket.Batches;

/**
 * Has a ring refused, or sends by one that is there, and prints what becomes of the sends of a batch. The system
 * property {@code refused} says what, and with which errno.
 */
final class RefusedRingProgram {

    private static final int PAGE = 4096;
    private static final int PROT_READ_EXEC = 5;
    private static final int MAP_SHARED_POPULATE = 0x8001;
    private static final int SENDS = 16;
    private static final int BYTES = 1 << 17;

    private static final KernelSockets SOCKETS = new UnownedKernelSockets();

    private RefusedRingProgram() {
    }

    public static void main(String[] args) throws KernelSocketException {
        String[] refused = System.getProperty("refused").split(" ", 2);
        SystemCallFilter filter = new SystemCallFilter();
        switch (refused[0]) {
            case "io_uring_setup" -> filter.refuse(Errno.valueOf(refused[1]), IO_URING_SETUP).install();
            case "mmap" -> filter.refuse(Errno.valueOf(refused[1]), MMAP, argument(3, MAP_SHARED_POPULATE)).install();
            case "mprotect" -> filter.refuse(Errno.valueOf(refused[1]), MPROTECT, argument(1, PAGE),
                    argument(2, PROT_READ_EXEC)).install();
            default -> {
                // What comes later, or never.
            }
        }
        try (SendBatch batch = SOCKETS.sendBatch(SENDS, BYTES)) {
            Cases.print("rings", Batches::rings);
            if (refused[0].equals("io_uring_enter")) {
                filter.refuse(Errno.valueOf(refused[1]), IO_URING_ENTER).install();
            }
            for (int time = 1; time <= 3; time++) {
                send(batch, "time " + time + ", ");
            }
        }
        Cases.print("rings after that", Batches::rings);
    }

    private static void send(SendBatch batch, String time) throws KernelSocketException {
        KernelSocket[] pair = SOCKETS.socketpair(AF_UNIX, SOCK_STREAM, 0);
        KernelSocket[] small = SOCKETS.socketpair(AF_UNIX, SOCK_STREAM, 0);
        KernelSocket[] broken = SOCKETS.socketpair(AF_UNIX, SOCK_STREAM, 0);
        KernelSocket[] datagrams = SOCKETS.socketpair(AF_UNIX, SOCK_DGRAM, 0);
        KernelSocket closed = SOCKETS.socket(AF_UNIX, SOCK_STREAM, 0);
        KernelSocket unconnected = SOCKETS.socket(AF_INET, SOCK_DGRAM, 0);
        small[0].setsockopt(SOL_SOCKET, SO_SNDBUF, 8192);
        broken[1].close();
        batch.add(pair[0], ByteBuffer.wrap(new byte[] {1, 2, 3}));
        batch.add(closed, ByteBuffer.wrap(new byte[] {4}));
        batch.addAgain(broken[0]);
        batch.addAgain(unconnected);
        batch.add(datagrams[0], ByteBuffer.allocate(0));
        batch.add(pair[0], ByteBuffer.wrap(new byte[] {5, 6}));
        batch.add(small[0], ByteBuffer.allocate(100_000));
        batch.add(small[0], ByteBuffer.wrap(new byte[] {7}));
        batch.add(pair[0], ByteBuffer.wrap(new byte[] {8}));
        closed.close();
        batch.send();
        for (int i = 0; i < batch.size(); i++) {
            int index = i;
            Cases.print(time + "send " + i, () -> batch.result(index));
            Cases.print(time + "unsent of " + i, () -> batch.unsent(index).remaining());
        }
        byte[] received = new byte[7];
        Cases.print(time + "received", () -> pair[1].recv(received, 0, received.length, MSG_DONTWAIT));
        Cases.print(time + "in order", () -> Arrays.toString(received));
        Cases.print(time + "the empty datagram", () -> datagrams[1].recv(received, 0, 1, MSG_DONTWAIT));
        for (KernelSocket[] both : new KernelSocket[][] {pair, small, broken, datagrams, {unconnected}}) {
            for (KernelSocket one : both) {
                one.close();
            }
        }
    }
}
