// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jfr;

/**
 * What may be recorded. Each method begins an operation, and gives null when nobody records it.
 *
 * <p>Any thread; nothing blocks, throws or, while nobody records, allocates.
 */
public final class Operations {

    private static final Recorder RECORDER = recorder();

    private Operations() {
    }

    private static Recorder recorder() {
        try {
            Class.forName("jdk.jfr.Event", false, Operations.class.getClassLoader());
            return new FlightRecorder();
        } catch (ClassNotFoundException | LinkageError e) {
            // A runtime without it: all else works.
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
     * @param listener the listener's number; what the operation ends with is the accepted socket, or again the listener if
     *        there is none
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

    /** As the methods of the same names. */
    interface Recorder {

        Operation<Recorded> connect(Object address);

        Operation<Recorded> accept(long listener);

        Operation<RecordedLife> close();

        boolean recordsSlow();

        Operation<Recorded> slow(String name);
    }
}
