// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.runtime.GroupDTO;
import connector.api.wire.NetlinkErrno;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.IntPredicate;

/**
 * All ports and groups of one bus. Any thread may call any of it; nothing blocks but for the short locks described in
 * the package.
 */
public final class Netlink {

    /** From here downwards Linux looks for a free port id; so that ours look familiar. */
    private static final int FIRST_CHOSEN_PORT = -4097;

    private final ConcurrentHashMap<Integer, Port> bound = new ConcurrentHashMap<>();
    private final Set<Port> ports = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<Integer, Group> groups = new ConcurrentHashMap<>();
    private final AtomicInteger rover = new AtomicInteger(FIRST_CHOSEN_PORT);
    // A group that lost all members and gets new ones goes on counting above this, so that no sequence comes twice.
    private final LongAccumulator sequenceFloor = new LongAccumulator(Math::max, 0);
    private final ConcurrentHashMap<Integer, Holdings> users = new ConcurrentHashMap<>();
    private final Counters counters;
    private final Taps taps = new Taps(this);

    private volatile Policy policy;
    private volatile Kernel kernel;
    private volatile boolean closed;

    /**
     * Whether somebody has put something into a port's queue, and had no stack, or no memory, to wake its reader: it is
     * a user's thread that sends, which may have run out of either at any call. Or has closed a port, but not wholly.
     */
    volatile boolean leftBehind;

    /**
     * Makes a netlink without ports.
     *
     * @param policy who may do what
     * @param counters where what is dropped is counted
     */
    public Netlink(Policy policy, Counters counters) {
        this.policy = Objects.requireNonNull(policy, "policy");
        this.counters = Objects.requireNonNull(counters, "counters");
    }

    /**
     * Puts the connector at port 0. To be called before the first port is opened.
     *
     * @param connector what takes the frames sent to port 0
     */
    public void attach(Kernel connector) {
        kernel = connector;
    }

    /**
     * Opens a port, without an id as yet: it gets one by {@link Port#bind}, or by itself with its first send.
     *
     * @param identity who is behind it
     * @param limits of its queues and numbers
     * @param listener told when it becomes readable
     * @return the port; closed at once if this netlink is closed
     */
    public Port open(Identity identity, PortLimits limits, PortListener listener) {
        return open(identity, limits, Account.UNLIMITED, listener);
    }

    /**
     * Opens a port as {@link #open(Identity, PortLimits, PortListener)} does.
     *
     * @param identity who is behind it
     * @param limits of its queues and numbers
     * @param account what it holds together with the other ports of its user
     * @param listener told when it becomes readable
     * @return the port; closed at once if this netlink is closed
     */
    public Port open(Identity identity, PortLimits limits, Account account, PortListener listener) {
        Port port = new Port(this, identity, limits, account, listener);
        ports.add(port);
        if (closed) {
            port.close();
        }
        return port;
    }

    /**
     * Multicasts a frame.
     *
     * @param frame the frame
     * @param source the port that sends it, which does not get it; null for the connector itself
     * @param exceptPort id of a port that does not get it either; 0 for none
     * @param group the group, u32
     * @param filter asked with each member's port id whether it gets it; null for all
     * @return 0 if at least one queue took it; ESRCH if none did; ENOBUFS if one that has NETLINK_BROADCAST_ERROR on
     *         did not
     */
    public int multicast(Frame frame, Port source, int exceptPort, int group, IntPredicate filter) {
        Group members = groups.get(group);
        Tapping tapping = taps.toGroup(frame, source, group);
        int errno = members == null ? NetlinkErrno.ESRCH
                : members.multicast(frame, source, exceptPort, filter, tapping);
        if (tapping != null && members == null) {
            tapping.refused(errno);
        }
        if (errno == NetlinkErrno.ESRCH) {
            counters.noListener.increment();
        }
        return errno;
    }

    /**
     * Multicasts a frame of the connector itself without waking the readers: that is for the caller to do by
     * {@link Port#wakeReader}, and of taps by {@link Taps#wake}, once it has let go of its locks.
     *
     * @param frame the frame
     * @param group the group, u32
     * @param woken the members are added to it
     */
    public void multicastQuietly(Frame frame, int group, Collection<Port> woken) {
        Group members = groups.get(group);
        Tapping tapping = taps.toGroup(frame, null, group);
        if (members != null) {
            members.multicastQuietly(frame, woken, tapping);
        } else if (tapping != null) {
            tapping.reachedQuietly(NetlinkErrno.ESRCH, 0, 0, 0);
        }
    }

    /**
     * Sends a frame to one port.
     *
     * @param frame the frame
     * @param source the port that sends it; null for the connector itself
     * @param portId the port it is for, not 0
     * @return 0; ECONNREFUSED if there is no such port; EAGAIN if its queue is full
     */
    public int unicast(Frame frame, Port source, int portId) {
        return unicast(frame, source, portId, 0);
    }

    /** As {@link #unicast(Frame, Port, int)}, of a frame that went to a group as well. */
    int unicast(Frame frame, Port source, int portId, int group) {
        Port port = bound.get(portId);
        if (port != null) {
            return port.deliver(frame, source, group);
        }
        counters.unknownPort.increment();
        if (taps.areOn()) {
            taps.refused(frame, source, portId, group, Verdict.of(NetlinkErrno.ECONNREFUSED, null));
        }
        return NetlinkErrno.ECONNREFUSED;
    }

    /**
     * {@return whether a group has members}
     *
     * @param group the group, u32
     */
    public boolean hasListeners(int group) {
        return groups.containsKey(group);
    }

    /**
     * Takes one port more for a user of the host, of those that it may have by all gates together.
     *
     * @param uid the user, u32
     * @param max how many it may have
     * @return what it holds, of which {@link Holdings#givePort} gives the port back; null, and not taken, if it is one
     *         too many
     */
    public Holdings takePort(int uid, int max) {
        long now = System.nanoTime();
        // Who has gone is remembered for the second in which its rate fills up again, or until the next one comes.
        users.keySet().forEach(other -> users.computeIfPresent(
                other, (key, held) -> held.isNothing(now) ? null : held));
        Holdings[] taken = new Holdings[1];
        boolean done = false;
        try {
            users.compute(uid, (key, known) -> {
                Holdings held = known == null ? new Holdings() : known;
                taken[0] = held.takePort(max) ? held : null;
                return held;
            });
            done = true;
            return taken[0];
        } finally {
            if (!done && taken[0] != null) {
                // The map had no memory for it.
                taken[0].givePort();
            }
        }
    }

    /**
     * Wakes the readers that somebody could not wake, and takes away what is left of ports that somebody closed. To be
     * called from time to time; without a lock.
     */
    public void wakeLeft() {
        if (leftBehind) {
            leftBehind = false;
            ports.forEach(Port::seeToWhatWasLeft);
        }
    }

    /** {@return the ports that are told of all that passes} */
    public Taps taps() {
        return taps;
    }

    /** {@return the policy} */
    public Policy policy() {
        return policy;
    }

    /**
     * Replaces the policy. What was permitted before stays.
     *
     * @param newPolicy who may do what from now on
     */
    public void policy(Policy newPolicy) {
        policy = Objects.requireNonNull(newPolicy, "newPolicy");
    }

    /** {@return the counters} */
    public Counters counters() {
        return counters;
    }

    /** {@return the ports there are} */
    public Collection<Port> ports() {
        return List.copyOf(ports);
    }

    /** {@return the groups there are, in the order of their numbers} */
    public List<GroupDTO> groups() {
        List<GroupDTO> all = new ArrayList<>();
        for (Group group : groups.values()) {
            GroupDTO dto = new GroupDTO();
            dto.group = Integer.toUnsignedLong(group.number());
            dto.members = group.memberCount();
            dto.sequence = group.sequence();
            all.add(dto);
        }
        all.sort(Comparator.comparingLong(dto -> dto.group));
        return all;
    }

    /** Closes all ports, telling their listeners; a port opened later is closed at once. */
    public void close() {
        closed = true;
        for (Port port : ports) {
            port.closeByPlatform();
        }
    }

    Kernel kernel() {
        return kernel;
    }

    /** Counts what the policy refused; EPERM. */
    int forbidden() {
        counters.forbidden.increment();
        return NetlinkErrno.EPERM;
    }

    /** Gives a port an id: the one asked for, or for 0 one that is free. Returns 0 if the one asked for is in use. */
    int claim(int wanted, int preferred, Port port) {
        if (wanted != 0) {
            return bound.putIfAbsent(wanted, port) == null ? wanted : 0;
        }
        if (preferred > 0 && bound.putIfAbsent(preferred, port) == null) {
            return preferred;
        }
        while (true) {
            // Only negative numbers, which no process id is.
            int candidate = rover.getAndUpdate(last -> last == Integer.MIN_VALUE ? FIRST_CHOSEN_PORT : last - 1);
            if (bound.putIfAbsent(candidate, port) == null) {
                return candidate;
            }
        }
    }

    void join(int number, Port port) {
        while (true) {
            Group group = groups.computeIfAbsent(number, n -> new Group(n, sequenceFloor.get()));
            if (group.add(port)) {
                return;
            }
            // Whoever left it as the last may have had no stack, or no memory, to do so.
            forget(group);
        }
    }

    void leave(int number, Port port) {
        Group group = groups.get(number);
        if (group != null && group.remove(port)) {
            forget(group);
        }
    }

    private void forget(Group abandoned) {
        sequenceFloor.accumulate(abandoned.sequence());
        groups.remove(abandoned.number(), abandoned);
    }

    void closed(Port port, int portId) {
        taps.remove(port);
        if (portId != 0) {
            bound.remove(portId, port);
        }
        Kernel connector = kernel;
        if (connector != null) {
            connector.closed(port);
        }
        // Last: by it the port is found if memory was short for the rest.
        ports.remove(port);
    }
}
