// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.SOCK_STREAM;

import ksock.api.SysSocket;
import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.LinuxConst;
import ksock.impl.libc.Scratch;
import ksock.impl.libc.SocketCalls;

/** Two connected UNIX sockets, as bare descriptors. */
final class DescriptorPair implements AutoCloseable {

    final int near;
    final int far;

    DescriptorPair() {
        Scratch scratch = Scratch.acquire();
        try {
            int result = SocketCalls.socketpair(scratch.errno(), AF_UNIX, SOCK_STREAM | LinuxConst.SOCK_CLOEXEC, 0,
                    scratch.value());
            if (result < 0) {
                throw new IllegalStateException("socketpair: " + result);
            }
            near = scratch.value().get(JAVA_INT, 0);
            far = scratch.value().get(JAVA_INT, 4);
        } finally {
            scratch.release();
        }
    }

    /** Sends {@code count} bytes, fewer if there is no room, from the far end to the near one, or back. */
    static long send(int fd, int count) {
        Scratch scratch = Scratch.acquire();
        try {
            return SocketCalls.send(fd, scratch.bounce(), 0, count,
                    SysSocket.MSG_DONTWAIT | SysSocket.MSG_NOSIGNAL);
        } finally {
            scratch.release();
        }
    }

    /** Receives until nothing is left; how much it was. */
    static long drain(int fd) {
        Scratch scratch = Scratch.acquire();
        try {
            long total = 0;
            long received;
            do {
                received = SocketCalls.recv(fd, scratch.bounce(), 0, Scratch.BOUNCE_SIZE,
                        SysSocket.MSG_DONTWAIT);
                total += Math.max(0, received);
            } while (received > 0);
            return total;
        } finally {
            scratch.release();
        }
    }

    /** Fills the way out of a descriptor. */
    static void fill(int fd) {
        while (send(fd, Scratch.BOUNCE_SIZE) > 0) {
            Thread.onSpinWait();
        }
        while (send(fd, 1) > 0) {
            Thread.onSpinWait();
        }
    }

    static void close(int fd) {
        Scratch scratch = Scratch.acquire();
        try {
            DescriptorCalls.close(scratch.errno(), fd);
        } finally {
            scratch.release();
        }
    }

    @Override
    public void close() {
        close(near);
        close(far);
    }
}
