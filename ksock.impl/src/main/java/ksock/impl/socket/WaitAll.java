// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.api.SysIoctl;
import ksock.api.SysPoll;
import ksock.api.SysSocket;

/** MSG_WAITALL of a call that the host does not do in one: when there is something to wait for, as the host has it. */
final class WaitAll {

    private WaitAll() {
    }

    /** Whether a receive with these flags waits for its whole length. A UNIX socket does not wait to peek. */
    static boolean asked(SocketState socket, int flags) {
        return (flags & SysSocket.MSG_WAITALL) != 0 && socket.isStream()
                && !(peeks(flags) && socket.host() != null && socket.domain() == SysSocket.AF_UNIX);
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

    /** Whether urgent data is next. */
    static boolean atMark(SocketState socket) {
        return socket.host() != null && socket.host().ioctlAnswer(SysIoctl.SIOCATMARK) == 1;
    }
}
