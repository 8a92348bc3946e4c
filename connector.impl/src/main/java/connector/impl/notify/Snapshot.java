// SPDX-License-Identifier: Apache-2.0
package connector.impl.notify;

import connector.impl.netlink.Frame;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * The users of one moment, in the order of their ids, into which they are put when the first is asked for; and the end.
 * Each is made an event alone when its turn comes, as the iterator of a sorted stream would not do.
 */
final class Snapshot implements Iterator<Frame> {

    private final KnownUser[] users;
    private final Function<KnownUser, Frame> present;
    private final Frame end;
    private int next;

    /** Of users that nobody else has the array of. */
    Snapshot(KnownUser[] users, Function<KnownUser, Frame> present, Frame end) {
        this.users = users;
        this.present = present;
        this.end = end;
    }

    @Override
    public boolean hasNext() {
        return next <= users.length;
    }

    @Override
    public Frame next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (next == 0) {
            Arrays.sort(users, Comparator.comparing(KnownUser::id));
        }
        Frame frame = next == users.length ? end : present.apply(users[next]);
        next++;
        return frame;
    }
}
