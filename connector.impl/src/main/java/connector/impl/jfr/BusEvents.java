// SPDX-License-Identifier: Apache-2.0
package connector.impl.jfr;

import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens on the bus, for who records it. Any thread; nothing blocks or throws. */
public final class BusEvents {

    /** By its name: it is loaded by a loader of its own, and not where there is no flight recorder. */
    static final String FLIGHT_RECORDER = "connector.impl.jfr.FlightRecorder";

    private static final Logger LOG = LoggerFactory.getLogger(BusEvents.class);
    private static final Recorder RECORDER = recorder();

    private BusEvents() {
    }

    /** What became of an id. */
    public enum UserChange {
        /** It has a user, where it had none. */
        REGISTERED,
        /** It has none any more. */
        UNREGISTERED,
        /** It has another, without a gap. */
        CHANGED
    }

    /**
     * A user, as an event tells of it.
     *
     * @param idx u32
     * @param val u32
     * @param name for people
     * @param bundle the symbolic name of its bundle, null if it has none
     * @param version that bundle's version, null if it has none
     * @param generation the how-manieth of its id it is
     */
    public record RecordedUser(long idx, long val, String name, String bundle, String version, long generation) {
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
     * An id got, lost or changed its user.
     *
     * @param change which
     * @param user who has it now, or had it
     * @param reason why, by its name
     */
    public static void user(UserChange change, RecordedUser user, String reason) {
        if (RECORDER != null) {
            RECORDER.user(change, user, reason);
        }
    }

    /** {@return whether slow calls of users are recorded: asked ahead of each call} */
    public static boolean timesCalls() {
        return RECORDER != null && RECORDER.timesCalls();
    }

    /**
     * A user is about to be called, and such calls were recorded a moment ago.
     *
     * @return what is to be told when the call has ended
     */
    public static Call call() {
        return RECORDER.call();
    }

    /**
     * An id was held over, and nobody took it over in time.
     *
     * @param user who had it last
     * @param abandoned how many messages were kept for the next
     */
    public static void expired(RecordedUser user, int abandoned) {
        if (RECORDER != null) {
            RECORDER.expired(user, abandoned);
        }
    }

    /**
     * A message to a user was lost.
     *
     * @param idx u32, of the mailbox
     * @param val u32
     * @param how as the mailbox counts it
     */
    public static void lost(long idx, long val, String how) {
        if (RECORDER != null) {
            RECORDER.lost(idx, val, how);
        }
    }

    /**
     * A port's receive queue ran over: from now on its reader loses everything, until it has caught up.
     *
     * @param portId u32
     * @param owner whose it is
     * @param pid the process
     * @param queuedBytes what is in the queue
     */
    public static void overrun(long portId, String owner, long pid, long queuedBytes) {
        if (RECORDER != null) {
            RECORDER.overrun(portId, owner, pid, queuedBytes);
        }
    }

    /**
     * A process came to a gate.
     *
     * @param gate the gate's name
     * @param uid u32, the process' user
     * @param pid the process
     * @param refused why it was refused, null if it was not
     */
    public static void client(String gate, long uid, long pid, String refused) {
        if (RECORDER != null) {
            RECORDER.client(gate, uid, pid, refused);
        }
    }

    /** A call of a user that is running. */
    public interface Call {

        /**
         * It has ended.
         *
         * @param user asked for the user if the call was slow enough to be recorded
         */
        void ended(Supplier<RecordedUser> user);
    }

    /** The methods of the same names, where there is a flight recorder. Public, because its loader is another. */
    public interface Recorder {

        /** As {@link BusEvents#user}. */
        void user(UserChange change, RecordedUser user, String reason);

        /** As {@link BusEvents#timesCalls}. */
        boolean timesCalls();

        /** As {@link BusEvents#call}. */
        Call call();

        /** As {@link BusEvents#expired}. */
        void expired(RecordedUser user, int abandoned);

        /** As {@link BusEvents#lost}. */
        void lost(long idx, long val, String how);

        /** As {@link BusEvents#overrun}. */
        void overrun(long portId, String owner, long pid, long queuedBytes);

        /** As {@link BusEvents#client}. */
        void client(String gate, long uid, long pid, String refused);
    }
}
