// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Waits for tasks alone: for a machine where there is no epoll to be had, and provider families are all there is. */
final class ParkingPoller implements Poller {

    private final Semaphore wakeUps = new Semaphore(0);

    @Override
    public int await(int timeoutMs) {
        try {
            if (timeoutMs < 0) {
                wakeUps.acquire();
            } else if (!wakeUps.tryAcquire(timeoutMs, TimeUnit.MILLISECONDS)) {
                return 0;
            }
            wakeUps.drainPermits();
        } catch (InterruptedException e) {
            // A callback left the thread interrupted. That was for its own calls, and is over.
            return 0;
        }
        return 0;
    }

    @Override
    public int events(int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public long key(int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public void wake() {
        wakeUps.release();
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
