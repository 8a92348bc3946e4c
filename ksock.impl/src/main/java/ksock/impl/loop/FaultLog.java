// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what was thrown by code that may be anybody's, and never throws itself. To log an exception is to call it: for
 * its text, which may be made by code that fails as well; and there may be no memory for that text.
 */
public final class FaultLog {

    private final Logger log;

    /**
     * A log of a class.
     *
     * @param of the class whose logger it is
     */
    public FaultLog(Class<?> of) {
        log = LoggerFactory.getLogger(of);
    }

    /**
     * Logs at level ERROR.
     *
     * @param message what it means
     * @param fault what was thrown
     */
    public void error(String message, Throwable fault) {
        try {
            log.error(message, fault);
        } catch (RuntimeException | Error e) {
            tellOf(message, fault);
        }
    }

    /**
     * Logs at level WARN.
     *
     * @param message what it means
     * @param fault what was thrown
     */
    public void warn(String message, Throwable fault) {
        try {
            log.warn(message, fault);
        } catch (RuntimeException | Error e) {
            tellOf(message, fault);
        }
    }

    private void tellOf(String message, Throwable fault) {
        try {
            log.error("{}: {}, which cannot be told in full", message, fault.getClass().getName());
        } catch (RuntimeException | Error e) {
            // There is nobody left to tell.
        }
    }
}
