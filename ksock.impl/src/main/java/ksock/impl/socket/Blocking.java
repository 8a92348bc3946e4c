// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.api.SysPoll;
import ksock.api.SysSocket;
import ksock.impl.host.HostSocket;
import ksock.impl.loop.EventLoop;

/** Whether a call may wait, as the host has it for each kind of socket, and what ends the wait. Within a call. */
final class Blocking {

    private Blocking() {
    }

    /** Whether a call with these flags may wait. */
    static boolean may(SocketState socket, int flags) {
        return (flags & SysSocket.MSG_DONTWAIT) == 0 && !socket.nonBlocking() && !EventLoop.mayNotWait();
    }

    /**
     * Whether a receive may wait: urgent data and the error queue are there or not, where the host knows them at all;
     * and so is what came before an error.
     */
    static boolean mayReceive(SocketState socket, int flags) {
        boolean urgent = (flags & SysSocket.MSG_OOB) != 0 && socket.isStream();
        return may(socket, flags) && !urgent && !asksErrorQueue(socket, flags) && !socket.keepsError();
    }

    /** Whether a receive with these flags is one of the error queue; there are sockets that know none. */
    static boolean asksErrorQueue(SocketState socket, int flags) {
        return (flags & SysSocket.MSG_ERRQUEUE) != 0 && (socket.host() == null
                || (socket.domain() != SysSocket.AF_UNIX && socket.domain() != SysSocket.AF_NETLINK));
    }

    /** Whether a blocking receive of no bytes waits until something happens, and then gives none: as TCP has it. */
    static boolean waitsForNothing(SocketState socket) {
        return isTcp(socket);
    }

    /** Whether it is the host's TCP. */
    static boolean isTcp(SocketState socket) {
        int domain = socket.domain();
        return socket.host() != null && socket.isStream()
                && (domain == SysSocket.AF_INET || domain == SysSocket.AF_INET6);
    }

    /**
     * Whether the socket was shut for receiving. Datagram sockets and UNIX listeners of the host then end a call that
     * blocks, while to one that does not, or has no time by SO_RCVTIMEO, they say that it would block: for a thread
     * that waits, it must be asked.
     */
    static boolean isShutForReceiving(SocketState socket) {
        HostSocket host = socket.host();
        return host != null && socket.receiveSpan() != 0 && (host.poll() & SysPoll.POLLRDHUP) != 0;
    }

    /** As {@link #isShutForReceiving}, of a socket whose messages have bounds. */
    static boolean isShutForDatagrams(SocketState socket) {
        return !socket.isStream() && isShutForReceiving(socket);
    }

    /**
     * Whether a call that the host has cut short, or refused to wait in, ends with that because it was cancelled. If
     * not, it goes on: the descriptor may not have blocked just now, because another thread was in connect, or because
     * another process has the same socket and wants it so; and a signal may have come for no reason.
     *
     * @param cancelled what the waiter has said as it was left
     * @param result what was done
     * @throws KernelSocketException ECANCELED: cancelled, and nothing was done
     */
    static boolean stops(boolean cancelled, String operation, long result) throws KernelSocketException {
        if (cancelled && result <= 0) {
            throw cancelled(operation);
        }
        return cancelled;
    }

    private static KernelSocketException cancelled(String operation) {
        return new KernelSocketException(operation, Errno.ECANCELED, "the call was cancelled");
    }

    /** Throws if there is a reason to wait no longer. */
    static void check(SocketState socket, String operation, boolean cancelled) throws KernelSocketException {
        if (!socket.isOpen()) {
            throw new KernelSocketException(operation, Errno.EINTR, "socket " + socket.id() + " was closed");
        }
        if (cancelled) {
            throw cancelled(operation);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new KernelSocketException(operation, Errno.EINTR, "the thread was interrupted");
        }
    }
}
