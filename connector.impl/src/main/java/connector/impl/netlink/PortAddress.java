// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.wire.NetlinkErrno;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/** What a port is reached by: its id, and its memberships in groups. Any thread may call any of it. */
final class PortAddress {

    private static final int MASK_GROUPS = 32;

    private final Netlink netlink;
    private final Port port;

    /** Guards id and memberships; taken before any other lock of this package. */
    private final ReentrantLock lock = new ReentrantLock();
    private final NavigableSet<Integer> memberships = new TreeSet<>(Integer::compareUnsigned);
    private volatile int portId;
    private volatile boolean closed;

    PortAddress(Netlink netlink, Port port) {
        this.netlink = netlink;
        this.port = port;
    }

    /** The id; 0 as long as there is none. */
    int portId() {
        return portId;
    }

    /** As {@link Port#bind}. */
    int bind(int wanted, int groups) {
        lock.lock();
        try {
            if (closed) {
                return NetlinkErrno.EBADF;
            }
            if (portId != 0 && wanted != portId) {
                return NetlinkErrno.EINVAL;
            }
            int joined = permitted(wanted, groups);
            if (joined < 0) {
                return -joined;
            }
            int before = memberships.size();
            int more = Math.max(0, joined - left(groups));
            if (!hasRoomFor(more)) {
                return NetlinkErrno.EMFILE;
            }
            try {
                if (portId == 0 && !claim(wanted)) {
                    return NetlinkErrno.EADDRINUSE;
                }
                replace(groups);
                return 0;
            } finally {
                port.account().giveMemberships(before + more - memberships.size());
            }
        } finally {
            lock.unlock();
        }
    }

    private void replace(int groups) {
        for (int group = 1; group <= MASK_GROUPS; group++) {
            if ((groups & bit(group)) != 0) {
                join(group);
            } else {
                part(group);
            }
        }
    }

    /** As {@link Port#autobind}. */
    int autobind() {
        if (portId != 0) {
            return closed ? NetlinkErrno.EBADF : 0;
        }
        lock.lock();
        try {
            if (closed) {
                return NetlinkErrno.EBADF;
            }
            if (portId == 0) {
                claim(0);
            }
            return 0;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link Port#addMembership}. */
    int addMembership(int group) {
        if (group == 0) {
            return NetlinkErrno.EINVAL;
        }
        lock.lock();
        try {
            if (closed) {
                return NetlinkErrno.EBADF;
            }
            if (!netlink.policy().mayListen(port.identity(), group)) {
                return netlink.forbidden();
            }
            if (!memberships.contains(group)) {
                if (!hasRoomFor(1)) {
                    return NetlinkErrno.EMFILE;
                }
                int before = memberships.size();
                try {
                    join(group);
                } finally {
                    port.account().giveMemberships(before + 1 - memberships.size());
                }
            }
            return 0;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link Port#dropMembership}. */
    int dropMembership(int group) {
        if (group == 0) {
            return NetlinkErrno.EINVAL;
        }
        lock.lock();
        try {
            if (closed) {
                return NetlinkErrno.EBADF;
            }
            if (part(group)) {
                port.account().giveMemberships(1);
            }
            return 0;
        } finally {
            lock.unlock();
        }
    }

    /** The groups joined, in unsigned order. */
    int[] memberships() {
        lock.lock();
        try {
            return memberships.stream().mapToInt(Integer::intValue).toArray();
        } finally {
            lock.unlock();
        }
    }

    /** The groups joined that are none beyond another, in unsigned order. */
    int[] memberships(int last) {
        lock.lock();
        try {
            return memberships.headSet(last, true).stream().mapToInt(Integer::intValue).toArray();
        } finally {
            lock.unlock();
        }
    }

    /** How many groups are joined. */
    int membershipCount() {
        lock.lock();
        try {
            return memberships.size();
        } finally {
            lock.unlock();
        }
    }

    /** The groups 1 to 32 that are joined: bit n - 1 is group n. */
    int groupMask() {
        int mask = 0;
        for (int group : memberships(MASK_GROUPS)) {
            mask |= bit(group);
        }
        return mask;
    }

    /**
     * Leaves all groups, for good. The id is given back by {@link Netlink#closed}. May be called again, to go on where
     * there was no memory for all.
     */
    void close() {
        lock.lock();
        try {
            closed = true;
            while (!memberships.isEmpty()) {
                part(memberships.first());
                port.account().giveMemberships(1);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Says how many groups would be joined, or a negative errno. */
    private int permitted(int wanted, int groups) {
        Policy policy = netlink.policy();
        if (wanted != 0 && !policy.mayBind(port.identity(), wanted)) {
            return -netlink.forbidden();
        }
        int more = 0;
        for (int group = 1; group <= MASK_GROUPS; group++) {
            if ((groups & bit(group)) != 0 && !memberships.contains(group)) {
                more++;
                if (!policy.mayListen(port.identity(), group)) {
                    return -netlink.forbidden();
                }
            }
        }
        return more;
    }

    /** How many groups of the mask's are joined that it does not say. */
    private int left(int groups) {
        int left = 0;
        for (int group = 1; group <= MASK_GROUPS; group++) {
            left += (groups & bit(group)) == 0 && memberships.contains(group) ? 1 : 0;
        }
        return left;
    }

    /** Whether there may be so many memberships more, which none always may; they count as taken then. */
    private boolean hasRoomFor(int more) {
        return more == 0 || (memberships.size() + more <= port.limits().maxMemberships()
                && port.account().takeMemberships(more));
    }

    private boolean claim(int wanted) {
        Identity identity = port.identity();
        portId = netlink.claim(wanted, identity.inPlatform() ? 0 : identity.pid(), port);
        return portId != 0;
    }

    /** Joins a group, if it is not joined; wholly or, where there is no memory for that, not at all. */
    private void join(int group) {
        if (memberships.contains(group)) {
            return;
        }
        boolean joined = false;
        try {
            netlink.join(group, port);
            joined = memberships.add(group);
        } finally {
            if (!joined) {
                netlink.leave(group, port);
            }
        }
    }

    /** Leaves a group, if it is joined; giving the membership back is left to the caller. */
    private boolean part(int group) {
        boolean joined = memberships.contains(group);
        if (joined) {
            // Which takes memory; the other does not.
            netlink.leave(group, port);
            memberships.remove(group);
        }
        return joined;
    }

    private static int bit(int group) {
        return 1 << (group - 1);
    }
}
