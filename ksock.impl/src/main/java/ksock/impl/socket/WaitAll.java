// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.api.SysIoctl;
import ksock.api.SysPoll;
import ksock.api.SysSocket;
import ksock.impl.host.HostSocket;

/** MSG_WAITALL of a call that the host does not do in one: when there is something to wait for, as the host has it. */
final class WaitAll {

    /** What {@code poll} says of a stream to whose end nothing is added. */
    private static final int ENDED = SysPoll.POLLRDHUP | SysPoll.POLLHUP | SysPoll.POLLERR;

    private WaitAll() {
    }

    /** Whether a receive with these flags waits for its whole length. A UNIX socket does not wait to peek. */
    static boolean asked(SocketState socket, int flags) {
        return (flags & SysSocket.MSG_WAITALL) != 0 && socket.isStream()
                && !(peeks(flags) && socket.host() != null && socket.domain() == SysSocket.AF_UNIX);
    }

    /** Whether a receive in the kernel has given less than it was to wait for: the end, for instance, ends it early. */
    static boolean isCutShort(SocketState socket, long received, long length, int flags) {
        return received > 0 && received < length && asked(socket, flags);
    }

    static boolean peeks(int flags) {
        return (flags & SysSocket.MSG_PEEK) != 0;
    }

    /**
     * Whether nothing more is waited for, though it is not the whole length: at the end of file, and before urgent
     * data, which nobody reads over unawares.
     *
     * @param result what the last try has given, 0 or more
     */
    static boolean ended(SocketState socket, long result, int flags) {
        return result == 0 || (peeks(flags) && (socket.family().poll() & SysPoll.POLLRDHUP) != 0) || atMark(socket);
    }

    /**
     * Whether a receive that has something finds more, or the end. Where it may find urgent data it must not look: the
     * host steps over such data, silently, in a call that has not taken anything yet.
     */
    static boolean goesOn(SocketState socket) {
        HostSocket host = socket.host();
        if (host == null) {
            return true;
        }
        // In this order: urgent data that comes after there was something else comes behind it; and where there was
        // nothing, the next wait is told of it. A kind of socket that does not know how much there is has none.
        boolean something = host.ioctlAnswer(SysIoctl.FIONREAD) != 0 || (host.poll() & ENDED) != 0;
        return something && !atMark(socket);
    }

    /** Whether urgent data is next. */
    static boolean atMark(SocketState socket) {
        return socket.host() != null && socket.host().ioctlAnswer(SysIoctl.SIOCATMARK) == 1;
    }
}
