// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jfr;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What may be recorded. Each method begins an operation, and gives null when nobody records it.
 *
 * <p>Any thread; nothing blocks, throws or, while nobody records, allocates.
 */
public final class Operations {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    /** By its name: it is loaded by a loader of its own, and not where there is no flight recorder. */
    static final String FLIGHT_RECORDER = "ksock.impl.jfr.FlightRecorder";

    private static final Recorder RECORDER = recorder();

    private Operations() {
    }

    private static Recorder recorder() {
        try {
            return (Recorder) new RecorderLoader().loadClass(FLIGHT_RECORDER).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException | LinkageError e) {
            LOG.debug("This runtime has no flight recorder", e);
            return null;
        }
    }

    /**
     * A connect.
     *
     * @param address where to, by its {@code toString}
     * @return null when nobody records it
     */
    public static Operation<Recorded> connect(Object address) {
        return RECORDER == null ? null : RECORDER.connect(address);
    }

    /**
     * An accept.
     *
     * @param listener the listener's number; what the operation ends with is the accepted socket, or again the listener
     *        if there is none
     * @return null when nobody records it
     */
    public static Operation<Recorded> accept(long listener) {
        return RECORDER == null ? null : RECORDER.accept(listener);
    }

    /**
     * A close.
     *
     * @return null when nobody records it
     */
    public static Operation<RecordedLife> close() {
        return RECORDER == null ? null : RECORDER.close();
    }

    /**
     * Whether anybody records what takes long: for those who ask often, before {@link #slow}.
     *
     * @return whether {@link #slow} would give an operation
     */
    public static boolean recordsSlow() {
        return RECORDER != null && RECORDER.recordsSlow();
    }

    /**
     * A call that may block, or a callback.
     *
     * @param name of the call, or "callback" and the callback's
     * @return null when nobody records those that take long
     */
    public static Operation<Recorded> slow(String name) {
        return RECORDER == null ? null : RECORDER.slow(name);
    }

    /** The methods of the same names, where there is a flight recorder. Public, because its loader is another. */
    public interface Recorder {

        /** As {@link Operations#connect}. */
        Operation<Recorded> connect(Object address);

        /** As {@link Operations#accept}. */
        Operation<Recorded> accept(long listener);

        /** As {@link Operations#close}. */
        Operation<RecordedLife> close();

        /** As {@link Operations#recordsSlow}. */
        boolean recordsSlow();

        /** As {@link Operations#slow}. */
        Operation<Recorded> slow(String name);
    }
}
