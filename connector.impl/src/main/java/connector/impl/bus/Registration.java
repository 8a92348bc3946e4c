// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.util.ArrayList;
import java.util.List;

/** An id, its mailbox, and those who want it. Guarded by the bus' lock, but for the mailbox itself. */
final class Registration {

    private final Mailbox mailbox;
    /** In order of precedence: the first has the id, the others stand by. Mostly there is one. */
    private final List<User> users = new ArrayList<>(1);
    private User chosen;
    private User last;
    private boolean heldOver;
    private long holds;
    private Change latest;

    Registration(Mailbox mailbox) {
        this.mailbox = mailbox;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    boolean isTaken() {
        return !users.isEmpty();
    }

    void insert(User user) {
        users.add(user);
        users.sort(User.PRECEDENCE);
    }

    boolean delete(User user) {
        return users.remove(user);
    }

    List<User> users() {
        return users;
    }

    User best() {
        return users.isEmpty() ? null : users.getFirst();
    }

    /** Who was decided to have the id; the mailbox may not have changed over yet. */
    User chosen() {
        return chosen;
    }

    void choose(User user) {
        chosen = user;
    }

    /** Whose mailbox is held over; null if it is not, for nothing else of a user that left may be kept. */
    User last() {
        return last;
    }

    /** The change that was posted last. */
    Change latest() {
        return latest;
    }

    void latest(Change change) {
        latest = change;
    }

    boolean isHeldOver() {
        return heldOver;
    }

    void holdOver(User user) {
        last = user;
        heldOver = true;
        holds++;
    }

    void endHoldover() {
        last = null;
        heldOver = false;
        holds++;
    }

    /** Tells one holdover from the next, whose end another timer awaits. */
    long holdNumber() {
        return holds;
    }
}
