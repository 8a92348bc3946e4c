// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CnMsg;
import connector.api.Sender;

/**
 * One thread that brings a mailbox many messages: where it finds the mailbox idle it stays, and runs them one after the
 * other, until it brings one to another mailbox or says that it has no more. Others who come meanwhile queue theirs, as
 * for any other callback that runs; then the visit ends with the message at hand.
 */
final class Visit {

    /** Null: it is nowhere. */
    private Mailbox mailbox;
    private long running;
    private Object[] nesting;

    /** As {@link Mailbox#deliver}, where nobody taps. */
    int deliver(Mailbox to, CnMsg msg, Sender sender, boolean mayWait) {
        if (mailbox != to || !to.mayGoOn()) {
            end();
        } else {
            running = to.goOn(running, msg, sender);
            if (running != Ownership.LOST) {
                return 0;
            }
            leave();
        }
        if (begin(to) && to.runVisited(running, msg, sender)) {
            return 0;
        }
        return to.deliver(msg, sender, mayWait, null);
    }

    /** Lets the mailbox go, if it is at one. To be called whenever the next message does not follow at once. */
    void end() {
        if (mailbox != null) {
            try {
                mailbox.endVisit(running);
            } finally {
                leave();
            }
        }
    }

    private boolean begin(Mailbox to) {
        if (Thread.currentThread().isVirtual()) {
            return false;
        }
        Object[] current = Nesting.current();
        if (!Nesting.enter(current, to)) {
            return false;
        }
        running = to.beginVisit();
        if (running == Ownership.LOST) {
            Nesting.exit(current);
            return false;
        }
        mailbox = to;
        nesting = current;
        return true;
    }

    private void leave() {
        mailbox = null;
        Nesting.exit(nesting);
        nesting = null;
    }
}
