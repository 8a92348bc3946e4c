// SPDX-License-Identifier: Apache-2.0
package ksock.impl.refusal;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.impl.refusal.SystemCallFilter.ACCEPT4;
import static ksock.impl.refusal.SystemCallFilter.argument;
import static ksock.impl.refusal.SystemCallFilter.nullPointer;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.SockAddrBuffer;
import ksock.api.SocketCallbacks;
import ksock.impl.component.UnownedKernelSockets;
import ksock.impl.socket.Descriptor;

/**
 * Has accept refused inside newconn. A shortage lasts for a few refusals, in which the loop must rest; a connection
 * that is gone is no shortage, and the next one that comes is told.
 */
final class RefusedNewconnProgram {

    static final Errno[] SHORTAGES = {Errno.ENFILE, Errno.EMFILE, Errno.ENOBUFS, Errno.ENOMEM};
    static final Errno[] GONE = {Errno.ECONNABORTED, Errno.EPROTO};

    /** How often accept is refused before a shortage ends: 10, 20, 40, 80, and 160 ms lie between. */
    private static final int REFUSALS = 6;
    private static final long PAUSES_MS = 310;

    private static final KernelSockets SOCKETS = new UnownedKernelSockets();

    /** A listener, what its newconn met, and who wants to be accepted. */
    private static final class Listening {

        private final Errno errno;
        private final KernelSocket listener;
        private final List<KernelSocket> kept = new CopyOnWriteArrayList<>();
        private final AtomicInteger told = new AtomicInteger();
        private final AtomicInteger refused = new AtomicInteger();
        private final AtomicInteger accepted = new AtomicInteger();
        private volatile long shortageMs;
        private volatile int toldInShortage;
        private long start;

        Listening(Errno errno) throws KernelSocketException {
            this.errno = errno;
            listener = RefusedAcceptProgram.listener(false);
        }

        void connect() throws KernelSocketException {
            KernelSocket client = SOCKETS.socket(AF_INET, SOCK_STREAM, 0);
            kept.add(client);
            client.connect(listener.getsockname());
        }

        void takeAll() throws KernelSocketException {
            SockAddrBuffer peer = new SockAddrBuffer();
            for (KernelSocket one = listener.accept(peer); one != null; one = listener.accept(peer)) {
                // Not closed: that would end the shortages that wait for a descriptor.
                kept.add(one);
                accepted.incrementAndGet();
            }
        }

        private void refuse() {
            if (!Cases.refused(errno, listener::accept)) {
                throw new AssertionError("not refused");
            }
            refused.incrementAndGet();
        }

        /** Accepts once each time that it is told, until it was refused often enough. */
        void inShortage(KernelSocket socket, Object arg) throws KernelSocketException {
            told.incrementAndGet();
            if (refused.get() == 0) {
                start = System.nanoTime();
            }
            if (refused.get() < REFUSALS) {
                refuse();
                shortageMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                toldInShortage = told.get();
            } else {
                takeAll();
            }
        }

        /** As the documentation says: this connection is gone, accept again. */
        void acceptingAgain(KernelSocket socket, Object arg) throws KernelSocketException {
            told.incrementAndGet();
            refuse();
            takeAll();
        }

        /** Leaves with the error, the first time. */
        void throwing(KernelSocket socket, Object arg) throws KernelSocketException {
            if (told.getAndIncrement() == 0) {
                listener.accept();
            }
            if (accepted.get() < 2) {
                takeAll();
            }
        }

        void close() {
            kept.forEach(KernelSocket::close);
            listener.close();
        }
    }

    private RefusedNewconnProgram() {
    }

    public static void main(String[] args) throws Exception {
        SystemCallFilter filter = new SystemCallFilter();
        List<Listening> shortages = listening(filter, SHORTAGES);
        List<Listening> again = listening(filter, GONE);
        List<Listening> thrown = listening(filter, GONE);
        filter.install();
        shortages(shortages);
        for (Listening one : again) {
            Cases.print(one.errno + " and accepted again", () -> acceptAgain(one));
        }
        for (Listening one : thrown) {
            Cases.print(one.errno + " thrown by the callback", () -> leave(one));
        }
    }

    private static List<Listening> listening(SystemCallFilter filter, Errno[] errnos) throws KernelSocketException {
        List<Listening> all = new ArrayList<>();
        for (Errno errno : errnos) {
            Listening one = new Listening(errno);
            filter.refuse(errno, ACCEPT4, argument(0, Descriptor.of(one.listener)), nullPointer(1));
            all.add(one);
        }
        return all;
    }

    /** All at once: they wait for the time to pass. */
    private static void shortages(List<Listening> all) throws KernelSocketException {
        long cpu = loopNanos();
        long start = System.nanoTime();
        for (Listening one : all) {
            one.listener.callbacks(SocketCallbacks.builder().newconn(one::inShortage).build(), null);
            one.connect();
        }
        Cases.await(() -> all.stream().allMatch(one -> one.accepted.get() == 1));
        long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        long cpuMs = TimeUnit.NANOSECONDS.toMillis(loopNanos() - cpu);
        for (Listening one : all) {
            Cases.print(one.errno + " for a while", () -> one.toldInShortage == REFUSALS && one.shortageMs >= PAUSES_MS
                    ? "backed off, then the connection"
                    : "told " + one.toldInShortage + " times in " + one.shortageMs + " ms");
            one.close();
        }
        Cases.print("the loop meanwhile", () -> cpuMs < ms / 2
                ? "rested" : cpuMs + " ms of processor time in " + ms + " ms");
    }

    private static String acceptAgain(Listening one) throws Exception {
        one.listener.callbacks(SocketCallbacks.builder().newconn(one::acceptingAgain).build(), null);
        one.connect();
        Cases.await(() -> one.accepted.get() == 1);
        settle();
        int told = one.told.get();
        one.close();
        return told <= 2 ? "the connection" : "told " + told + " times";
    }

    private static String leave(Listening one) throws Exception {
        one.listener.callbacks(SocketCallbacks.builder().newconn(one::throwing).build(), null);
        one.connect();
        Cases.await(() -> one.told.get() > 0);
        settle();
        int told = one.told.get();
        one.connect();
        Cases.await(() -> one.accepted.get() == 2);
        one.close();
        return told <= 2 ? "told again by the next, then both" : "told " + told + " times";
    }

    /** Returns when all that was ready before has been told. */
    private static void settle() throws KernelSocketException {
        for (int i = 0; i < 3; i++) {
            KernelSocket[] pair = SOCKETS.socketpair(AF_UNIX, SOCK_STREAM, 0);
            try (KernelSocket near = pair[0]; KernelSocket far = pair[1]) {
                AtomicInteger turned = new AtomicInteger();
                near.callbacks(SocketCallbacks.builder().recv((s, a, n) -> turned.incrementAndGet()).build(), null);
                far.send(new byte[1], 0, 1, 0);
                Cases.await(() -> turned.get() > 0);
            }
        }
    }

    /** The processor time that the loop's threads have taken, in nanoseconds. */
    private static long loopNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith("ksock-loop")) {
                sum += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return sum;
    }
}
