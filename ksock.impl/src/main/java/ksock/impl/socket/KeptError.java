// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.api.SysSocket;
import ksock.impl.callback.EventSource;
import ksock.impl.host.HostSocket;

/**
 * Which calls end with an error that was kept: those that would have met it in the host, and not before. Within a call.
 *
 * <p>The loop takes an error from the host and keeps it under the monitor of the socket's readiness: there, who has met
 * nothing but the end that the error has brought finds the reason.
 */
final class KeptError {

    private KeptError() {
    }

    /**
     * Throws the error that was kept, once, unless a send with these flags does not meet it: one that may connect asks
     * first whether it is connected, which a TCP socket remains to it when it was reset; and one on a UNIX stream,
     * whether the peer has gone.
     */
    static void meetSend(SocketState socket, String operation, int flags) throws KernelSocketException {
        if (socket.keepsError() && !isUnixStream(socket)
                && !(FastOpen.asked(socket, flags) && Blocking.isTcp(socket))) {
            socket.throwKeptError(operation);
        }
    }

    /** Why a send has failed: of a connection that is no more, what was kept since the send began. */
    static int ofSend(SocketState socket, int errno) {
        if (errno != Errno.EPIPE.number() || isUnixStream(socket)) {
            return errno;
        }
        int kept = takeFromLoop(socket);
        return kept == 0 ? errno : kept;
    }

    /** As {@link #ofSend(SocketState, int)}, of what the send has thrown. */
    static KernelSocketException ofSend(SocketState socket, KernelSocketException e) {
        int errno = ofSend(socket, e.number());
        return errno == e.number() ? e : new KernelSocketException(e.operation(), errno, e.detail());
    }

    /** Throws the error that was kept, once, unless a receive with these flags does not meet it, or not yet. */
    static void meetReceive(SocketState socket, String operation, int flags) throws KernelSocketException {
        if (socket.keepsError() && !passesBy(socket, flags) && !comesLater(socket)) {
            socket.throwKeptError(operation);
        }
    }

    /**
     * A receive of something has given nothing: throws the error that was kept since it began, in whose place that is.
     *
     * @param result 0, or that it would block
     */
    static void meetNothing(SocketState socket, String operation, int flags, long result)
            throws KernelSocketException {
        boolean end = result == 0;
        if ((end || socket.keepsError()) && socket.isStream() && !passesBy(socket, flags)) {
            int kept = end && isAfterEnd(socket) ? 0 : takeFromLoop(socket);
            if (kept != 0) {
                throw new KernelSocketException(operation, kept, "socket " + socket.id());
            }
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

    /**
     * Whether a connect that has failed had begun another connection: then the host has forgotten the former one's
     * error.
     *
     * @param waited whether it might wait: what one that does not finds out at once it finds before it begins
     */
    static boolean isForgotten(SocketState socket, Errno errno, boolean waited) {
        return switch (errno) {
            case ECONNREFUSED, ECONNRESET -> Blocking.isTcp(socket);
            case ETIMEDOUT, EHOSTUNREACH, ENETUNREACH -> waited && Blocking.isTcp(socket);
            default -> socket.phase() == EventSource.PHASE_CONNECTING;
        };
    }

    /** What the loop has kept, also if it has it just in hand. */
    private static int takeFromLoop(SocketState socket) {
        synchronized (socket.readiness()) {
            return socket.takeKeptError();
        }
    }

    /** Urgent data and the error queue are there or not, whatever has become of the connection. */
    private static boolean passesBy(SocketState socket, int flags) {
        boolean urgent = (flags & SysSocket.MSG_OOB) != 0
                && (socket.isStream() || socket.domain() == SysSocket.AF_UNIX);
        return urgent || Blocking.asksErrorQueue(socket, flags);
    }

    /** Whether a receive does not come to it: a stream gives first what came before. */
    private static boolean comesLater(SocketState socket) {
        HostSocket host = socket.host();
        return host != null && socket.isStream() && (isAfterEnd(socket) || host.peek() > 0);
    }

    /** Whether it came after the end of file, beyond which no receive looks: TCP calls a reset EPIPE then. */
    private static boolean isAfterEnd(SocketState socket) {
        return Blocking.isTcp(socket) && socket.keptError() == Errno.EPIPE.number()
                && socket.phase() == EventSource.PHASE_CONNECTED;
    }

    private static boolean isUnixStream(SocketState socket) {
        return socket.host() != null && socket.isStream() && socket.domain() == SysSocket.AF_UNIX;
    }
}
