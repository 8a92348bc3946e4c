// SPDX-License-Identifier: Apache-2.0
package connector.impl.session;

import connector.impl.bus.User;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The users of a session. They are linked, not looked up: the bus knows them by their ids already, and another table
 * would be another place in memory to go to for each that comes or goes among many. Any thread.
 */
final class OwnUsers implements Predicate<User> {

    /** One user's place: what its owner is for the bus. */
    private final class Place {

        private User user;
        private Place before;
        private Place after;

        OwnUsers users() {
            return OwnUsers.this;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock, as all places are. The ring begins and ends here.
    private final Place ends = new Place();

    OwnUsers() {
        ends.before = ends;
        ends.after = ends;
    }

    /** Tells whether a user is one of them, or was. */
    @Override
    public boolean test(User user) {
        return user.owner() instanceof Place place && place.users() == this;
    }

    /** Takes a user up, whose owner is this from now on. */
    void add(User user) {
        Place place = new Place();
        user.owner(place);
        lock.lock();
        try {
            place.user = user;
            place.before = ends.before;
            place.after = ends;
            place.before.after = place;
            ends.before = place;
        } finally {
            lock.unlock();
        }
    }

    /** Takes one of them out; one that is out already is left alone. */
    void remove(User user) {
        Place place = (Place) user.owner();
        lock.lock();
        try {
            if (place.user != null) {
                place.before.after = place.after;
                place.after.before = place.before;
                place.before = null;
                place.after = null;
                place.user = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** All, in the order in which they came. */
    List<User> all() {
        List<User> all = new ArrayList<>();
        lock.lock();
        try {
            for (Place place = ends.after; place != ends; place = place.after) {
                all.add(place.user);
            }
        } finally {
            lock.unlock();
        }
        return all;
    }
}
