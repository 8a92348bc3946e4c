// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** What the kernel says of our threads: lets a test act when another thread is truly blocked, without sleeping. */
public final class KernelThreads {

    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final String FUTEX = System.getProperty("os.arch").equals("aarch64") ? "98 " : "202 ";

    private KernelThreads() {
    }

    /** Returns once the thread that {@code tid} (0 until known) names sleeps in a system call that is no lock. */
    public static void awaitBlockedInSystemCall(AtomicInteger tid) throws IOException {
        long start = System.nanoTime();
        while (tid.get() == 0 || !isBlockedInSystemCall(tid.get())) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new AssertionError("thread " + tid + " is not blocked in a system call");
            }
            Thread.onSpinWait();
        }
    }

    private static boolean isBlockedInSystemCall(int tid) throws IOException {
        Path task = Path.of("/proc/self/task", Integer.toString(tid));
        String call = Files.readString(task.resolve("syscall"));
        return !call.startsWith("running") && !call.startsWith(FUTEX)
                && Files.readString(task.resolve("stat")).contains(") S ");
    }
}
