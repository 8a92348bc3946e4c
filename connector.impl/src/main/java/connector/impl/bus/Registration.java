// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CbId;
import connector.api.NotifyEvent.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * An id: its mailbox, those who want it, and who had it last. Without a mailbox, and vacant, while nobody has it: then
 * it is kept for what it knows of the past, by which the next arrival is known as an update, a refresh or a take-over.
 * Guarded by the registry's lock, but for the reading of the mailbox.
 */
final class Registration {

    private final CbId id;
    private volatile Mailbox mailbox;
    /** In order of precedence: the first has the id, the others stand by. Mostly there is one. */
    private List<User> users = List.of();
    private User chosen;
    private User last;
    private boolean heldOver;
    private long holds;
    private Change latest;
    /** Where the one came from that had the id last, or has it; null if nobody ever had. */
    private Origin origin;
    private long generation;

    // Neighbours among the vacant ones; see Vacancies.
    Registration older;
    Registration newer;

    Registration(CbId id) {
        this.id = id;
    }

    CbId id() {
        return id;
    }

    /** Where its messages go; null while it is vacant. Any thread. */
    Mailbox mailbox() {
        return mailbox;
    }

    void occupy(Mailbox fresh) {
        mailbox = fresh;
    }

    /** Nobody has it any more. Nothing of a user is kept. */
    void vacate() {
        mailbox = null;
        latest = null;
    }

    boolean isTaken() {
        return !users.isEmpty();
    }

    void insert(User user) {
        if (users.isEmpty()) {
            users = List.of(user);
        } else {
            List<User> more = new ArrayList<>(users);
            more.add(user);
            more.sort(User.PRECEDENCE);
            users = List.copyOf(more);
        }
    }

    boolean delete(User user) {
        if (!users.contains(user)) {
            return false;
        }
        users = users.size() == 1 ? List.of() : users.stream().filter(other -> other != user).toList();
        return true;
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

    /** Notes that a user has it now, numbers it, and says why it came. */
    Reason arrival(User user) {
        Reason reason = user.origin().arrivalAfter(origin);
        generation++;
        user.generation(generation);
        origin = user.origin();
        return reason;
    }
}
