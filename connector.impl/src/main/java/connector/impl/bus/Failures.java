// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What somebody's callbacks threw, logged once for each cause. Nothing gets out of here: what was thrown may throw
 * again when it is asked what it is, and who threw it may have left no stack, or no memory.
 */
public final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final int MAX_CAUSES = 64;

    /** Null as long as nothing was thrown. */
    private volatile Set<String> causes;

    /** Without any. */
    public Failures() {
    }

    /**
     * Logs what was thrown, unless the same was thrown at the same place before.
     *
     * @param whose the callback is
     * @param thrown by it
     */
    public void log(Object whose, Throwable thrown) {
        try {
            if (isNews(thrown)) {
                LOG.warn("The callback of {} threw; further such failures are not logged", whose, thrown);
            }
        } catch (Throwable beyond) {
            logBarely(whose, thrown, beyond);
        }
    }

    private static void logBarely(Object whose, Throwable thrown, Throwable beyond) {
        try {
            LOG.warn("The callback of {} threw {}, of which more cannot be said: {}", whose,
                    thrown.getClass().getName(), beyond.getClass().getName());
        } catch (Throwable end) {
            // Not even that. It has been counted.
        }
    }

    private boolean isNews(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        String cause = thrown.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
        Set<String> known = known();
        return known.size() < MAX_CAUSES && known.add(cause);
    }

    private synchronized Set<String> known() {
        if (causes == null) {
            causes = ConcurrentHashMap.newKeySet();
        }
        return causes;
    }
}
