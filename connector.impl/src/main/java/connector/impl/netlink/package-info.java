// SPDX-License-Identifier: Apache-2.0

/**
 * Netlink inside the platform: ports, multicast groups, receive queues. No OSGi, no sockets, no user code.
 *
 * <pre>
 *   gate, family, in-platform ports                       users of the bus
 *        |  Port.send(frame, port, group)                      ^
 *        v                                                     |
 *     Netlink  --- destination 0 --------------------------&gt; Kernel (the bus implements it)
 *        |  group                                              | Netlink.multicast, Netlink.unicast
 *        v                                                     |
 *     Group: members, bus sequence  &lt;--------------------------+
 *        |
 *        v
 *     ReceivingPort: receive queue --- PortListener.readable ---&gt; gate, family: Port.receive() until null
 * </pre>
 *
 * A port has two sides: what its owner calls is in {@link connector.impl.netlink.Port}, what those call who have
 * something for it in {@code ReceivingPort}, of which it is the only kind: one object, as a message for many has to
 * fetch each.
 *
 * <h2>Bytes</h2>
 * A {@link connector.impl.netlink.Frame} is encoded at most once and shared by all who receive it; what stays in the
 * platform is never encoded at all. What a {@link connector.impl.netlink.SendPath} is given for a user becomes a
 * message where it lies, and is no frame in between.
 *
 * <h2>Loss</h2>
 * A receive queue is full when it holds more bytes than its size, each datagram counted with its frame and 64 bytes
 * more; so it may hold one datagram beyond its size, as in Linux. Then the newest is dropped, and everything after it
 * until the reader has emptied the queue. The reader is told once ahead of what is queued
 * ({@link connector.impl.netlink.Overrun}, the kernel's ENOBUFS), and, which no kernel does, of exactly what else was
 * lost once it has emptied the queue.
 *
 * <h2>Taps</h2>
 * A port that has CN_TAP on is told of each message that passes ({@link connector.impl.netlink.Taps}), as nlmon is of a
 * host's netlink: of the way that it takes, and what becomes of it. Where nobody taps, that costs one look at a
 * volatile each way. Where somebody does, the thread that brings the message makes one
 * {@link connector.impl.netlink.Tapping}, hands it along to where it is decided what becomes of the message, and puts
 * what is to be told into the taps' queues there: bounded as every queue is, and lost for a slow tap alone. It is told
 * before a callback is called or a mailbox drained, so that no reply is told ahead of its request by the thread that
 * makes both. What a gate drops before it is a message is told by the gate; what a mailbox drops that it had taken for
 * later, or a port that is closed, is told a second time, by whoever drops it: each costs one look where something is
 * dropped. What is encoded for taps is encoded by their readers. What taps are told goes into their queues and by no
 * other way, so that it can't be told again.
 *
 * <h2>Locks</h2>
 * A port's address ({@code PortAddress}: id and memberships) has a lock, taken before any other. A group's lock is held
 * while one message is put into its members' queues, which makes the order of a group the same in all of them; inside
 * it each member's queue ({@code PortQueue}) is locked in turn, innermost. Nothing else is called under them: listeners
 * are called after, and taps told. The locks that are held while something is sent are monitors: a sender whose stack
 * ends there still gives them back. Whom it did not tell any more that there is something to receive is told at the
 * bus' next tick ({@link connector.impl.netlink.Netlink#wakeLeft}).
 *
 * <h2>Many members</h2>
 * What a message to a thousand ports costs each of them is, more than anything else, memory that is in no near cache.
 * So the queues are gone through once, and who became readable by that is gathered on the way ({@code ReadablePorts});
 * what a queue that is empty, or holds one thing, has to have is in few places, and that of sixteen is fetched
 * together. Whose listener has a {@link connector.impl.netlink.Crowd} is left to that, all of them in one call.
 */
package connector.impl.netlink;
