// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import ksock.api.KernelSocketException;
import ksock.impl.loop.FaultLog;

/** Logs what callbacks throw, each cause once. Any thread. */
public final class CallbackFailures {

    private static final FaultLog LOG = new FaultLog(CallbackFailures.class);

    /** Where the log stops telling causes apart, so that odd ones cannot fill the memory. */
    private static final int CAUSES = 1000;

    private final Set<String> causes = ConcurrentHashMap.newKeySet();

    /** None yet. */
    public CallbackFailures() {
    }

    /** A callback threw. */
    void thrown(String event, long socketId, Object callback, Throwable thrown) {
        if (causes.size() < CAUSES && causes.add(cause(event, callback, thrown))) {
            LOG.warn("The " + event + " callback " + callback.getClass().getName() + " of socket " + socketId
                    + " threw; counted from now on, and not logged again", thrown);
        }
    }

    /** By names: a class here would keep its bundle's class loader alive. */
    private static String cause(String event, Object callback, Throwable thrown) {
        String kind = thrown instanceof KernelSocketException e
                ? e.operation() + ' ' + e.number() : thrown.getClass().getName();
        return event + ' ' + callback.getClass().getName() + ' ' + kind;
    }
}
