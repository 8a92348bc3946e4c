// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Who leads, whether the leader is at work, and how far it has come, in one word: a term in the upper 31 bits, one bit
 * for being at work, a step in the lower 32.
 *
 * <p>Each piece of work is claimed by a compare and set of this word. Who takes the loop over changes the term, so that
 * the next claim of the former leader fails, and nothing is done twice or left out. A leader that waits in the poller
 * cannot be overthrown: it is not at work.
 */
final class Turn {

    private static final long BUSY = 1L << 32;
    private static final long TERM = 1L << 33;
    private static final long STEP_MASK = 0xFFFF_FFFFL;

    private final AtomicLong word = new AtomicLong();

    /** The word as it stands, to compare with later. */
    long observe() {
        return word.get();
    }

    /** Whether the leader is at work. */
    static boolean busy(long observed) {
        return (observed & BUSY) != 0;
    }

    /** The step that is next; wraps around. */
    static int step(long observed) {
        return (int) observed;
    }

    /** Claims the step of a word that was observed; what the word is now, or -1 if the loop was taken over. */
    long claim(long observed) {
        long next = (observed & ~STEP_MASK) | ((observed + 1) & STEP_MASK);
        return word.compareAndSet(observed, next) ? next : -1;
    }

    /** To the poller; what the word is now, or -1 if the loop was taken over. */
    long rest(long observed) {
        long next = observed & ~BUSY;
        return word.compareAndSet(observed, next) ? next : -1;
    }

    /** Back from the poller, or at the very beginning: where nobody else changes the word. What the word is now. */
    long work(long resting) {
        long next = resting | BUSY;
        word.set(next);
        return next;
    }

    /** Takes the loop over from a leader that is at work and has not moved; what the word is now, or -1 if it has. */
    long takeOver(long observed) {
        long next = (observed + TERM) & Long.MAX_VALUE;
        return word.compareAndSet(observed, next) ? next : -1;
    }
}
