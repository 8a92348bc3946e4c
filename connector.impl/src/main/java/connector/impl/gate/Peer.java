// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.Sender;
import connector.impl.netlink.Identity;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.PollFd;
import ksock.api.SysIoctl;
import ksock.api.SysPoll;
import ksock.api.SysSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the host who is at the other end of a UNIX socket, which the other end cannot lie about, and what it may send.
 * Who is of a namespace that this process cannot see into is unknown, and so neither the platform's own user nor
 * anybody whom a rule names.
 */
final class Peer {

    /** {@code struct ucred}: pid, uid, gid. */
    private static final int UCRED_SIZE = 12;
    private static final int MAX_GROUPS = 1024;
    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

    private Peer() {
    }

    static Identity of(KernelSocket socket, String owner) throws KernelSocketException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment credentials = arena.allocate(UCRED_SIZE, Integer.BYTES);
            socket.getsockopt(SysSocket.SOL_SOCKET, SysSocket.SO_PEERCRED, credentials);
            int pid = credentials.get(ValueLayout.JAVA_INT, 0);
            int uid = IdMap.USERS.known(credentials.get(ValueLayout.JAVA_INT, 4));
            int gid = IdMap.GROUPS.known(credentials.get(ValueLayout.JAVA_INT, 8));
            if (pid == 0) {
                // It has none in this process' namespace.
                pid = Sender.UNKNOWN;
            }
            return Identity.ofProcess(uid, gid, pid, groups(socket, arena), owner);
        }
    }

    /**
     * Has the host refuse descriptors that are sent to whom a listener is going to accept. Nobody here would take them:
     * the host closes them as they are read, and ends the read there. A host before Linux 6.16 refuses none.
     */
    static void mayNotPassDescriptors(KernelSocket listener) {
        try {
            listener.setsockopt(SysSocket.SOL_SOCKET, SysSocket.SO_PASSRIGHTS, 0);
        } catch (KernelSocketException e) {
            LOG.debug("descriptors that clients send are not refused but closed: {}", e.getMessage());
        }
    }

    /** {@return whether descriptors may come on a socket} */
    static boolean mayPassDescriptors(KernelSocket socket) {
        try {
            return socket.getsockopt(SysSocket.SOL_SOCKET, SysSocket.SO_PASSRIGHTS) != 0;
        } catch (KernelSocketException e) {
            return true;
        }
    }

    /**
     * Tells a datagram without a byte, which a read gives as it does the end, from the end. The end has come once the
     * peer has shut its side and nothing is left that has bytes; what is left without any says nothing.
     *
     * @return whether there may be more to read
     */
    static boolean maySayMore(KernelSockets sockets, KernelSocket socket) throws KernelSocketException {
        PollFd fd = new PollFd(socket, SysPoll.POLLRDHUP);
        return sockets.poll(new PollFd[] {fd}, Duration.ZERO) == 0 || socket.ioctl(SysIoctl.FIONREAD, 0) > 0;
    }

    /** Supplementary groups; none from a host that does not tell. */
    private static List<Integer> groups(KernelSocket socket, Arena arena) {
        MemorySegment ids = arena.allocate(MAX_GROUPS * (long) Integer.BYTES, Integer.BYTES);
        List<Integer> groups = new ArrayList<>();
        try {
            int length = socket.getsockopt(SysSocket.SOL_SOCKET, SysSocket.SO_PEERGROUPS, ids);
            for (int i = 0; i < length / Integer.BYTES; i++) {
                int group = IdMap.GROUPS.known(ids.getAtIndex(ValueLayout.JAVA_INT, i));
                if (group != Sender.UNKNOWN) {
                    groups.add(group);
                }
            }
        } catch (KernelSocketException e) {
            // ENOPROTOOPT before Linux 4.13, ERANGE for more groups than this: policy then sees the primary group.
        }
        return groups;
    }
}
