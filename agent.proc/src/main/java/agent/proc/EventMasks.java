// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import static connector.api.wire.ProcEvent.PROC_EVENT_COMM;
import static connector.api.wire.ProcEvent.PROC_EVENT_COREDUMP;
import static connector.api.wire.ProcEvent.PROC_EVENT_EXEC;
import static connector.api.wire.ProcEvent.PROC_EVENT_EXIT;
import static connector.api.wire.ProcEvent.PROC_EVENT_FORK;
import static connector.api.wire.ProcEvent.PROC_EVENT_GID;
import static connector.api.wire.ProcEvent.PROC_EVENT_PTRACE;
import static connector.api.wire.ProcEvent.PROC_EVENT_SID;
import static connector.api.wire.ProcEvent.PROC_EVENT_UID;

import connector.api.Sender;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which events each port asked for, as Linux has it from 6.6 on: a filter at the receiving end. A port that never asked
 * for anything gets all.
 *
 * <p>Any thread.
 */
final class EventMasks {

    /** Of exits those with a code other than 0: in masks only. */
    static final int NONZERO_EXIT = 0x2000_0000;

    private static final int ALL = PROC_EVENT_FORK | PROC_EVENT_EXEC | PROC_EVENT_UID | PROC_EVENT_GID
            | PROC_EVENT_SID | PROC_EVENT_PTRACE | PROC_EVENT_COMM | NONZERO_EXIT | PROC_EVENT_COREDUMP
            | PROC_EVENT_EXIT;
    private static final int NOTHING = 0;

    private record Mask(Sender port, int events) {
    }

    private final ConcurrentHashMap<Integer, Mask> masks = new ConcurrentHashMap<>();

    /** A port wants these events; 0, or none that there is, is all. */
    void listen(Sender port, int events) {
        int known = events & ALL;
        forgetClosed();
        if (known == 0 || known == ALL) {
            masks.remove(port.portId());
        } else {
            masks.put(port.portId(), new Mask(port, known));
        }
    }

    /** A port wants no events any more, although it may still be a member of the group. */
    void ignore(Sender port) {
        forgetClosed();
        masks.put(port.portId(), new Mask(port, NOTHING));
    }

    /** Whether a port gets an event; the code is of exits alone. */
    boolean passes(int portId, int what, int exitCode) {
        Mask mask = masks.get(portId);
        if (mask == null || !mask.port().isOpen()) {
            // The id may be another port's by now.
            return true;
        }
        boolean nonzeroExit = what == PROC_EVENT_EXIT && exitCode != 0;
        return (mask.events() & what) != 0 || (nonzeroExit && (mask.events() & NONZERO_EXIT) != 0);
    }

    /** Whether every port gets everything. */
    boolean isEmpty() {
        return masks.isEmpty();
    }

    private void forgetClosed() {
        masks.values().removeIf(mask -> !mask.port().isOpen());
    }
}
