// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The users that were announced as having their ids, in the order in which they came. They are linked through
 * themselves: a user that comes or goes touches itself and its neighbours, however many there are. Not thread-safe; a
 * user is in one such list at most.
 */
public final class PresentUsers {

    private User first;
    private User last;

    /** Makes it without users. */
    public PresentUsers() {
    }

    /**
     * Takes a user up, as the last.
     *
     * @param user one that is not in
     */
    public void add(User user) {
        user.before = last;
        if (last == null) {
            first = user;
        } else {
            last.after = user;
        }
        last = user;
    }

    /**
     * Takes a user out.
     *
     * @param user the user; one that is not in is left alone
     */
    public void remove(User user) {
        if (user.before == null && first != user) {
            return;
        }
        if (user.before == null) {
            first = user.after;
        } else {
            user.before.after = user.after;
        }
        if (user.after == null) {
            last = user.before;
        } else {
            user.after.before = user.before;
        }
        user.before = null;
        user.after = null;
    }

    /**
     * Those of whom something is so.
     *
     * @param which tells it
     * @return they, in the order in which they came
     */
    public List<User> matching(Predicate<User> which) {
        List<User> all = new ArrayList<>();
        for (User user = first; user != null; user = user.after) {
            if (which.test(user)) {
                all.add(user);
            }
        }
        return all;
    }
}
