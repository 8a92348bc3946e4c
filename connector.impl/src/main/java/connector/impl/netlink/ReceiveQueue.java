// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.Loss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A port's receive queue, with the kernel's overrun rule and an exact record of loss. Not safe for use by several
 * threads at once: its port's lock guards it.
 *
 * <p>Whoever puts something in may have no memory or no stack for it. So all that can fail is done first: what is
 * counted is in, and the other way round.
 */
final class ReceiveQueue {

    /** More groups than this in one record of loss are put together as group 0, so that it cannot grow without end. */
    private static final int MAX_GROUPS_RECORDED = 1024;
    private static final long TAPPED = -1;

    // Null as long as there are none: a message for a thousand ports reads all of this of each.
    private GrowingQueue<Datagram> answers;
    // The first of the data, and what stands behind it.
    private Queued head;
    private GrowingQueue<Queued> behind;
    // By group; what a tap lost is of no group, and by itself. Null where nothing was lost.
    private Map<Long, Loss> losses;
    private final int answerReserve;
    private final Account account;

    private long limit;
    private long bytes;
    private long answerBytes;
    private boolean noEnobufs;
    private boolean congested;
    private boolean enobufs;
    private long received;
    private long dropped;
    private long overruns;

    ReceiveQueue(long limit, int answerReserve) {
        this(limit, answerReserve, Account.UNLIMITED);
    }

    ReceiveQueue(long limit, int answerReserve, Account account) {
        this.limit = limit;
        this.answerReserve = answerReserve;
        this.account = account;
    }

    /** Whether a datagram would be taken: netlink asks whether the queue is over its size already. */
    private boolean hasRoom() {
        return bytes <= limit && !congested;
    }

    /** Takes a datagram, or drops it and records the loss. */
    boolean offer(Queued datagram) {
        boolean room = hasRoom();
        int cost = datagram.cost();
        if (room) {
            makePlace();
        }
        if (!room || !account.takeQueued(datagram)) {
            overrun(datagram);
            return false;
        }
        add(datagram, cost);
        return true;
    }

    /** Sees to it that there is a place for one more. */
    private void makePlace() {
        if (head != null) {
            if (behind == null) {
                behind = new GrowingQueue<>();
            }
            behind.makeRoom();
        }
    }

    private void add(Queued datagram, int cost) {
        if (head == null) {
            head = datagram;
        } else {
            behind.add(datagram);
        }
        bytes += cost;
        received++;
    }

    /** Takes a datagram if there is room, without recording a loss if there is none: its sender is told instead. */
    boolean offerQuietly(Queued datagram) {
        if (!hasRoom()) {
            return false;
        }
        int cost = datagram.cost();
        makePlace();
        if (!account.takeQueued(datagram)) {
            return false;
        }
        add(datagram, cost);
        return true;
    }

    /** Takes an answer into the reserve, ahead of all data. */
    boolean offerAnswer(Datagram answer) {
        int cost = answer.cost();
        if (answerBytes + cost > answerReserve) {
            return false;
        }
        if (answers == null) {
            answers = new GrowingQueue<>();
        }
        answers.makeRoom();
        answers.add(answer);
        answerBytes += cost;
        return true;
    }

    Received poll() {
        Received next = peek();
        switch (next) {
            case null -> {
            }
            case Overrun overrun -> {
                enobufs = false;
                losses = null;
                // Where it is the account that was full, there may be nothing else to read.
                congested &= head != null;
            }
            case Datagram answer when answers != null -> {
                int cost = answer.cost();
                answers.poll();
                answerBytes -= cost;
                if (answers.isEmpty()) {
                    answers = null;
                }
            }
            case Datagram datagram -> {
                if (head instanceof Dump dump) {
                    dump.advance();
                    if (dump.head() != null) {
                        break;
                    }
                }
                removeHead();
            }
            case Tapped tapped -> removeHead();
        }
        return next;
    }

    /** Takes what is in out, if that is one datagram and nothing else; null if it is not, and nothing is changed. */
    Datagram pollLone() {
        boolean clear = answers == null && !enobufs && !congested && losses == null;
        if (clear && head instanceof Datagram lone && (behind == null || behind.isEmpty())) {
            removeHead();
            return lone;
        }
        return null;
    }

    private void removeHead() {
        Queued gone = head;
        int cost = gone.cost();
        long held = gone.held();
        Queued next = behind == null ? null : behind.peek();
        account.giveQueued(held);
        head = next;
        bytes -= cost;
        if (next != null) {
            behind.poll();
        }
        if (head == null) {
            congested = false;
        }
    }

    /** Whether {@link #poll} would take something out of a dump. */
    boolean isAtDump() {
        return answers == null && head instanceof Dump && peek() instanceof Datagram;
    }

    Received peek() {
        if (answers != null) {
            return answers.peek();
        }
        if (enobufs) {
            return new Overrun(true, recorded());
        }
        if (!congested && losses != null) {
            return new Overrun(false, recorded());
        }
        return switch (head) {
            case null -> null;
            case Datagram datagram -> datagram;
            case Tapped tapped -> tapped;
            case Dump dump -> dump.head();
        };
    }

    /** See {@link Port#prefetch}. */
    int prefetch() {
        return (head == null ? 0 : 1) + (int) (limit + overruns);
    }

    /** Whether {@link #peek} would give nothing. */
    boolean isEmpty() {
        return head == null && answers == null && !enobufs && (congested || losses == null);
    }

    /**
     * Drops all. Gives the messages among it: no answers, which are its reader's own affair, nor what a tap was told.
     * May be called again, to go on where there was no memory for all.
     */
    List<Datagram> clear() {
        List<Datagram> messages = data().filter(Datagram.class::isInstance).map(Datagram.class::cast).toList();
        while (head != null) {
            removeHead();
        }
        answers = null;
        behind = null;
        losses = null;
        answerBytes = 0;
        congested = false;
        enobufs = false;
        return messages;
    }

    private Stream<Queued> data() {
        return Stream.concat(Stream.ofNullable(head), Stream.ofNullable(behind).flatMap(GrowingQueue::stream));
    }

    void limit(long newLimit) {
        limit = newLimit;
    }

    void noEnobufs(boolean on) {
        noEnobufs = on;
        if (on) {
            congested = false;
            enobufs = false;
            losses = null;
        }
    }

    boolean isNoEnobufs() {
        return noEnobufs;
    }

    long limit() {
        return limit;
    }

    long bytes() {
        return bytes;
    }

    int size() {
        return (head == null ? 0 : 1) + (behind == null ? 0 : behind.size());
    }

    boolean isCongested() {
        return congested;
    }

    long received() {
        return received;
    }

    long dropped() {
        return dropped;
    }

    long overruns() {
        return overruns;
    }

    private List<Loss> recorded() {
        return losses == null ? List.of() : List.copyOf(losses.values());
    }

    private void overrun(Queued lost) {
        dropped++;
        if (noEnobufs) {
            return;
        }
        if (!congested) {
            congested = true;
            enobufs = true;
            overruns++;
        }
        if (losses == null) {
            losses = new LinkedHashMap<>();
        }
        long key = lost instanceof Tapped ? TAPPED : Integer.toUnsignedLong(lost.group());
        boolean crowded = losses.size() >= MAX_GROUPS_RECORDED && !losses.containsKey(key);
        int group = crowded ? 0 : lost.group();
        long sequence = crowded ? 0 : lost.busSequence();
        losses.merge(crowded ? 0L : key, new Loss(group, 1, sequence, sequence),
                (so, far) -> new Loss(group, so.lost() + 1, so.first(), far.last()));
    }
}
