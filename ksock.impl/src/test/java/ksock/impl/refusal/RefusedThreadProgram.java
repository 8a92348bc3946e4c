// SPDX-License-Identifier: Apache-2.0
package ksock.impl.refusal;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.impl.refusal.SystemCallFilter.CLONE;
import static ksock.impl.refusal.SystemCallFilter.CLONE3;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.SockAddr;
import ksock.api.typed.Linger;
import ksock.api.typed.SocketOptions;
import ksock.impl.loop.EventLoop;
import ksock.impl.socket.SocketCore;
import ksock.impl.socket.SocketScope;

/**
 * Ends blocked calls, and closes what lingers, in a thread that is given no further thread: the one that it would leave
 * the work to.
 */
final class RefusedThreadProgram {

    /** Often enough that the signal comes too early for some. */
    private static final int TIMES = 100;
    private static final int LINGER_SECONDS = 2;

    @FunctionalInterface
    private interface End {
        void of(KernelSocket socket, Thread caller);
    }

    private RefusedThreadProgram() {
    }

    public static void main(String[] args) throws Exception {
        try (EventLoop loop = new EventLoop(); SocketCore core = new SocketCore(loop)) {
            SocketScope sockets = core.scope(-1, "");
            ExecutorService callers = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
            // Before the filter, which a thread has from the one that starts it.
            callers.submit(Thread::onSpinWait).get();
            new SystemCallFilter().refuse(Errno.EAGAIN, CLONE).refuse(Errno.EAGAIN, CLONE3).installHere();
            Cases.print("a thread of its own", () -> {
                try {
                    Thread.ofPlatform().start(Thread::onSpinWait).join();
                    return "there";
                } catch (OutOfMemoryError e) {
                    return "refused";
                }
            });
            Cases.print("cancel", () -> ended(sockets, callers, (socket, caller) -> {
                while (!socket.cancel(caller)) {
                    Thread.onSpinWait();
                }
            }));
            Cases.print("interrupt", () -> ended(sockets, callers, (socket, caller) -> caller.interrupt()));
            Cases.print("interrupt by who is interrupted", () -> ended(sockets, callers, (socket, caller) -> {
                Thread.currentThread().interrupt();
                caller.interrupt();
                if (!Thread.interrupted()) {
                    throw new AssertionError("the interrupt was lost");
                }
            }));
            Cases.print("close that lingers", () -> lingers(sockets));
        }
    }

    /** How many of {@link #TIMES} calls end, however early or late the other comes. */
    private static String ended(SocketScope sockets, ExecutorService callers, End end) throws Exception {
        KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        Set<String> answers = new TreeSet<>();
        for (int i = 0; i < TIMES; i++) {
            CompletableFuture<Thread> ready = new CompletableFuture<>();
            Future<String> call = callers.submit(() -> {
                ready.complete(Thread.currentThread());
                String answer = Cases.answer(() -> pair[0].recv(new byte[1], 0, 1, 0));
                // So that an interrupt does not meet the next call.
                Cases.await(() -> Thread.interrupted() || !answer.equals("EINTR"));
                return answer;
            });
            Thread thread = ready.get();
            long start = System.nanoTime();
            while (System.nanoTime() - start < i * 1000L) {
                Thread.onSpinWait();
            }
            end.of(pair[0], thread);
            answers.add(call.get(30, TimeUnit.SECONDS));
        }
        pair[0].close();
        pair[1].close();
        return String.join(" ", answers);
    }

    private static String lingers(SocketScope sockets) throws Exception {
        KernelSocket listener = sockets.socket(AF_INET, SOCK_STREAM, 0);
        listener.bind(SockAddr.loopback4(0));
        listener.listen(1);
        KernelSocket client = sockets.socket(AF_INET, SOCK_STREAM, 0);
        client.connect(listener.getsockname());
        KernelSocket peer = listener.accept();
        byte[] bytes = new byte[1 << 16];
        while (client.send(bytes, 0, bytes.length, MSG_DONTWAIT) > 0) {
            Thread.onSpinWait();
        }
        client.setsockopt(SocketOptions.SO_LINGER, new Linger(true, LINGER_SECONDS));
        long start = System.nanoTime();
        client.close();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        peer.close();
        listener.close();
        return millis > LINGER_SECONDS * 900L ? "waits itself" : "after " + millis + " ms";
    }
}
