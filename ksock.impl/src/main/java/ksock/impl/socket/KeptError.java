// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.api.SysSocket;

/** Which data calls end with an error that was kept: those that would have met it in the host. Within a call. */
final class KeptError {

    private KeptError() {
    }

    /**
     * Throws the error that was kept, once, unless a send with these flags does not meet it: one that may connect asks
     * first whether it is connected, which a TCP socket remains to it when it was reset.
     */
    static void meetSend(SocketState socket, String operation, int flags) throws KernelSocketException {
        if (socket.keepsError() && !(FastOpen.asked(socket, flags) && Blocking.isTcp(socket))) {
            socket.throwKeptError(operation);
        }
    }

    /** Throws the error that was kept, once, unless a receive with these flags does not meet it. */
    static void meetReceive(SocketState socket, String operation, int flags) throws KernelSocketException {
        if (socket.keepsError() && !passesBy(socket, flags)) {
            socket.throwKeptError(operation);
        }
    }

    /**
     * How Linux tells a connect, by whichever call, that the former one failed: with the reason, unless that has been
     * taken from it.
     *
     * @param e what it has said
     * @return what it would have said if nothing had been taken
     */
    static KernelSocketException ofConnect(SocketState socket, KernelSocketException e) {
        int kept = e.errno() == Errno.ECONNABORTED ? socket.takeKeptError() : 0;
        return kept == 0 ? e : new KernelSocketException(e.operation(), kept, e.detail());
    }

    /** Urgent data and the error queue are there or not, whatever has become of the connection. */
    private static boolean passesBy(SocketState socket, int flags) {
        boolean urgent = (flags & SysSocket.MSG_OOB) != 0
                && (socket.isStream() || socket.domain() == SysSocket.AF_UNIX);
        return urgent || Blocking.asksErrorQueue(socket, flags);
    }
}
