// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_STREAM;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SocketCallbacks;
import ksock.impl.loop.EventLoop;

/**
 * Prints how many bytes the loop's thread allocates while callbacks answer {@link #TURNS} messages, once the compiler
 * has seen enough: all that the program does is this, so it has inlined all that it will.
 */
final class EchoProgram {

    static final int TURNS = 20_000;

    private static final int LENGTH = 64;
    private static final AtomicLong LEADER = new AtomicLong();

    private EchoProgram() {
    }

    @SuppressWarnings("SystemOut") // what it is for
    public static void main(String[] args) throws KernelSocketException {
        try (EventLoop loop = new EventLoop(); SocketCore core = new SocketCore(loop)) {
            KernelSocket[] pair = core.scope(-1, "").socketpair(AF_UNIX, SOCK_STREAM, 0);
            pair[1].callbacks(SocketCallbacks.builder().recv(EchoProgram::echo).build(),
                    Arena.global().allocate(LENGTH));
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long least = Long.MAX_VALUE;
            long start = System.nanoTime();
            exchange(pair[0]);
            // On a busy machine the compiler may take its time, and the leader may change meanwhile.
            while (least >= TURNS && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30)) {
                long thread = LEADER.get();
                long before = threads.getThreadAllocatedBytes(thread);
                exchange(pair[0]);
                long allocated = threads.getThreadAllocatedBytes(thread) - before;
                if (LEADER.get() == thread) {
                    least = Math.min(least, allocated);
                }
            }
            pair[1].callbacks(null, null);
            System.out.println(least);
        }
    }

    private static void exchange(KernelSocket socket) throws KernelSocketException {
        MemorySegment message = Arena.global().allocate(LENGTH);
        for (int i = 0; i < TURNS; i++) {
            socket.send(message, 0, LENGTH, 0);
            if (socket.recv(message, 0, LENGTH, 0) != LENGTH) {
                throw new IllegalStateException("another message came back");
            }
        }
    }

    private static void echo(KernelSocket socket, Object message, long length) throws KernelSocketException {
        LEADER.setPlain(Thread.currentThread().threadId());
        MemorySegment buffer = (MemorySegment) message;
        long received = socket.recv(buffer, 0, LENGTH, MSG_DONTWAIT);
        if (received > 0) {
            socket.send(buffer, 0, received, MSG_DONTWAIT);
        }
    }
}
