// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.wire.NetlinkErrno;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.function.IntPredicate;

/** A multicast group that has members. Its order of messages is the same in all its members' queues. */
final class Group {

    private static final Port[] NOBODY = {};
    /** From so many members on, writing to each of them takes longer than having another thread begin. */
    private static final int CROWD = 16;

    /** Of how many members the memory is fetched together: what they need fits into the first cache. */
    private static final int TOGETHER = 16;

    private final int number;

    // Its lock is its monitor, which a sender that has run out of stack still gives back.

    // Replaced under the lock, never written to.
    private volatile Port[] members = NOBODY;

    // Guarded by the lock.
    private long sequence;
    private boolean abandoned;
    @SuppressWarnings("UnusedVariable") // written, so that the compiler does not leave prefetch out
    private int prefetched;

    Group(int number, long sequence) {
        this.number = number;
        this.sequence = sequence;
    }

    /** Adds a member, or gives false if the group has been abandoned meanwhile and another must be made. */
    boolean add(Port port) {
        synchronized (this) {
            if (abandoned) {
                return false;
            }
            Port[] grown = Arrays.copyOf(members, members.length + 1);
            grown[members.length] = port;
            members = grown;
            return true;
        }
    }

    /** Removes a member, or one that could not become it; true if there is none left, which abandons the group. */
    boolean remove(Port port) {
        synchronized (this) {
            Port[] before = members;
            int at = Arrays.asList(before).indexOf(port);
            if (at >= 0) {
                Port[] shrunk = new Port[before.length - 1];
                System.arraycopy(before, 0, shrunk, 0, at);
                System.arraycopy(before, at + 1, shrunk, at, shrunk.length - at);
                members = shrunk;
            }
            abandoned = members.length == 0;
            return abandoned;
        }
    }

    /**
     * Puts a frame into the members' queues, but for the source and the port that is left out.
     *
     * @return 0, ESRCH if no queue took it, ENOBUFS if one did not that wants its senders to know
     */
    @SuppressWarnings("ReferenceEquality") // Whether it is that very array is the question.
    int multicast(Frame frame, Port source, int exceptPort, IntPredicate filter, Tapping tapping) {
        // The filter is foreign code: it is asked before the lock is taken.
        Port[] asked = members;
        Port[] chosen = filter == null ? null : chosen(asked, filter);
        ReadablePorts readable = null;
        boolean done = false;
        try {
            Port[] targets;
            Outcome outcome;
            synchronized (this) {
                targets = chosen == null ? members : members == asked ? chosen : stillHere(chosen);
                readable = new ReadablePorts(targets.length);
                outcome = put(frame, source, exceptPort, targets, readable);
            }
            if (tapping != null) {
                tapping.reached(outcome.errno(), outcome.took(), outcome.dropped(), outcome.sequence());
            }
            if (targets.length > CROWD) {
                readable.tellCrowds();
            } else {
                readable.tell();
            }
            done = true;
            return outcome.errno();
        } finally {
            if (!done && readable != null) {
                // The sender may have no stack left, and nothing is called: the others of the group are told later.
                for (int i = readable.told; i < readable.count; i++) {
                    readable.ports[i].queue.wake = true;
                    readable.ports[i].netlink.leftBehind = true;
                }
            }
        }
    }

    /** Puts a frame of the connector into the members' queues; waking them is left to the caller. */
    void multicastQuietly(Frame frame, Collection<Port> woken, Tapping tapping) {
        synchronized (this) {
            Outcome outcome = put(frame, null, 0, members, null);
            if (tapping != null) {
                tapping.reachedQuietly(outcome.errno(), outcome.took(), outcome.dropped(), outcome.sequence());
            }
            woken.addAll(Arrays.asList(members));
        }
    }

    /** What became of a message. */
    private record Outcome(long sequence, int took, int dropped, boolean failed) {

        int errno() {
            if (failed) {
                return NetlinkErrno.ENOBUFS;
            }
            return took > 0 ? 0 : NetlinkErrno.ESRCH;
        }
    }

    /** The lock is held. Without a place for who becomes readable, each wakes its own reader later. */
    private Outcome put(Frame frame, Port source, int exceptPort, Port[] targets, ReadablePorts readable) {
        Datagram datagram = new Datagram(frame, source, number, ++sequence);
        int took = 0;
        int dropped = 0;
        boolean failed = false;
        for (int i = 0; i < targets.length; i++) {
            if (i % TOGETHER == 0 && targets.length > CROWD) {
                prefetch(targets, i, Math.min(i + TOGETHER, targets.length));
            }
            Port port = targets[i];
            if (port == source || (exceptPort != 0 && port.portId() == exceptPort)) {
                continue;
            }
            if (port.enqueue(datagram, readable)) {
                took++;
            } else {
                dropped++;
                failed |= port.isBroadcastError();
            }
        }
        return new Outcome(sequence, took, dropped, failed);
    }

    private void prefetch(Port[] targets, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += targets[i].prefetch();
        }
        prefetched = sum;
    }

    int number() {
        return number;
    }

    int memberCount() {
        return members.length;
    }

    long sequence() {
        synchronized (this) {
            return sequence;
        }
    }

    private static Port[] chosen(Port[] asked, IntPredicate filter) {
        return Arrays.stream(asked).filter(port -> filter.test(port.portId())).toArray(Port[]::new);
    }

    /** Those who have not left since they were chosen: they, and a group that was abandoned, get nothing. */
    private Port[] stillHere(Port... chosen) {
        Set<Port> here = Set.of(members);
        return Arrays.stream(chosen).filter(here::contains).toArray(Port[]::new);
    }
}
