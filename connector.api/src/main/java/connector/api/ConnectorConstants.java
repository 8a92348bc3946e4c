// SPDX-License-Identifier: Apache-2.0
package connector.api;

/**
 * Names of the service properties and of the capabilities of the connector.
 *
 * <p>A property with a bad value keeps the service from being registered with the bus; the reason, which names property
 * and value, stands in the runtime DTO ({@code connector:list} shows it).
 */
public final class ConnectorConstants {

    /** The namespace of the capability that a connector provides. */
    public static final String IMPLEMENTATION_NAMESPACE = "osgi.implementation";

    /** The name of the {@code osgi.implementation} capability. */
    public static final String IMPLEMENTATION_NAME = "connector";

    /** The version of the specification that this API is. */
    public static final String SPECIFICATION_VERSION = "1.0.0";

    /** The {@code osgi.condition.id} of the condition that is there while the bus takes callbacks. */
    public static final String CONDITION_READY = "connector.ready";

    /**
     * Service property: the idx, required. A Long 0 to 4294967295; an Integer, whose bits are taken; or a String,
     * decimal or 0x hexadecimal.
     */
    public static final String IDX = "connector.idx";

    /**
     * Service property: the val, required; as {@link #IDX}, or an array or collection of such: one service, several
     * ids.
     */
    public static final String VAL = "connector.val";

    /** Service property: the name for people, a String. Default: the component's name, else the bundle's. */
    public static final String NAME = "connector.name";

    /** Service property: how messages reach the user: {@link #DELIVERY_MAILBOX} or {@link #DELIVERY_INLINE}. */
    public static final String DELIVERY = "connector.delivery";

    /** The default: one at a time, on the sender's thread if the id is idle, else queued. */
    public static final String DELIVERY_MAILBOX = "mailbox";

    /**
     * Always on the sender's thread, without a queue, so that several senders may be in the callback at once; to a
     * bounded depth of nesting, and 64 at once, beyond which the send is EAGAIN.
     */
    public static final String DELIVERY_INLINE = "inline";

    /**
     * Service property: how many messages the mailbox holds, 1 to 1048576, rounded up to a power of two. The mailbox is
     * the id's: one that is taken over keeps the size that it has.
     */
    public static final String MAILBOX_CAPACITY = "connector.mailbox.capacity";

    /** The default of {@link #MAILBOX_CAPACITY}. */
    public static final int DEFAULT_MAILBOX_CAPACITY = 1024;

    /**
     * Service property: how many bytes the mailbox holds, 65536 to 536870912: each message counts with its data and 100
     * bytes more, rounded up to 64. It is full when either bound is reached.
     */
    public static final String MAILBOX_BYTES = "connector.mailbox.bytes";

    /** The default of {@link #MAILBOX_BYTES}: as much as the default number of the longest messages. */
    public static final int DEFAULT_MAILBOX_BYTES = 1 << 24;

    /**
     * Service property: what a full mailbox does: {@link #OVERFLOW_DROP_NEWEST}, {@link #OVERFLOW_DROP_OLDEST},
     * {@link #OVERFLOW_WAIT} or {@link #OVERFLOW_EAGAIN}. Each is counted.
     */
    public static final String OVERFLOW = "connector.overflow";

    /** The default: the new message is dropped; its sender gets ENOBUFS. */
    public static final String OVERFLOW_DROP_NEWEST = "drop-newest";

    /** The oldest message is dropped to make room; the new one's sender gets 0. */
    public static final String OVERFLOW_DROP_OLDEST = "drop-oldest";

    /**
     * The sender waits for room, for at most {@link #OVERFLOW_WAIT_MS}, then gets ENOBUFS. A sender that must not wait
     * (the gate's) gets EAGAIN at once.
     */
    public static final String OVERFLOW_WAIT = "wait";

    /** The new message is refused with EAGAIN; its sender may try again. */
    public static final String OVERFLOW_EAGAIN = "eagain";

    /** Service property: how long {@link #OVERFLOW_WAIT} waits, in milliseconds, 0 to 60000. */
    public static final String OVERFLOW_WAIT_MS = "connector.overflow.wait";

    /** The default of {@link #OVERFLOW_WAIT_MS}. */
    public static final long DEFAULT_OVERFLOW_WAIT_MS = 100;

    /**
     * Service property: for how long the mailbox stays, and fills, when the last user of the id has left, in
     * milliseconds, 0 (off, the default) to 3600000. The next user of the id goes on where the last one stopped.
     * Meanwhile the mailbox is bounded as ever, in messages and in bytes, and when it is full it does what the last
     * user chose. When the time is over, what it holds is dropped and counted as abandoned, and nobody has the id any
     * more. Legacy subscribers are told nothing further, extended ones that it expired.
     */
    public static final String HOLDOVER = "connector.holdover";

    private ConnectorConstants() {
    }
}
