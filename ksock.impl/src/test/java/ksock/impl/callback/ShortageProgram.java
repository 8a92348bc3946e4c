// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SocketCallbacks;
import ksock.impl.callback.Sockets.Kind;

/**
 * A listener whose process has no descriptors left; prints how often newconn was raised meanwhile, in how many
 * milliseconds, and how many milliseconds it then took to accept, after a descriptor was given back.
 */
final class ShortageProgram {

    /** How often accept is refused before the shortage ends: 10, 20, 40, 80, 160 and then 320 ms lie between. */
    static final int REFUSALS = 8;

    private ShortageProgram() {
    }

    @SuppressWarnings("SystemOut") // what it is for
    public static void main(String[] args) throws Exception {
        DescriptorLimit.prepare();
        AtomicInteger told = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger toldThen = new AtomicInteger();
        AtomicInteger accepted = new AtomicInteger();
        try (Sockets sockets = new Sockets()) {
            KernelSocket listener = sockets.listener(Kind.TCP);
            listener.callbacks(SocketCallbacks.builder().newconn((socket, arg) -> {
                told.incrementAndGet();
                try {
                    while (sockets.accept(socket) != null) {
                        accepted.incrementAndGet();
                    }
                } catch (KernelSocketException e) {
                    if (e.errno() != Errno.EMFILE) {
                        throw e;
                    }
                    if (refused.incrementAndGet() == REFUSALS) {
                        // Here, and not by who waits for it: on a busy machine he comes late.
                        toldThen.set(told.get());
                    }
                } finally {
                    ended.incrementAndGet();
                }
            }).build(), null);
            sockets.socket(Kind.TCP).connect(listener.getsockname());
            // And until that callback is out, which else may be refused as well: it looks for one more.
            spinUntil(() -> accepted.get() == 1 && ended.get() == told.get());
            KernelSocket client = sockets.socket(Kind.TCP);
            KernelSocket spare = sockets.socket(Kind.TCP);
            int toldBefore = told.get();
            long start = System.nanoTime();
            DescriptorLimit limit = new DescriptorLimit();
            client.connect(listener.getsockname());
            spinUntil(() -> toldThen.get() > 0);
            limit.close();
            long shortageMs = elapsedMs(start);
            int raised = toldThen.get() - toldBefore;
            start = System.nanoTime();
            spare.close();
            spinUntil(() -> accepted.get() == 2);
            System.out.println(raised + " " + shortageMs + " " + elapsedMs(start));
        }
    }

    private static long elapsedMs(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    /** Waits without opening or loading anything. */
    private static void spinUntil(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(30)) {
                throw new AssertionError("not within 30 s");
            }
            Thread.onSpinWait();
        }
    }
}
