// SPDX-License-Identifier: Apache-2.0
package ksock.impl.differential;

import static ksock.api.SysPoll.POLLERR;
import static ksock.api.SysPoll.POLLHUP;
import static ksock.api.SysPoll.POLLIN;
import static ksock.api.SysPoll.POLLPRI;
import static ksock.api.SysPoll.POLLRDHUP;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;

/**
 * Sets callbacks on each socket of a player, and compares what they are told with what the host's epoll saw of its twin
 * at the same line; ends at the first fault.
 */
final class EventJudge {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int ARRIVAL = POLLIN | POLLRDHUP | POLLHUP | POLLERR;

    /** When something is to be told of a socket, or must not be told. */
    @FunctionalInterface
    private interface When {
        boolean holds(Told told, Sighting seen);
    }

    /** What the host sees, and what has to be told soon. */
    private record Must(String name, When when, Predicate<Told> told) {
    }

    /** What must never be so. */
    private record Never(String name, When when) {
    }

    private static final When CONNECTION =
            (told, seen) -> told.wasConnected && seen.kind() != 'd' && seen.kind() != 'l';

    private static final List<Must> MUSTS = List.of(
            new Must("a connection waits: newconn", (told, seen) -> seen.kind() == 'l' && (seen.edges() & POLLIN) != 0,
                    told -> told.newconn.get() > told.newconnBefore),
            // What comes after recv(0), because it was this side that was shut, is not told.
            new Must("data came: recv", (told, seen) -> dataCame(told, seen) && told.end.get() == 0,
                    told -> told.recv.get() > told.recvBefore),
            new Must("a datagram socket has an error: recv", (told, seen) -> seen.kind() == 'd'
                    && (seen.edges() & seen.levels() & POLLERR) != 0, told -> told.recv.get() > told.recvBefore),
            new Must("the end, and nothing before it: recv(0)", (told, seen) -> atEnd(told, seen) && !told.erred,
                    told -> told.end.get() == 1),
            new Must("both ways are shut: disconnected", (told, seen) -> atEnd(told, seen)
                    && (seen.levels() & POLLHUP) != 0, told -> told.disconnected.get() == 1),
            new Must("reset: disconnected, whatever is unread", (told, seen) -> CONNECTION.holds(told, seen)
                    && (seen.edges() & POLLHUP) != 0 && (seen.levels() & POLLERR) != 0,
                    told -> told.disconnected.get() == 1),
            new Must("urgent data came: exception", (told, seen) -> seen.kind() == 'c',
                    told -> told.exception.get() >= told.rises),
            new Must("room after a refusal: xmit", (told, seen) -> told.wasConnected && seen.room(),
                    told -> told.xmit.get() > 0),
            new Must("a connect is done: connected", (told, seen) -> told.connects && seen.kind() == 'c',
                    told -> told.connected.get() == 1),
            new Must("a connect has failed that went on: connectFailed", (told, seen) -> told.connecting
                    && seen.kind() == 'n' && !told.wasConnected && seen.shows(POLLERR),
                    told -> told.connectFailed.get() == 1));

    private static final List<Never> NEVERS = List.of(
            new Never("recv, and nothing came", (told, seen) -> told.recv.get() > 0 && !told.arrived),
            new Never("recv(0), and it has not ended", (told, seen) -> told.end.get() > 0 && !told.ended),
            new Never("recv(0) twice", (told, seen) -> told.end.get() > 1),
            new Never("newconn, and it does not listen", (told, seen) -> told.newconn.get() > 0 && seen.kind() != 'l'),
            new Never("xmit more often than a send was refused", (told, seen) -> told.xmit.get() > told.refused),
            new Never("exception more often than urgent data came",
                    (told, seen) -> told.exception.get() > told.rises),
            new Never("connected twice", (told, seen) -> told.connected.get() > 1),
            new Never("connected, and nobody called connect",
                    (told, seen) -> told.connected.get() > 0 && !told.connects),
            new Never("connected and connectFailed",
                    (told, seen) -> told.connected.get() > 0 && told.connectFailed.get() > 0),
            new Never("connectFailed twice", (told, seen) -> told.connectFailed.get() > 1),
            new Never("connectFailed, and no connect went on",
                    (told, seen) -> told.connectFailed.get() > 0 && !told.connecting),
            new Never("disconnected twice", (told, seen) -> told.disconnected.get() > 1),
            new Never("disconnected, and it is not hung up",
                    (told, seen) -> told.disconnected.get() > 0 && !told.hungUp),
            new Never("disconnected for a reason, and there was no error",
                    (told, seen) -> told.reason != 0 && !told.erred),
            new Never("disconnected for no reason, and there was an error that no call took", (told, seen) ->
                    told.reason == 0 && told.erredFirst != null && told.erredFirst && !told.failsWithErrno));

    private final List<String> observed;
    private final List<String> lines = new ArrayList<>();
    private final Told[] slots = new Told[Sequence.SLOTS];

    /** What was told wrongly, or not at all. */
    static final class Fault extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Fault(String what) {
            super(what);
        }
    }

    /** The two players' sockets are not in the same state any more: they cannot be compared. */
    static final class Parting extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Parting(String what) {
            super(what);
        }
    }

    /**
     * Of one play.
     *
     * @param observed for each line the host's answer, and what it said of its sockets then
     */
    EventJudge(List<String> observed) {
        this.observed = observed;
    }

    /** Another socket, or none, is in a slot. */
    void put(int slot, KernelSocket socket) {
        slots[slot] = null;
        if (socket == null) {
            return;
        }
        slots[slot] = new Told();
        try {
            socket.callbacks(slots[slot].callbacks(), null);
        } catch (KernelSocketException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A line is about to be played. */
    void before(Line played) {
        for (Told told : slots) {
            if (told != null) {
                told.mark();
            }
        }
        Told own = slots[played.number(0)];
        if (own != null && played.name().equals("connect")) {
            own.connects = true;
        }
    }

    /** A line was played. */
    void after(String text, Line played, String answer) {
        int line = lines.size();
        lines.add(text + "  ->  " + answer);
        if (!answer.equals(observed.get(2 * line))) {
            // What TCP takes depends on when the peer acknowledged; that calls answer alike is another test's matter.
            throw new Parting(lines.getLast() + ", but on the host " + observed.get(2 * line));
        }
        if (played.name().equals("batch")) {
            noteSends(played, answer);
        } else {
            noteAnswer(played, answer);
        }
        for (String word : observed.get(2 * line + 1).substring(1).strip().split(" ", -1)) {
            Sighting seen = word.isEmpty() ? null : Sighting.parse(word);
            if (seen != null && slots[seen.slot()] != null) {
                note(slots[seen.slot()], seen);
                judge(slots[seen.slot()], seen);
            }
        }
    }

    private void noteAnswer(Line played, String answer) {
        Told own = slots[played.number(0)];
        if (own != null && !played.name().startsWith("socket")) {
            if (played.name().startsWith("send") && wasRefused(played, answer)) {
                own.refused++;
            }
            own.connecting |= answer.equals("-1 EINPROGRESS");
            own.failsWithErrno |= answer.startsWith("-1 ") && !answer.equals("-1 EAGAIN")
                    && !answer.equals("-1 EINPROGRESS");
        }
    }

    /** Of each send of a batch what is noted of one that is made by itself. */
    private void noteSends(Line played, String answer) {
        if (slots[played.number(0)] == null) {
            return;
        }
        List<Told> told = new BatchSends(played).slots().stream().map(slot -> slots[slot]).filter(Objects::nonNull)
                .toList();
        String[] results = answer.substring("0 - ".length()).split(" ", -1);
        for (int i = 0; i < results.length; i++) {
            boolean failed = !results[i].matches("[0-9]+");
            boolean refused = failed ? results[i].equals("EAGAIN") : Long.parseLong(results[i]) < played.number(1);
            told.get(i).refused += refused ? 1 : 0;
            told.get(i).failsWithErrno |= failed && !refused;
        }
    }

    private static void note(Told told, Sighting seen) {
        told.more = seen.queued() > told.queued;
        told.queued = seen.queued();
        told.wasConnected |= seen.kind() == 'c' || seen.kind() == 'd';
        if (!told.wasConnected) {
            // What Linux says of a socket that is not connected says nothing, but that it may be the end of a connect.
            told.erred |= seen.shows(POLLERR);
            return;
        }
        told.arrived |= seen.shows(ARRIVAL);
        told.ended |= seen.shows(POLLRDHUP | POLLHUP);
        told.erred |= seen.shows(POLLERR);
        told.hungUp |= seen.shows(POLLHUP | POLLERR);
        boolean urgent = (seen.levels() & POLLPRI) != 0;
        told.rises += urgent && !told.urgent ? 1 : 0;
        told.urgent = urgent;
    }

    private void judge(Told told, Sighting seen) {
        for (Must must : MUSTS) {
            if (must.when.holds(told, seen) && !soon(must.told, told)) {
                throw fault("not told: " + must.name, told, seen);
            }
        }
        if (told.erredFirst == null && told.disconnected.get() > 0) {
            told.erredFirst = told.erred;
        }
        for (Never never : NEVERS) {
            if (never.when.holds(told, seen)) {
                throw fault("told: " + never.name, told, seen);
            }
        }
    }

    private Fault fault(String what, Told told, Sighting seen) {
        return new Fault(what + "; " + seen + " was told " + told + "\n  " + String.join("\n  ", lines));
    }

    /** It was reported readable, and not for its state alone. */
    private static boolean dataCame(Told told, Sighting seen) {
        return (seen.kind() == 'c' || seen.kind() == 'd') && (seen.edges() & POLLIN) != 0 && seen.inBand() > 0
                && (told.more || (seen.edges() & (POLLRDHUP | POLLHUP | POLLERR)) == 0);
    }

    /** Its end was reported, and nothing is left to be received before it. */
    private static boolean atEnd(Told told, Sighting seen) {
        return CONNECTION.holds(told, seen) && (seen.edges() & (POLLRDHUP | POLLHUP)) != 0
                && (seen.levels() & POLLRDHUP) != 0 && seen.queued() == 0 && (seen.levels() & POLLPRI) == 0;
    }

    private static boolean wasRefused(Line played, String answer) {
        if (answer.equals("-1 EAGAIN")) {
            return true;
        }
        String[] words = answer.split(" ", -1);
        return words[0].matches("[0-9]+") && Long.parseLong(words[0]) < played.number(1);
    }

    private static boolean soon(Predicate<Told> condition, Told told) {
        long start = System.nanoTime();
        while (!condition.test(told)) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                return false;
            }
            LockSupport.parkNanos(50_000);
        }
        return true;
    }
}
