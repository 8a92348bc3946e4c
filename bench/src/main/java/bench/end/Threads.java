// SPDX-License-Identifier: Apache-2.0
package bench.end;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** The kind of thread that an end works in. */
enum Threads {
    PLATFORM,
    VIRTUAL;

    static Threads named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /**
     * Does the work in a thread of this kind and waits for it; on a platform thread at once, as the kernel's account of
     * processor time has no place for threads that have ended.
     */
    <T> T call(Callable<T> work) throws Exception {
        if (this == PLATFORM) {
            return work.call();
        }
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task.get();
    }

    /** Does the work in a thread of this kind; the process ends if it fails. */
    void serve(Callable<Void> work) {
        Thread.Builder builder = this == VIRTUAL ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
        builder.start(() -> {
            try {
                work.call();
            } catch (Exception e) {
                e.printStackTrace();
                Runtime.getRuntime().halt(1);
            }
        });
    }
}
