// SPDX-License-Identifier: Apache-2.0
package ksock.impl.refusal;

import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import ksock.api.Errno;
import ksock.api.KernelSocketException;

/** What the programs of this package print: a line a case, {@code name: answer}. */
final class Cases {

    /** A call, or several. */
    @FunctionalInterface
    interface Call {
        Object make() throws Exception;
    }

    private Cases() {
    }

    /** Prints what a case answers. */
    @SuppressWarnings("SystemOut") // what it is for
    static void print(String name, Call call) {
        System.out.printf(Locale.ROOT, "%s: %s%n", name, answer(call));
    }

    /** The errno that a call fails with; else what it gives. */
    static String answer(Call call) {
        try {
            return String.valueOf(call.make());
        } catch (KernelSocketException e) {
            return e.errno().name();
        } catch (ExecutionException e) {
            return e.getCause() instanceof KernelSocketException cause ? cause.errno().name() : e.getCause().toString();
        } catch (Exception e) {
            return e.toString();
        }
    }

    /** Whether a call fails with this errno. */
    static boolean refused(Errno errno, Call call) {
        return answer(call).equals(errno.name());
    }

    /** Waits, at most half a minute. */
    static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(30)) {
                throw new AssertionError("not within 30 s");
            }
            Thread.onSpinWait();
        }
    }
}
