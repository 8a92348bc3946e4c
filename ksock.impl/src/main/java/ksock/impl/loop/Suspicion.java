// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import java.util.concurrent.TimeUnit;

/**
 * What a watcher makes of a leader that has not got on since its last look: held up, or only short of a processor.
 *
 * <p>One that sleeps is held up. One that is runnable has either computed for long in one piece of work, or others were
 * given its processor: to take the loop from it then helps nobody, because whoever takes it has to wait for the same
 * processors, and what the leader had in its caches is lost.
 */
final class Suspicion {

    /** How much processor time one piece of work may take before the others do not wait for it. */
    private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** How many looks a leader that gets no processor is given: its account can be late by a tick, too. */
    private static final int PATIENCE = 20;

    private LoopThread suspect;
    private long stuckAt;
    private long processorNanos;
    private int looks;

    /** Whether a leader at work waits, as far as the virtual machine knows: in its own locks, parks and sleeps. */
    static boolean rests(LoopThread leader) {
        return leader.getState() != Thread.State.RUNNABLE;
    }

    /**
     * Whether the loop should be taken over.
     *
     * @param leader who has not got on
     * @param observed the word of the turn, the same as at the last look
     */
    boolean isHeldUp(LoopThread leader, long observed) {
        SchedulerAccount account = leader.account();
        if (account == null || !account.isRunnable()) {
            return true;
        }
        long now = account.processorNanos();
        if (leader != suspect || observed != stuckAt) {
            suspect = leader;
            stuckAt = observed;
            processorNanos = now;
            looks = 0;
            return false;
        }
        return now - processorNanos >= WORK_NANOS || ++looks >= PATIENCE;
    }
}
