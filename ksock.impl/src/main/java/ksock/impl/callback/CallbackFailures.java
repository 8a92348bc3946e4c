// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import ksock.api.KernelSocketException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what callbacks throw, each cause once. Any thread. */
public final class CallbackFailures {

    private static final Logger LOG = LoggerFactory.getLogger(CallbackFailures.class);

    /** Where the log stops telling causes apart, so that odd ones cannot fill the memory. */
    private static final int CAUSES = 1000;

    private final Set<String> causes = ConcurrentHashMap.newKeySet();

    /** None yet. */
    public CallbackFailures() {
    }

    /** A callback threw. */
    void thrown(String event, long socketId, Object callback, Throwable thrown) {
        if (causes.size() < CAUSES && causes.add(cause(event, callback, thrown))) {
            LOG.warn("The {} callback {} of socket {} threw; counted from now on, and not logged again", event,
                    callback.getClass().getName(), socketId, thrown);
        }
    }

    /** By names: a class here would keep its bundle's class loader alive. */
    private static String cause(String event, Object callback, Throwable thrown) {
        String kind = thrown instanceof KernelSocketException e
                ? e.operation() + ' ' + e.number() : thrown.getClass().getName();
        return event + ' ' + callback.getClass().getName() + ' ' + kind;
    }
}
