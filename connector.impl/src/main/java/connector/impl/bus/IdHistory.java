// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

import connector.api.CbId;
import connector.api.NotifyEvent.Reason;

/**
 * Who had each id last, and how many have had it: by which an arrival is known as an update, a refresh or a take-over.
 * Bounded; what was used least recently is forgotten first.
 */
final class IdHistory {

    private static final int MAX_IDS = 1 << 17;

    private record Last(Origin origin, long generation) {
    }

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Map<CbId, Last> ids = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<CbId, Last> eldest) {
            return size() > MAX_IDS;
        }
    };

    /** Notes an arrival, numbers the user, and says why it came. */
    Reason arrival(User user) {
        lock.lock();
        try {
            Last last = ids.get(user.id());
            long generation = last == null ? 1 : last.generation() + 1;
            user.generation(generation);
            ids.put(user.id(), new Last(user.origin(), generation));
            return user.origin().arrivalAfter(last == null ? null : last.origin());
        } finally {
            lock.unlock();
        }
    }
}
