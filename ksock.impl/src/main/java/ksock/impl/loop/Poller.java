// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

/**
 * Where the leader waits. One thread at a time waits and reads what came; any may {@link #wake} it. What came stays
 * readable, by whoever leads, until somebody waits again.
 */
interface Poller {

    /** The key of what is no registration, to be passed over. */
    long NO_KEY = -1;

    /**
     * Waits until something is ready, {@link #wake} is called, or the time has passed.
     *
     * @param timeoutMs in milliseconds; 0 asks only, -1 waits for ever
     * @return how many events came; or {@code -errno}, and then it will not work again
     */
    int await(int timeoutMs);

    /**
     * The events of the one at {@code index}, below the number that came. Who has lost the loop may still ask, and gets
     * anything.
     */
    int events(int index);

    /** The key of the one at {@code index}. */
    long key(int index);

    /** Ends the current wait, or else the next one, early. */
    void wake();

    /** Gives back what it holds; the last call of all, but for {@link #wake}, which does nothing from then on. */
    void close();
}
