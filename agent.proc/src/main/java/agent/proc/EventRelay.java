// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import static connector.api.wire.ProcEvent.CN_PROC;
import static connector.api.wire.ProcEvent.PROC_EVENT_COMM;
import static connector.api.wire.ProcEvent.PROC_EVENT_EXEC;
import static connector.api.wire.ProcEvent.PROC_EVENT_EXIT;
import static connector.api.wire.ProcEvent.PROC_EVENT_FORK;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.Connector;
import java.time.Duration;
import java.util.List;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an event of the host on to the bus, completed.
 *
 * <p>Not thread-safe: it is called from one socket's callback, but for {@link #names}.
 */
final class EventRelay {

    private static final Logger LOG = LoggerFactory.getLogger(EventRelay.class);
    private static final CbId ID = new CbId(CN_PROC, CN_PROC);
    private static final long REPORT_INTERVAL = Duration.ofSeconds(10).toNanos();

    /** Which word of an exit. */
    private static final int EXIT_CODE = 2;

    private final Connector connector;
    private final EventMasks masks;
    private final LossDetector losses = new LossDetector();
    private volatile ProcessNames wanted;
    /** Those wanted when the event at hand came: they are changed by another thread, between two events. */
    private ProcessNames names;
    private long unreported;
    private long nextReport = System.nanoTime();

    /**
     * Sends to a bus.
     *
     * @param connector the bus
     * @param masks which port wants which events
     */
    EventRelay(Connector connector, EventMasks masks) {
        this.connector = connector;
        this.masks = masks;
    }

    /**
     * From the next event on, names come from there; {@code null} if they are not wanted. May be called by any thread.
     */
    void names(ProcessNames from) {
        wanted = from;
    }

    /** Takes a number into account that was used for something else than an event. */
    long count(HostEvent event) {
        names = wanted;
        long lost = losses.next(event.cpu(), event.seq());
        unreported += lost;
        if (lost > 0 && names != null) {
            names.lostEvents();
        }
        return lost;
    }

    /** Sends an event on. That nobody listens is normal. */
    void relay(HostEvent event) {
        long lost = count(event);
        CnMsg msg = CnMsg.wrap(ID, event.seq(), event.ack(), 0, event.complete(nameFor(event), lost));
        IntPredicate filter = masks.isEmpty() ? null : port -> masks.passes(port, event.what(), event.word(EXIT_CODE));
        connector.netlinkSendMult(List.of(msg), 0, CN_PROC, filter);
    }

    /** Says what was lost, if anything was, but not too often. */
    void report() {
        long now = System.nanoTime();
        if (unreported > 0 && now - nextReport >= 0) {
            LOG.warn("{} process events were lost: more came than were taken. A larger receive.buffer.bytes ({}) helps "
                    + "against bursts", unreported, HostProcessEvents.PID);
            unreported = 0;
            nextReport = now + REPORT_INTERVAL;
        }
    }

    private String nameFor(HostEvent event) {
        if (names == null) {
            return "";
        }
        int pid = event.word(0);
        int tgid = event.word(1);
        return switch (event.what()) {
            case PROC_EVENT_FORK -> forked(event.word(2), event.word(3), tgid);
            case PROC_EVENT_EXEC -> names.executed(tgid);
            case PROC_EVENT_COMM -> renamed(pid, tgid, event.comm());
            case PROC_EVENT_EXIT -> ended(pid, tgid);
            default -> names.of(tgid);
        };
    }

    private String forked(int childPid, int childTgid, int parentTgid) {
        boolean isThread = childPid != childTgid;
        return isThread ? names.of(childTgid) : names.forked(parentTgid, childTgid);
    }

    private String renamed(int pid, int tgid, String name) {
        if (pid == tgid) {
            names.renamed(tgid, name);
        }
        return name;
    }

    private String ended(int pid, int tgid) {
        String name = names.of(tgid);
        if (pid == tgid) {
            names.ended(tgid);
        }
        return name;
    }
}
