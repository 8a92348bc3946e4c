// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the host's scheduler says of a thread: whether it wants a processor, and how much it has had of one. A thread
 * that does not get on may be held up in what it does, or merely wait for its turn on a busy machine; only the
 * scheduler can tell the two apart.
 */
final class SchedulerAccount {

    /** The answer where the host does not say. */
    static final long UNKNOWN = -1;

    private final Path state;
    private final Path times;

    private SchedulerAccount(Path task) {
        state = task.resolve("stat");
        times = task.resolve("schedstat");
    }

    /** The calling thread's; null where the host keeps none. */
    static SchedulerAccount ofCurrentThread() {
        try {
            Path proc = Path.of("/proc");
            SchedulerAccount account = new SchedulerAccount(
                    proc.resolve(Files.readSymbolicLink(proc.resolve("thread-self"))));
            return account.processorNanos() == UNKNOWN ? null : account;
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    /** Whether the thread runs or waits for a processor; false if it sleeps, or has ended. */
    boolean isRunnable() {
        try {
            String text = Files.readString(state);
            // "tid (name) state ...": the name may have anything in it but an end.
            return text.startsWith(") R", text.lastIndexOf(')'));
        } catch (IOException e) {
            return false;
        }
    }

    /** The processor time that it has had, in nanoseconds, as of the last tick; {@link #UNKNOWN} if it has ended. */
    long processorNanos() {
        try {
            String text = Files.readString(times);
            return Long.parseLong(text, 0, text.indexOf(' '), 10);
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return UNKNOWN;
        }
    }
}
