// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import java.nio.ByteBuffer;

/**
 * An extended notification: the data of a message with {@link CnMsgHdr#CN_EXTENDED} in its flags. The message's id is
 * the one that came or went.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                             kind                              |  0
 *  +---------------------------------------------------------------+
 *  |                            reason                             |  4
 *  +---------------------------------------------------------------+
 *  |                             epoch                             |  8
 *  +                            (64 bits)                          +
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                           generation                          |  16
 *  +                            (64 bits)                          +
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |        attributes (NlAttr): name, bundle, version ...         |  24
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * The answer to a request is a snapshot: one {@link #PRESENT} for each id, with the request's seq and its ack + 1, then
 * one {@link #SNAPSHOT_END} of {-1,-1} that carries the snapshot's epoch. Each change that follows has a greater epoch,
 * seq 0, and ack 0 (the id is there) or 1 (it is gone): put on top of the snapshot they give what is there now.
 *
 * <p>Offsets are from the beginning of the data.
 */
public final class CnEvent {

    /** Offset of the kind, u32. */
    public static final int KIND = 0;
    /** Offset of the reason, u32. */
    public static final int REASON = 4;
    /** Offset of the epoch, u64: how many changes there have been in the register of ids. */
    public static final int EPOCH = 8;
    /** Offset of the generation, u64: how many users this id has had. */
    public static final int GENERATION = 16;
    /** Offset of the first attribute; also the least length of the data, in bytes. */
    public static final int ATTRIBUTES = 24;

    /** Kind: the id had no user and has one now. */
    public static final int REGISTERED = 1;
    /** Kind: the id's last user is gone. */
    public static final int UNREGISTERED = 2;
    /** Kind: part of a snapshot: the id has a user. */
    public static final int PRESENT = 3;
    /** Kind: the snapshot is complete. */
    public static final int SNAPSHOT_END = 4;
    /** Kind: another user took the id over, with nothing in between. */
    public static final int CHANGED = 5;
    /** Kind: nobody took the id over after {@link #REASON_SUSPENDED}; the messages that were kept are dropped. */
    public static final int EXPIRED = 6;

    /** Reason: none is known. */
    public static final int REASON_NONE = 0;
    /** Reason of arrival: started. */
    public static final int REASON_STARTED = 1;
    /** Reason of arrival: a new version of the bundle that had the id before. */
    public static final int REASON_UPDATED = 2;
    /** Reason of arrival: the same version, wired anew. */
    public static final int REASON_REFRESHED = 3;
    /** Reason of arrival: another bundle or service than the one that had the id before. */
    public static final int REASON_TOOK_OVER = 4;
    /** Reason of departure: the service was withdrawn, its bundle is still active. */
    public static final int REASON_WITHDRAWN = 16;
    /** Reason of departure: the bundle stopped. */
    public static final int REASON_STOPPED = 17;
    /** Reason of departure: it is expected back, its messages are kept meanwhile. */
    public static final int REASON_SUSPENDED = 18;

    /** Attribute: the user's name, a string. */
    public static final int ATTR_NAME = 1;
    /** Attribute: the symbolic name of its bundle, a string. */
    public static final int ATTR_BUNDLE = 2;
    /** Attribute: the version of its bundle, a string. */
    public static final int ATTR_VERSION = 3;
    /** Attribute: the id of its bundle in the framework, u64. */
    public static final int ATTR_BUNDLE_ID = 4;

    private CnEvent() {
    }

    /**
     * Makes the data of an event.
     *
     * @param kind one of the kinds
     * @param reason one of the reasons
     * @param epoch the register's
     * @param generation the id's
     * @param name the user's name, or null
     * @param bundle the bundle's symbolic name, or null
     * @param version the bundle's version, or null
     * @param bundleId the bundle's id, or negative for none
     * @return a new array
     */
    public static byte[] data(
            int kind, int reason, long epoch, long generation, String name, String bundle, String version,
            long bundleId) {
        byte[] bytes = new byte[
                ATTRIBUTES + size(name) + size(bundle) + size(version) + (bundleId < 0 ? 0 : NlAttr.SIZE + 8)];
        ByteBuffer data = NlMsgHdr.buffer(bytes);
        data.putInt(kind).putInt(reason).putLong(epoch).putLong(generation);
        put(data, ATTR_NAME, name);
        put(data, ATTR_BUNDLE, bundle);
        put(data, ATTR_VERSION, version);
        if (bundleId >= 0) {
            NlAttr.putLong(data, ATTR_BUNDLE_ID, bundleId);
        }
        return bytes;
    }

    /**
     * {@return its name in small letters, or the number for an unknown one}
     *
     * @param kind of an event
     */
    public static String kindName(int kind) {
        return switch (kind) {
            case REGISTERED -> "registered";
            case UNREGISTERED -> "unregistered";
            case PRESENT -> "present";
            case SNAPSHOT_END -> "snapshot-end";
            case CHANGED -> "changed";
            case EXPIRED -> "expired";
            default -> Integer.toUnsignedString(kind);
        };
    }

    /**
     * {@return its name, or the number for an unknown one}
     *
     * @param reason of an event
     */
    public static String reasonName(int reason) {
        return switch (reason) {
            case REASON_NONE -> "NONE";
            case REASON_STARTED -> "STARTED";
            case REASON_UPDATED -> "UPDATED";
            case REASON_REFRESHED -> "REFRESHED";
            case REASON_TOOK_OVER -> "TOOK_OVER";
            case REASON_WITHDRAWN -> "WITHDRAWN";
            case REASON_STOPPED -> "STOPPED";
            case REASON_SUSPENDED -> "SUSPENDED";
            default -> Integer.toUnsignedString(reason);
        };
    }

    private static int size(String text) {
        return text == null ? 0 : NlAttr.sizeOf(text);
    }

    private static void put(ByteBuffer data, int type, String text) {
        if (text != null) {
            NlAttr.putString(data, type, text);
        }
    }
}
