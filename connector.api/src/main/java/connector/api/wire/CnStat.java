// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import java.nio.ByteBuffer;

/**
 * Statistics: the data of a message with {@link CnMsgHdr#CN_STATISTICS} in its flags.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                             kind                              |  0
 *  +---------------------------------------------------------------+
 *  |                              0                                |  4
 *  +---------------------------------------------------------------+
 *  |              time in nanoseconds, of the platform             |  8
 *  +                            (64 bits)                          +
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                    attributes (NlAttr) ...                    |  16
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * They are asked for by a message to {-1,-1} without data, with that flag in {@code cn_msg.flags} and
 * {@link NlMsgHdr#NLM_F_DUMP} in {@code nlmsg_flags}. Who may ask for notifications may ask for them. The answer is one
 * message for the bus, one for each user, group, port and gate, and an {@link #END}; all have the request's seq, its
 * ack + 1, and one time, which grows from answer to answer by the nanoseconds between them. A user's message is of the
 * user's id, all others are of {-1,-1}. An attribute that would be 0 is left out.
 *
 * <p>What an attribute is, its number tells also to who does not know it: up to 15 they are strings, up to 63 numbers
 * as they stand now, from 64 on counters that only grow while what they belong to is there.
 *
 * <p>Offsets are from the beginning of the data.
 */
public final class CnStat {

    /** Offset of the kind, u32. */
    public static final int KIND = 0;
    /** Offset of the time, u64: nanoseconds since some moment before the platform's start. */
    public static final int TIME_NS = 8;
    /** Offset of the first attribute; also the least length of the data, in bytes. */
    public static final int ATTRIBUTES = 16;

    /** Kind: the bus as a whole. */
    public static final int BUS = 1;
    /** Kind: a user, which has the message's id, stands by for it, or has left it held over. */
    public static final int USER = 2;
    /** Kind: a multicast group. */
    public static final int GROUP = 3;
    /** Kind: a netlink port. */
    public static final int PORT = 4;
    /** Kind: a gate. */
    public static final int GATE = 5;
    /** Kind: that was all. */
    public static final int END = 6;

    private static final int FIRST_NUMBER = 16;
    private static final int FIRST_COUNTER = 64;

    /** The attributes. Each is called in outputs as here, in small letters. */
    public enum Attribute {
        /** A user's or gate's name. */
        NAME(1),
        /** Symbolic name of a user's bundle. */
        BUNDLE(2),
        /** Version of a user's bundle. */
        VERSION(3),
        /** A user's: {@code active}, {@code standby} or {@code held-over}. */
        STATE(4),
        /** What a port belongs to: {@code bundle name}, {@code gate}, {@code socket}. */
        OWNER(5),
        /** A gate's socket. */
        PATH(6),
        /** Why a gate does not listen. */
        FAILURE(7),
        /** How a gate's socket carries frames: {@code stream} or {@code seqpacket}. */
        TYPE(8),

        /** A group's number or a port's id, u32. */
        NUMBER(16),
        /** Id of a user's bundle in the framework. */
        BUNDLE_ID(17),
        /** A port's user, u32; left out where unknown, which is not 0: see {@link CnStat#putId}. */
        UID(18),
        /** A port's group of users, u32; left out where unknown. */
        GID(19),
        /** A port's process; left out where unknown. */
        PID(20),
        /** Messages that wait: in a user's mailbox, in a port's receive queue. */
        QUEUED(21),
        /** Bytes that a mailbox or a receive queue accounts for what waits. */
        QUEUED_BYTES(22),
        /** What can wait: messages in a mailbox, bytes in a receive queue. */
        CAPACITY(23),
        /** A group's members. */
        MEMBERS(24),
        /** A user's running call, milliseconds so far. */
        RUNNING_MS(25),
        /** 1: that call runs longer than the configured bound. */
        STUCK(26),
        /** 1: a port drops everything until its reader has emptied the queue. */
        CONGESTED(27),
        /** A gate's clients now. */
        CLIENTS(28),
        /** A gate's clients at most. */
        MAX_CLIENTS(29),
        /** Threads that run callbacks, beside the senders' own. */
        DRAINERS(30),
        /** Those of them that are held up. */
        STUCK_DRAINERS(31),
        /** How many users the id has had. */
        GENERATION(32),
        /** How many groups a port is in. */
        GROUPS(33),
        /** A user's ranking, s32. */
        RANKING(34),
        /** 1: a gate listens. */
        LISTENING(35),
        /** Bytes that a mailbox holds at most. */
        CAPACITY_BYTES(36),
        /** 1: a port is told of all that passes on the bus. */
        TAP(37),

        /** The bus': messages taken for users. A port's: messages taken into its queue. */
        RECEIVED(64),
        /** A port's: frames that it sent. */
        SENT(65),
        /** Messages that reached a callback: a user's, or the bus' of all users that ever were. */
        DELIVERED(66),
        /** Messages lost on arrival because a mailbox or receive queue was full; of the bus, in whichever way. */
        DROPPED(67),
        /** Sends that a full mailbox refused; connections that a gate refused. */
        REFUSED(68),
        /** Sends that waited for room in a mailbox. */
        WAITED(69),
        /** Messages that nobody took over in time. */
        ABANDONED(70),
        /** A user's: calls that ended with an exception. */
        FAILED(71),
        /** Calls given up when their user left. */
        INTERRUPTED(72),
        /** A port's: times its queue ran over. */
        OVERRUNS(73),
        /** A group's: messages; the bus sequence of the latest. */
        SEQUENCE(74),
        /** The bus': changes in the register of ids. */
        EPOCH(75),
        /** The bus': messages to an id that nobody has. */
        UNKNOWN_ID(76),
        /** Frames of a false length or without room for what they say; the bus' or a gate's. */
        MALFORMED(77),
        /** The bus': messages longer than one may be. */
        OVERSIZE(78),
        /** The bus': what the policy refused. */
        FORBIDDEN(79),
        /** The bus': malformed requests for notifications. */
        BAD_NOTIFY_REQUESTS(80),
        /** The bus': subscriptions beyond a port's number of them. */
        TOO_MANY_SUBSCRIPTIONS(81),
        /** The bus': replies that nobody waited for any more. */
        LATE_REPLIES(82),
        /** The bus': multicasts that nobody listened to. */
        NO_LISTENER(83),
        /** The bus': answers that found their port's reserve full. */
        ANSWERS_DROPPED(84),
        /** A gate's: connections accepted. */
        ACCEPTED(85),
        /** A gate's: frames that came. */
        FRAMES_IN(86),
        /** A gate's: frames that went. */
        FRAMES_OUT(87),
        /** A gate's: bytes that came. */
        BYTES_IN(88),
        /** A gate's: bytes that went. */
        BYTES_OUT(89),
        /** A user's: messages dropped to make room for newer ones. */
        DROPPED_OLDEST(90),
        /** A user's: sends that waited for room and found none in time. */
        WAITED_IN_VAIN(91),
        /** A gate's: messages dropped because their client, or its user, sent more a second than it may. */
        LIMITED(92),
        /** The bus': holdovers that ended because nobody took the id over in time. */
        EXPIRED(93),
        /** The bus': messages to a port that is not there, or not any more. */
        UNKNOWN_PORT(94),
        /** The bus': messages of one port to another whose queue was full. */
        PORT_REFUSED(95),
        /** The bus': messages that ports, whether they are still there or not, lost because their queues were full. */
        PORT_DROPPED(96),
        /** The bus': messages that were in the queue of a port when it was closed. */
        UNREAD(97);

        private final int type;

        Attribute(int type) {
            this.type = type;
        }

        /** {@return its number on the wire, 1 to 0xFFFF} */
        public int type() {
            return type;
        }

        /** {@return whether it only grows, so that a difference of two is what happened between them} */
        public boolean isCounter() {
            return CnStat.isCounter(type);
        }

        /**
         * {@return the attribute, or null for one that came later than this class}
         *
         * @param type on the wire
         */
        public static Attribute of(int type) {
            for (Attribute attribute : values()) {
                if (attribute.type == type) {
                    return attribute;
                }
            }
            return null;
        }
    }

    private CnStat() {
    }

    /**
     * {@return whether its value is a string, rather than a number of 64 bits}
     *
     * @param type of an attribute, known or not
     */
    public static boolean isString(int type) {
        return type < FIRST_NUMBER;
    }

    /**
     * {@return whether it only grows}
     *
     * @param type of an attribute, known or not
     */
    public static boolean isCounter(int type) {
        return type >= FIRST_COUNTER;
    }

    /**
     * {@return its name in small letters, or the number for an unknown one}
     *
     * @param kind of a message
     */
    public static String kindName(int kind) {
        return switch (kind) {
            case BUS -> "bus";
            case USER -> "user";
            case GROUP -> "group";
            case PORT -> "port";
            case GATE -> "gate";
            case END -> "end";
            default -> Integer.toUnsignedString(kind);
        };
    }

    /**
     * Writes the fixed part at the buffer's position: 16 bytes.
     *
     * @param data in native order
     * @param kind one of the kinds
     * @param timeNs nanoseconds
     */
    public static void put(ByteBuffer data, int kind, long timeNs) {
        data.putInt(kind).putInt(0).putLong(timeNs);
    }

    /**
     * Writes a string attribute, unless there is none.
     *
     * @param data in native order, with room for it
     * @param attribute one that is a string
     * @param text the value, or null for none
     */
    public static void put(ByteBuffer data, Attribute attribute, String text) {
        if (text != null) {
            NlAttr.putString(data, attribute.type(), text);
        }
    }

    /**
     * Writes a number, unless it is 0: 12 bytes.
     *
     * @param data in native order, with room for it
     * @param attribute one that is a number
     * @param number the value
     */
    public static void put(ByteBuffer data, Attribute attribute, long number) {
        if (number != 0) {
            NlAttr.putLong(data, attribute.type(), number);
        }
    }

    /**
     * Writes a number of which 0 means something, unless it is negative: 12 bytes.
     *
     * @param data in native order, with room for it
     * @param attribute one that is a number
     * @param id the value; negative where unknown
     */
    public static void putId(ByteBuffer data, Attribute attribute, long id) {
        if (id >= 0) {
            NlAttr.putLong(data, attribute.type(), id);
        }
    }
}
