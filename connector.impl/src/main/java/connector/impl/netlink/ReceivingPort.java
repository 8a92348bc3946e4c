// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.wire.NetlinkErrno;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * A port as those find it who have something for its reader: the connector, other ports, groups, gates with an answer,
 * and, where it is a tap, all that passes. Each puts into its queue and has its reader woken, who takes out of it by
 * {@link Port}. Any thread may call any of it; nothing blocks but for the short lock of the queue.
 */
abstract sealed class ReceivingPort permits Port {

    final Netlink netlink;
    private final Identity identity;
    private final PortLimits limits;
    private final Account account;
    private final PortListener listener;
    private final Crowd crowd;
    final PortQueue queue;

    ReceivingPort(Netlink netlink, Identity identity, PortLimits limits, Account account, PortListener listener) {
        this.netlink = netlink;
        this.identity = identity;
        this.limits = limits;
        this.account = account;
        this.listener = listener;
        this.crowd = listener.crowd();
        this.queue = new PortQueue(port(), listener);
    }

    /** There is no other kind. */
    private Port port() {
        return (Port) this;
    }

    /** What its reader takes out of. */
    final PortQueue queue() {
        return queue;
    }

    final Netlink netlink() {
        return netlink;
    }

    /** {@return who is behind it} */
    public Identity identity() {
        return identity;
    }

    /** {@return who is told when there is something to receive} */
    public PortListener listener() {
        return listener;
    }

    /** {@return what it may hold} */
    public PortLimits limits() {
        return limits;
    }

    /** {@return what it holds together with the other ports of its user} */
    public Account account() {
        return account;
    }

    /** {@return whether it is closed} */
    public boolean isClosed() {
        return queue.isClosed();
    }

    /**
     * Queues an answer for this port's reader, in the reserve, ahead of all data.
     *
     * @param frame the answer
     * @return false if the reserve is full: the answer is dropped and counted
     */
    public boolean answer(Frame frame) {
        // To a control frame, which is a system call and no message.
        return answer(frame, false);
    }

    /** As {@link #answer(Frame)}; a message's answer taps are told of. */
    final boolean answer(Frame frame, boolean tapped) {
        boolean done = false;
        try {
            boolean taken = queue.offerAnswer(new Datagram(frame, null, 0, 0));
            if (!taken) {
                counters().answersDropped.increment();
            }
            if (tapped) {
                netlink.taps().toPort(frame, null, port(), 0, taken ? 0 : NetlinkErrno.ENOBUFS);
            }
            queue.wakeReader();
            done = true;
            return taken;
        } finally {
            if (!done) {
                netlink.leftBehind = true;
            }
        }
    }

    /**
     * Puts a frame into this port's queue alone.
     *
     * @param frame the frame
     * @param source the port that sends it, null for the connector itself
     * @return 0; ECONNREFUSED if this port is closed; EAGAIN if its queue is full, which its reader is told only if the
     *         connector itself is the source: another port can try again
     */
    public int deliver(Frame frame, Port source) {
        return deliver(frame, source, 0);
    }

    /** As {@link #deliver(Frame, Port)}, of a frame that went to a group as well: both say which, as in Linux. */
    int deliver(Frame frame, Port source, int group) {
        boolean done = false;
        try {
            Datagram datagram = new Datagram(frame, source, group, 0);
            int errno = source == null ? offer(datagram)
                    : counted(queue.offerQuietly(datagram), counters().portRefused);
            if (isTapped()) {
                netlink.taps().toPort(frame, source, port(), group, errno);
            }
            queue.wakeReader();
            done = true;
            return errno;
        } finally {
            if (!done) {
                netlink.leftBehind = true;
            }
        }
    }

    /**
     * Puts a frame of the connector itself into this port's queue alone, without waking the reader: that is for the
     * caller to do by {@link #wakeReader}, and of taps by {@link Taps#wake}, once it has let go of its locks.
     *
     * @param frame the frame
     * @return as {@link #deliver}
     */
    public int deliverQuietly(Frame frame) {
        int errno = offer(new Datagram(frame, null, 0, 0));
        if (isTapped()) {
            netlink.taps().toPortQuietly(frame, null, port(), 0, errno);
        }
        return errno;
    }

    /**
     * Puts a dump into this port's queue alone, without waking the reader: many frames that count as one, each made
     * when the reader comes to it.
     *
     * @param frames makes them, at least one, under this port's lock; its functions must not block
     * @param count how many, about
     * @param bytes what they are made of, and is held until the reader has come to the last of them
     * @return as {@link #deliver}; EAGAIN too if this port's user has no room for all that it holds
     */
    public int dumpQuietly(Iterator<Frame> frames, int count, long bytes) {
        return offer(new Dump(frames, count, bytes));
    }

    /** Calls the listener if something arrived since the reader last found nothing. */
    public void wakeReader() {
        queue.wakeReader();
    }

    /** As {@link #wakeReader}, but tells its crowd, if it has one, which leaves the work to another thread. */
    void wakeReaderAsCrowd() {
        if (crowd == null) {
            queue.wakeReader();
        } else if (queue.takeWake()) {
            boolean told = false;
            try {
                crowd.readable(List.of(port()));
                told = true;
            } finally {
                if (!told) {
                    queue.wake = true;
                    netlink.leftBehind = true;
                }
            }
        }
    }

    /**
     * Reads what {@link Port#receive} is going to read, and changes nothing: of several ports the processor fetches the
     * memory at the same time, of one only what comes next.
     *
     * @return something made of what was read, so that the compiler does not leave the reading out
     */
    public int prefetch() {
        return queue.prefetch();
    }

    /**
     * Puts a multicast datagram into the queue. The group's lock is held: the caller tells who is readable after it.
     */
    boolean enqueue(Datagram datagram, ReadablePorts readable) {
        return counted(queue.offer(datagram, readable), counters().portDropped) == 0;
    }

    /** Calls the listener, of a port that was found among the {@link ReadablePorts}. */
    void tellReadable() {
        listener.readable(port());
    }

    /** Who is told instead of the listener where a message is for many; null for nobody. */
    Crowd crowd() {
        return crowd;
    }

    /** Puts what it is told as a tap into the queue; the caller wakes the reader. */
    void enqueueTapped(Passage passage) {
        queue.offerTapped(passage);
    }

    /** Whether anybody is told of what this port gets. */
    boolean isTapped() {
        return netlink.taps().areOn();
    }

    /** Tells of what the connector has sent to this port as part of a dump. */
    void tellTaps(Datagram datagram) {
        netlink.taps().toPort(datagram.frame(), null, port(), 0, 0);
    }

    /** Of what stood in the queue as it was closed: nobody is going to read it. */
    final void lose(List<Datagram> unread) {
        counters().unread.add(unread.size());
        if (isTapped() && !unread.isEmpty()) {
            netlink.taps().unread(unread, port());
        }
    }

    private int offer(Queued something) {
        return counted(queue.offer(something), counters().portDropped);
    }

    /** As an errno, and in its counter where it is one. */
    private int counted(PortQueue.Result result, LongAdder full) {
        return switch (result) {
            case TAKEN -> 0;
            case FULL -> {
                full.increment();
                yield NetlinkErrno.EAGAIN;
            }
            case CLOSED -> {
                counters().unknownPort.increment();
                yield NetlinkErrno.ECONNREFUSED;
            }
        };
    }

    private Counters counters() {
        return netlink.counters();
    }
}
