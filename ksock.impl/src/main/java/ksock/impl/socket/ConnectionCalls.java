// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.foreign.MemorySegment;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.NetinetTcp;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.SysPoll;
import ksock.api.SysSocket;
import ksock.api.family.FamilySocket;
import ksock.api.typed.TcpOptions;
import ksock.impl.callback.EventSource;
import ksock.impl.host.HostSocket;
import ksock.impl.jfr.Operation;
import ksock.impl.jfr.Operations;
import ksock.impl.jfr.Recorded;
import ksock.impl.libc.LinuxConst;
import ksock.impl.wait.Deadline;
import ksock.impl.wait.SignalWaiter;

/** accept and connect. Arguments have been checked. */
final class ConnectionCalls {

    /** The first byte of {@code struct tcp_info} while a connection is being made. */
    private static final int SYN_SENT = 2;
    /** To connect there is to be connected no more. */
    static final SockAddrBuffer NOBODY = new SockAddrBuffer().set(
            new SockAddr.Raw(SysSocket.AF_UNSPEC, new byte[14]));

    private ConnectionCalls() {
    }

    static SocketHandle accept(SocketState socket, SockAddrBuffer peer, long span) throws KernelSocketException {
        SocketHandle[] accepted = {null};
        socket.call("accept", () -> {
            accepted[0] = acceptOne(socket, peer, span);
            return 0;
        });
        return accepted[0];
    }

    private static SocketHandle acceptOne(SocketState socket, SockAddrBuffer peer, long span)
            throws KernelSocketException {
        Operation<Recorded> recorded = Operations.accept(socket.id());
        try {
            if (socket.host() == null) {
                // The host's accept does not look at it.
                socket.throwKeptError("accept");
            }
            FamilySocket accepted;
            if (!Blocking.may(socket, 0)) {
                accepted = AtOnce.accept(socket, peer);
            } else {
                accepted = Operations.recordsSlow()
                        ? acceptRecorded(socket, peer, span) : acceptBlocking(socket, peer, span);
            }
            if (accepted == null) {
                return null;
            }
            SocketHandle handle = adopt(socket, accepted);
            if (recorded != null) {
                recorded.end(handle.state(), 0);
            }
            return handle;
        } catch (KernelSocketException e) {
            if (recorded != null) {
                recorded.end(socket, e.number());
            }
            socket.acceptFailed(e);
            throw e;
        }
    }

    private static FamilySocket acceptRecorded(SocketState socket, SockAddrBuffer peer,
            long span) throws KernelSocketException {
        FamilySocket[] accepted = {null};
        RecordedCall.make("accept", socket, () -> {
            accepted[0] = acceptBlocking(socket, peer, span);
            return 0;
        });
        return accepted[0];
    }

    private static FamilySocket acceptBlocking(SocketState socket, SockAddrBuffer peer, long span)
            throws KernelSocketException {
        if (span == Deadline.FOREVER && Waiting.inKernel(socket) && !Thread.currentThread().isInterrupted()) {
            return acceptInKernel(socket, peer);
        }
        return acceptWaiting(socket, peer, span, socket.receiveSpan());
    }

    private static FamilySocket acceptInKernel(SocketState socket, SockAddrBuffer peer) throws KernelSocketException {
        HostSocket host = socket.host();
        long deadline = Deadline.after(socket.receiveSpan());
        SignalWaiter waiter = SignalWaiter.enterToReceive(socket.waiters());
        int descriptor;
        boolean cancelled;
        try {
            do {
                Blocking.check(socket, "accept", waiter.lookAround());
                descriptor = host.acceptDescriptor(peer);
            } while (descriptor == HostSocket.INTERRUPTED && socket.receiveSpan() == Deadline.FOREVER);
        } finally {
            cancelled = waiter.leave();
        }
        if (descriptor >= 0) {
            return host.accepted(descriptor);
        }
        Blocking.stops(cancelled, "accept", descriptor);
        // Its time has passed; or it stopped to block when another thread accepted without blocking.
        long left = Deadline.remaining(deadline, socket.receiveSpan());
        return left > 0 ? acceptWaiting(socket, peer, Deadline.FOREVER, left) : null;
    }

    private static FamilySocket acceptWaiting(SocketState socket, SockAddrBuffer peer, long span, long optionSpan)
            throws KernelSocketException {
        FamilySocket[] accepted = {null};
        new Waiting(socket, "accept", SysPoll.POLLIN, span, optionSpan).until(() -> {
            accepted[0] = AtOnce.accept(socket, peer);
            if (accepted[0] == null && Blocking.isShutForReceiving(socket)) {
                throw new KernelSocketException("accept", Errno.EINVAL, "the listener was shut down");
            }
            return accepted[0] == null ? KernelSocket.WOULD_BLOCK : 0;
        }, false);
        return accepted[0];
    }

    private static SocketHandle adopt(SocketState listener, FamilySocket accepted) throws KernelSocketException {
        SocketHandle handle;
        try {
            handle = listener.scope().core().adopt(listener.scope(), listener.entry(), accepted, listener.domain(),
                    listener.type(), listener.protocol());
        } catch (KernelSocketException e) {
            // The owner or the family goes, and this socket with it.
            throw new KernelSocketException("accept", Errno.EINTR, e.detail());
        }
        listener.accepted();
        SocketState state = handle.state();
        state.readiness().connected(false);
        if (listener.handsOn() && state.host() != null && state.tryEnter()) {
            try {
                OptionCalls.inherit(state, listener);
            } finally {
                state.leave();
            }
        }
        return handle;
    }

    /** Finds out what a socket does that was made elsewhere and came in a message. */
    static void recognise(SocketState socket) throws KernelSocketException {
        if (!socket.tryEnter()) {
            return;
        }
        try {
            HostSocket host = socket.host();
            OptionCalls.inherit(socket, null);
            if (host.option(SysSocket.SOL_SOCKET, SysSocket.SO_ACCEPTCONN) > 0) {
                socket.readiness().listening();
            } else if (host.hasPeer()) {
                socket.readiness().connected(false);
            } else if (isConnecting(socket)) {
                socket.readiness().connecting();
            }
        } finally {
            socket.leave();
        }
    }

    /** Whether a TCP connection that is no more had been made: its SYN was acknowledged. Of others it is believed. */
    static boolean hadConnection(SocketState socket) {
        MemorySegment info = MemorySegment.ofArray(new byte[TcpOptions.TCP_INFO.size()]);
        try {
            int length = socket.host().getsockopt(SysSocket.SOL_TCP, NetinetTcp.TCP_INFO, info);
            return TcpOptions.TCP_INFO.decode(info.asSlice(0, Math.min(length, info.byteSize()))).bytesAcked() > 0;
        } catch (KernelSocketException e) {
            return true;
        }
    }

    /** Whether a TCP connection is being made. Within a call. */
    static boolean isConnecting(SocketState socket) {
        return socket.isStream()
                && (socket.host().option(SysSocket.SOL_TCP, NetinetTcp.TCP_INFO) & 0xff) == SYN_SENT;
    }

    /** A connect has failed. The host may have refused the address before it looked at what the socket does already. */
    private static void connectFailed(SocketState socket, int errno, boolean toTell) {
        boolean asBefore = socket.host() != null && switch (socket.phase()) {
            case EventSource.PHASE_LISTENING -> true;
            case EventSource.PHASE_CONNECTED -> socket.host().hasPeer();
            case EventSource.PHASE_CONNECTING -> isConnecting(socket);
            default -> false;
        };
        if (!asBefore) {
            socket.readiness().connectFailed(errno, toTell);
        }
    }

    static int connect(SocketState socket, SockAddrBuffer address, long span) throws KernelSocketException {
        return (int) socket.call("connect", () -> connectWithin(socket, address, span));
    }

    private static int connectWithin(SocketState socket, SockAddrBuffer address, long span)
            throws KernelSocketException {
        boolean waits = Blocking.may(socket, 0);
        // Of an earlier connection. What is kept meanwhile is of the one that is made.
        int kept = socket.takeKeptError();
        socket.readiness().recordConnect(address);
        int errno = 0;
        try {
            int result;
            if (!waits) {
                result = connectAtOnce(socket, address);
            } else {
                result = Operations.recordsSlow()
                        ? (int) RecordedCall.make("connect", socket, () -> connectBlocking(socket, address, span))
                        : connectBlocking(socket, address, span);
            }
            if (result == KernelSocket.IN_PROGRESS) {
                socket.readiness().connecting();
            } else if (address.family() == SysSocket.AF_UNSPEC) {
                socket.readiness().dissolved();
                socket.keepErrorOn(kept);
            } else {
                socket.readiness().connected(true);
            }
            return result;
        } catch (KernelSocketException e) {
            errno = e.number();
            if (kept != 0 && e.errno() == Errno.ECONNABORTED) {
                // How Linux tells at the next connect that the former one failed, if the reason has been taken from it.
                throw new KernelSocketException("connect", kept, e.detail());
            }
            if (!KeptError.isForgotten(socket, e.errno(), waits)) {
                socket.keepErrorOn(kept);
            }
            switch (e.errno()) {
                case EINTR, ECANCELED, EALREADY, EISCONN, ENOTSOCK -> {
                    // It is as it was.
                }
                case ETIMEDOUT -> {
                    if (socket.phase() != EventSource.PHASE_CONNECTING) {
                        connectFailed(socket, e.number(), waits);
                    }
                }
                default -> connectFailed(socket, e.number(), waits);
            }
            throw e;
        } finally {
            socket.readiness().connectReturned(errno);
        }
    }

    private static int connectAtOnce(SocketState socket, SockAddrBuffer address) throws KernelSocketException {
        int result = AtOnce.connect(socket, address);
        if (result == -LinuxConst.EINPROGRESS) {
            return KernelSocket.IN_PROGRESS;
        }
        if (result < 0) {
            throw new KernelSocketException("connect", -result, address.toString());
        }
        return 0;
    }

    private static int connectBlocking(SocketState socket, SockAddrBuffer address, long span)
            throws KernelSocketException {
        if (span == Deadline.FOREVER && Waiting.inKernel(socket) && !Thread.currentThread().isInterrupted()) {
            return connectInKernel(socket, address);
        }
        return connectWaiting(socket, address, span, socket.sendSpan());
    }

    private static int connectInKernel(SocketState socket, SockAddrBuffer address) throws KernelSocketException {
        HostSocket host = socket.host();
        long deadline = Deadline.after(socket.sendSpan());
        SignalWaiter waiter = SignalWaiter.enter(socket.waiters());
        int result = 0;
        boolean cancelled;
        try {
            do {
                Blocking.check(socket, "connect", waiter.lookAround());
                // After a signal without a reason, connecting again goes on waiting for the first.
                result = host.connectWaiting(address);
            } while (result == -LinuxConst.EINTR && Deadline.remaining(deadline, socket.sendSpan()) > 0);
        } finally {
            cancelled = waiter.leave();
            if ((result == -LinuxConst.EINTR && socket.domain() != SysSocket.AF_UNIX)
                    || (result == -LinuxConst.EINPROGRESS && cancelled)) {
                // Left early: the host goes on without us.
                socket.readiness().connecting();
            }
        }
        if (result == -LinuxConst.EINTR) {
            // Its time has passed, and each signal had it begin again.
            Blocking.stops(cancelled, "connect", result);
            result = socket.domain() == SysSocket.AF_UNIX ? -LinuxConst.EAGAIN : -LinuxConst.EINPROGRESS;
        } else if (result == -LinuxConst.EINPROGRESS || isFull(socket, result)) {
            Blocking.stops(cancelled, "connect", result);
            long left = Deadline.remaining(deadline, socket.sendSpan());
            if (left > 0) {
                return connectWaiting(socket, address, Deadline.FOREVER, left);
            }
        }
        if (result == -LinuxConst.EINPROGRESS) {
            return KernelSocket.IN_PROGRESS;
        }
        if (result < 0) {
            throw new KernelSocketException("connect", -result, address.toString());
        }
        return 0;
    }

    /** Whether a UNIX listener had no room, for which a connect waits. */
    private static boolean isFull(SocketState socket, int result) {
        return result == -LinuxConst.EAGAIN && socket.domain() == SysSocket.AF_UNIX;
    }

    private static int connectWaiting(SocketState socket, SockAddrBuffer address, long span, long optionSpan)
            throws KernelSocketException {
        ConnectAttempt attempt = new ConnectAttempt(socket, address);
        // A UNIX listener without room tells nobody when it has some.
        boolean pollLies = socket.host() != null && socket.domain() == SysSocket.AF_UNIX;
        long result;
        try {
            result = new Waiting(socket, "connect", SysPoll.POLLOUT, span, optionSpan).until(attempt, pollLies);
        } catch (KernelSocketException e) {
            if (attempt.pending) {
                socket.readiness().connecting();
            }
            throw e;
        }
        if (result != KernelSocket.WOULD_BLOCK) {
            return (int) result;
        }
        if (attempt.pending) {
            return KernelSocket.IN_PROGRESS;
        }
        throw new KernelSocketException("connect", Errno.EAGAIN, address.toString());
    }

    /** Connects without blocking, and then asks whether it is done. */
    private static final class ConnectAttempt implements Attempt {

        private final SocketState socket;
        private final SockAddrBuffer address;
        private boolean pending;

        ConnectAttempt(SocketState socket, SockAddrBuffer address) {
            this.socket = socket;
            this.address = address;
        }

        @Override
        public long run() throws KernelSocketException {
            return pending ? ask() : begin();
        }

        private long begin() throws KernelSocketException {
            int result = AtOnce.connect(socket, address);
            switch (result) {
                case 0 -> {
                    return 0;
                }
                case -LinuxConst.EINPROGRESS, -LinuxConst.EALREADY -> {
                    pending = true;
                    return KernelSocket.WOULD_BLOCK;
                }
                case -LinuxConst.EAGAIN -> {
                    if (socket.domain() == SysSocket.AF_UNIX) {
                        return KernelSocket.WOULD_BLOCK;
                    }
                }
                default -> {
                    // Failed, as said below.
                }
            }
            throw new KernelSocketException("connect", -result, address.toString());
        }

        private long ask() throws KernelSocketException {
            int events = socket.family().poll();
            if ((events & (SysPoll.POLLOUT | SysPoll.POLLERR | SysPoll.POLLHUP)) == 0) {
                return KernelSocket.WOULD_BLOCK;
            }
            int result = socket.host() == null ? -socket.takePendingError() : askHost(events);
            if (result == -LinuxConst.EALREADY) {
                return KernelSocket.WOULD_BLOCK;
            }
            pending = false;
            if (result < 0) {
                throw new KernelSocketException("connect", -result, address.toString());
            }
            return 0;
        }

        /**
         * What came of it, and nothing of a failure left behind: as after a connect that waits in the kernel, the next
         * one begins anew. For that TCP wants to be told to forget it, which others do by themselves.
         */
        private int askHost(int events) throws KernelSocketException {
            if (socket.domain() != SysSocket.AF_INET && socket.domain() != SysSocket.AF_INET6) {
                return -socket.takePendingError();
            }
            HostSocket host = socket.host();
            if ((events & (SysPoll.POLLERR | SysPoll.POLLHUP)) != 0 && !host.hasPeer()) {
                int error = socket.takePendingError();
                // To connect again would be another attempt if this one was shut down.
                host.connectNow(NOBODY);
                return -(error != 0 ? error : LinuxConst.ECONNABORTED);
            }
            int result = AtOnce.connect(socket, address);
            if (result == -LinuxConst.EISCONN) {
                return 0;
            }
            int kept = result == -LinuxConst.ECONNABORTED ? socket.takeKeptError() : 0;
            return kept == 0 ? result : -kept;
        }
    }
}
