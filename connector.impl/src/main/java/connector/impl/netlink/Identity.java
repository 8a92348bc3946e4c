// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.Sender;
import java.util.List;

/**
 * Who is behind a port, as found out by whoever opened it: never by what a client says.
 *
 * @param inPlatform whether it is code of this platform rather than another process
 * @param uid user id, u32 in the bits of an int, or {@link Sender#UNKNOWN}
 * @param gid group id, u32 in the bits of an int, or {@link Sender#UNKNOWN}
 * @param pid id of the process that connected, or {@link Sender#UNKNOWN}; to be shown: it may be another's by now
 * @param groups supplementary group ids; empty if not known
 * @param owner what to call it in listings, as {@code bundle agent.cntest} or {@code gate}
 */
public record Identity(boolean inPlatform, int uid, int gid, int pid, List<Integer> groups, String owner) {

    /** Copies the list. */
    public Identity {
        groups = List.copyOf(groups);
    }

    /**
     * Makes the identity of another process.
     *
     * @param uid user id
     * @param gid group id
     * @param pid process id, or {@link Sender#UNKNOWN}
     * @param groups supplementary group ids, empty if not known
     * @param owner what to call it in listings
     * @return the identity
     */
    public static Identity ofProcess(int uid, int gid, int pid, List<Integer> groups, String owner) {
        return new Identity(false, uid, gid, pid, groups, owner);
    }
}
