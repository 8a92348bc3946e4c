// SPDX-License-Identifier: Apache-2.0
package connector.api;

/**
 * An extended notification: what became of an id. On the wire it is a message with {@link CnMsg#FLAG_EXTENDED} whose
 * layout is in {@code connector.api.wire}.
 *
 * <p>A subscriber is first sent the snapshot, one {@link Kind#PRESENT} for each id there is and then one
 * {@link Kind#SNAPSHOT_END}, all with the snapshot's epoch; then each change, with a greater epoch. Nothing falls
 * between the two, and nothing is in both. An id is registered with its first user and unregistered with its last: a
 * user that stands by for an id that has one is not announced, and taking over without a gap is {@link Kind#CHANGED}.
 *
 * @param kind what happened
 * @param id the id; {@link CbId#CONNECTOR} for the end of the snapshot
 * @param reason why, as far as known
 * @param epoch u64, the count of changes on this bus, this one included
 * @param generation u64, which user of the id this is, counted from 1
 * @param name the user's name, empty if it has none
 * @param bundle symbolic name of the user's bundle, empty if it has none
 * @param version version of the user's bundle, empty if it has none
 * @param bundleId id of the user's bundle, or -1
 */
public record NotifyEvent(Kind kind, CbId id, Reason reason, long epoch, long generation, String name, String bundle,
        String version, long bundleId) {

    /** What happened. The order is the wire's: the code is {@link #code()}. */
    public enum Kind {
        /** The id got a user, where it had none. */
        REGISTERED(1),
        /** The id lost its last user. */
        UNREGISTERED(2),
        /** The id has a user: part of a snapshot. */
        PRESENT(3),
        /** The snapshot is complete. */
        SNAPSHOT_END(4),
        /** Another user took the id over, without a gap. */
        CHANGED(5),
        /**
         * Nobody took the id over while it was {@link Reason#SUSPENDED}: what was kept for its next user is dropped.
         */
        EXPIRED(6);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** {@return the number on the wire} */
        public int code() {
            return code;
        }
    }

    /** Why. What can only be known at arrival (an update looks like a stop until then) is said at arrival. */
    public enum Reason {
        /** Not known, or nothing to say: in snapshots. */
        NONE(0),
        /** At arrival: its bundle was started, or the service was registered anew. */
        STARTED(1),
        /** At arrival: its bundle has another version, or was changed, since this id was last there. */
        UPDATED(2),
        /** At arrival: its bundle has the same version, with new wiring or class loader. */
        REFRESHED(3),
        /** At arrival: it takes the id over from another bundle's user. */
        TOOK_OVER(4),
        /** At departure: the user alone was withdrawn, its bundle runs on. */
        WITHDRAWN(16),
        /** At departure: its bundle is stopping. */
        STOPPED(17),
        /** At departure: the id is held over for the next user. */
        SUSPENDED(18);

        private final int code;

        Reason(int code) {
            this.code = code;
        }

        /** {@return the number on the wire} */
        public int code() {
            return code;
        }
    }
}
