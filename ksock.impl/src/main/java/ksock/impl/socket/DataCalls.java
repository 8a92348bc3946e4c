// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.foreign.MemorySegment;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddrBuffer;
import ksock.api.SysPoll;
import ksock.api.SysSocket;
import ksock.impl.host.HostSocket;
import ksock.impl.jfr.Operations;
import ksock.impl.wait.Deadline;
import ksock.impl.wait.SignalWaiter;

/** send, sendto, recv, recvfrom. Arguments have been checked. */
final class DataCalls {

    /** Up to how many bytes a blocking send first tries not to wait. */
    private static final long SHORT = 4096;

    private DataCalls() {
    }

    static long send(SocketState socket, MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer to,
            long span) throws KernelSocketException {
        String operation = to == null ? "send" : "sendto";
        socket.enter(operation);
        try {
            return FastOpen.asked(socket, flags)
                    ? FastOpen.send(socket, () -> send(socket, operation, buffer, offset, length, flags, to, span))
                    : send(socket, operation, buffer, offset, length, flags, to, span);
        } catch (KernelSocketException e) {
            throw KeptError.ofSend(socket, e);
        } finally {
            boolean left = false;
            try {
                socket.leave();
                left = true;
            } finally {
                if (!left) {
                    socket.lost++;
                }
            }
        }
    }

    private static long send(SocketState socket, String operation, MemorySegment buffer, long offset, long length,
            int flags, SockAddrBuffer to, long span) throws KernelSocketException {
        KeptError.meetSend(socket, operation, flags);
        long sent;
        if (!Blocking.may(socket, flags)) {
            sent = SendAttempt.goesInPieces(socket, buffer, length)
                    ? new SendAttempt(socket, buffer, offset, length, flags, to).runOnce()
                    : socket.family().send(buffer, offset, length, flags, to);
            socket.sendRefused(sent, length);
        } else if (Operations.recordsSlow()) {
            sent = RecordedCall.make(operation, socket,
                    () -> sendBlocking(socket, operation, buffer, offset, length, flags, to, span));
        } else {
            sent = sendBlocking(socket, operation, buffer, offset, length, flags, to, span);
        }
        if (sent > 0) {
            socket.sent(sent);
        }
        return sent;
    }

    private static long sendBlocking(SocketState socket, String operation, MemorySegment buffer, long offset,
            long length, int flags, SockAddrBuffer to, long span) throws KernelSocketException {
        if (SendAttempt.goesInPieces(socket, buffer, length) || span != Deadline.FOREVER || !Waiting.inKernel(socket)
                || Thread.currentThread().isInterrupted()) {
            return sendWaiting(socket, operation, new SendAttempt(socket, buffer, offset, length, flags, to), span);
        }
        if (length > SHORT || to != null || (flags & (SysSocket.MSG_OOB | SysSocket.MSG_FASTOPEN)) != 0) {
            return sendInKernel(socket, operation, buffer, offset, length, flags, to);
        }
        // Nearly always there is room, and then nobody has to know that a thread may wait.
        long sent = socket.host().send(buffer, offset, length, flags, null);
        if (sent == length || (sent >= 0 && !socket.isStream())) {
            return sent;
        }
        if (sent > 0) {
            SendAttempt rest = new SendAttempt(socket, buffer, offset, length, flags, null);
            rest.sent(sent);
            return sendWaiting(socket, operation, rest, Deadline.FOREVER);
        }
        return sendInKernel(socket, operation, buffer, offset, length, flags, null);
    }

    private static long sendInKernel(SocketState socket, String operation, MemorySegment buffer, long offset,
            long length, int flags, SockAddrBuffer to) throws KernelSocketException {
        HostSocket host = socket.host();
        long deadline = Deadline.after(socket.sendSpan());
        SignalWaiter waiter = SignalWaiter.enterToSend(socket.waiters());
        long sent;
        boolean cancelled;
        try {
            do {
                Blocking.check(socket, operation, waiter.lookAround());
                sent = host.transmit(buffer, offset, length, flags, to);
            } while (sent == HostSocket.INTERRUPTED && socket.sendSpan() == Deadline.FOREVER);
        } finally {
            cancelled = waiter.leave();
        }
        return sent == length || (sent >= 0 && !socket.isStream()) || Blocking.stops(cancelled, operation, sent)
                ? sent : sendRest(socket, operation, buffer, offset, length, flags, to, sent, deadline);
    }

    /** Goes on with a send that the host has cut short; see {@link Blocking#stops}. */
    private static long sendRest(SocketState socket, String operation, MemorySegment buffer, long offset, long length,
            int flags, SockAddrBuffer to, long sent, long deadline) throws KernelSocketException {
        long left = Deadline.remaining(deadline, socket.sendSpan());
        if (left <= 0) {
            return Math.max(sent, KernelSocket.WOULD_BLOCK);
        }
        SendAttempt rest = sent > 0
                ? new SendAttempt(socket, buffer, offset, length, flags & ~SysSocket.MSG_FASTOPEN, null)
                : new SendAttempt(socket, buffer, offset, length, flags, to);
        rest.sent(Math.max(0, sent));
        return new Waiting(socket, operation, SysPoll.POLLOUT, Deadline.FOREVER, left)
                .until(rest, socket.pollLiesOfRoom());
    }

    private static long sendWaiting(SocketState socket, String operation, SendAttempt attempt, long span)
            throws KernelSocketException {
        return new Waiting(socket, operation, SysPoll.POLLOUT, span, socket.sendSpan())
                .until(attempt, socket.pollLiesOfRoom());
    }

    static long recv(SocketState socket, MemorySegment buffer, long offset, long length, int flags,
            SockAddrBuffer from, long span) throws KernelSocketException {
        String operation = from == null ? "recv" : "recvfrom";
        socket.enter(operation);
        try {
            return recv(socket, operation, buffer, offset, length, flags, from, span);
        } finally {
            boolean left = false;
            try {
                socket.leave();
                left = true;
            } finally {
                if (!left) {
                    socket.lost++;
                }
            }
        }
    }

    private static long recv(SocketState socket, String operation, MemorySegment buffer, long offset, long length,
            int flags, SockAddrBuffer from, long span) throws KernelSocketException {
        KeptError.meetReceive(socket, operation, flags);
        long received;
        if (!Blocking.mayReceive(socket, flags)) {
            received = socket.family().recv(buffer, offset, length, flags, from);
        } else if (Operations.recordsSlow()) {
            received = RecordedCall.make(operation, socket,
                    () -> recvBlocking(socket, operation, buffer, offset, length, flags, from, span));
        } else {
            received = recvBlocking(socket, operation, buffer, offset, length, flags, from, span);
        }
        if (received > 0) {
            socket.received(received, flags);
        } else {
            if (length > 0) {
                KeptError.meetNothing(socket, operation, flags, received);
            }
            socket.receivedNothing(flags);
        }
        return received;
    }

    private static long recvBlocking(SocketState socket, String operation, MemorySegment buffer, long offset,
            long length, int flags, SockAddrBuffer from, long span) throws KernelSocketException {
        if (span == Deadline.FOREVER && Waiting.inKernel(socket) && !Thread.currentThread().isInterrupted()) {
            return recvInKernel(socket, operation, buffer, offset, length, flags, from);
        }
        return recvWaiting(socket, operation, buffer, offset, length, flags, from, span, socket.receiveSpan(), 0);
    }

    private static long recvInKernel(SocketState socket, String operation, MemorySegment buffer, long offset,
            long length, int flags, SockAddrBuffer from) throws KernelSocketException {
        HostSocket host = socket.host();
        long deadline = Deadline.after(socket.receiveSpan());
        SignalWaiter waiter = SignalWaiter.enterToReceive(socket.waiters());
        long received;
        boolean cancelled;
        try {
            do {
                Blocking.check(socket, operation, waiter.lookAround());
                received = host.receive(buffer, offset, length, flags, from);
            } while (received == HostSocket.INTERRUPTED && socket.receiveSpan() == Deadline.FOREVER);
            if (length == 0 && received == 0 && Blocking.waitsForNothing(socket)) {
                // A signal ends that, too, and nothing was taken.
                Blocking.check(socket, operation, waiter.lookAround());
            }
        } finally {
            cancelled = waiter.leave();
        }
        if ((received >= 0 && !WaitAll.isCutShort(socket, received, length, flags))
                || Blocking.stops(cancelled, operation, received)) {
            return received;
        }
        long left = Deadline.remaining(deadline, socket.receiveSpan());
        return left <= 0 ? Math.max(received, KernelSocket.WOULD_BLOCK) : recvWaiting(socket, operation, buffer,
                offset, length, flags, from, Deadline.FOREVER, left, Math.max(0, received));
    }

    /**
     * A receive of no bytes on TCP: it meets what is there, and gives nothing for whatever comes while it waits.
     *
     * @param call the receive, not waiting
     */
    static long waitForNothing(SocketState socket, String operation, long span, Attempt call)
            throws KernelSocketException {
        int events = SysPoll.POLLIN | SysPoll.POLLRDHUP | SysPoll.POLLPRI;
        Waiting waiting = new Waiting(socket, operation, events, span, socket.receiveSpan());
        long result = waiting.until(new Attempt() {

            private boolean waits;

            @Override
            public long run() throws KernelSocketException {
                if (waits) {
                    return (socket.host().poll() & ~SysPoll.POLLOUT) == 0 ? KernelSocket.WOULD_BLOCK : 0;
                }
                waits = true;
                return call.run();
            }
        }, false);
        // The option's time ends it as anything else does.
        return Math.max(0, result);
    }

    private static long recvWaiting(SocketState socket, String operation, MemorySegment buffer, long offset,
            long length, int flags, SockAddrBuffer from, long span, long optionSpan, long already)
            throws KernelSocketException {
        if (length == 0 && Blocking.waitsForNothing(socket)) {
            return waitForNothing(socket, operation, span,
                    () -> socket.family().recv(buffer, offset, 0, flags, from));
        }
        Waiting waiting = new Waiting(socket, operation, SysPoll.POLLIN | SysPoll.POLLRDHUP, span, optionSpan);
        if (length == 0 || !WaitAll.asked(socket, flags)) {
            return waiting.until(() -> {
                long result = socket.family().recv(buffer, offset, length, flags, from);
                return result == KernelSocket.WOULD_BLOCK && Blocking.isShutForDatagrams(socket)
                        ? Math.max(0, socket.family().recv(buffer, offset, length, flags, from)) : result;
            }, false);
        }
        return waiting.until(new Attempt() {

            private long received = already;

            @Override
            public long run() throws KernelSocketException {
                if (WaitAll.peeks(flags)) {
                    received = 0;
                }
                // Until nothing more is there: what lies behind, the end too, may have been told already.
                while (true) {
                    if (received > 0 && !WaitAll.goesOn(socket)) {
                        return WaitAll.atMark(socket) ? received : KernelSocket.WOULD_BLOCK;
                    }
                    // Whose data it is comes with the first of them; the end would say that it is nobody's.
                    long result = socket.family().recv(buffer, offset + received, length - received, flags,
                            received == 0 ? from : null);
                    if (result < 0) {
                        return result;
                    }
                    received += result;
                    if (received == length || WaitAll.ended(socket, result, flags)) {
                        return received;
                    }
                    if (WaitAll.peeks(flags)) {
                        return KernelSocket.WOULD_BLOCK;
                    }
                }
            }

            @Override
            public long progress() {
                return received;
            }
        }, false);
    }
}
