// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SysPoll;
import ksock.api.SysSocket;
import ksock.impl.host.HostSocket;
import ksock.impl.jfr.Operations;
import ksock.impl.wait.Deadline;
import ksock.impl.wait.SignalWaiter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** sendmsg and recvmsg, and the sockets that travel with them. Arguments have been checked. */
final class MessageCalls {

    private static final Logger LOG = LoggerFactory.getLogger(MessageCalls.class);

    /** {@code SCM_MAX_FD} of the kernel. */
    private static final int MAX_RIGHTS = 253;

    private MessageCalls() {
    }

    static long sendmsg(SocketState socket, MessageHeader message, int flags, long span) throws KernelSocketException {
        return socket.call("sendmsg", () -> {
            try {
                return FastOpen.asked(socket, flags)
                        ? FastOpen.send(socket, () -> send(socket, message, flags, span))
                        : send(socket, message, flags, span);
            } catch (KernelSocketException e) {
                throw KeptError.ofSend(socket, e);
            }
        });
    }

    private static long send(SocketState socket, MessageHeader message, int flags, long span)
            throws KernelSocketException {
        KeptError.meetSend(socket, "sendmsg", flags);
        List<SocketState> rights = rights(message.rights());
        if (!rights.isEmpty() && socket.host() == null) {
            throw new KernelSocketException("sendmsg", Errno.EINVAL, "sockets travel over the host's only");
        }
        long sent = send(socket, message, rights, flags, span);
        if (sent > 0) {
            socket.sent(sent);
        }
        return sent;
    }

    private static long send(SocketState socket, MessageHeader message, List<SocketState> rights, int flags, long span)
            throws KernelSocketException {
        if (!Blocking.may(socket, flags)) {
            long sent = transmit(socket, message, flags | SysSocket.MSG_DONTWAIT, rights);
            socket.sendRefused(sent, length(message));
            return sent;
        }
        return Operations.recordsSlow()
                ? RecordedCall.make("sendmsg", socket, () -> sendBlocking(socket, message, rights, flags, span))
                : sendBlocking(socket, message, rights, flags, span);
    }

    private static long sendBlocking(SocketState socket, MessageHeader message, List<SocketState> rights, int flags,
            long span) throws KernelSocketException {
        long length = length(message);
        // Sockets that travel are in use while the host is called, and who closes one waits for that: not for a peer.
        if (!rights.isEmpty() || span != Deadline.FOREVER || !Waiting.inKernel(socket)
                || Thread.currentThread().isInterrupted()) {
            return sendWaiting(socket, message, rights, flags, 0, span, socket.sendSpan());
        }
        long deadline = Deadline.after(socket.sendSpan());
        SignalWaiter waiter = SignalWaiter.enterToSend(socket.waiters());
        long sent;
        boolean cancelled;
        try {
            do {
                Blocking.check(socket, "sendmsg", waiter.lookAround());
                sent = socket.host().transmit(message, flags, List.of());
            } while (sent == HostSocket.INTERRUPTED && socket.sendSpan() == Deadline.FOREVER);
        } finally {
            cancelled = waiter.leave();
        }
        if (sent == length || (sent >= 0 && !socket.isStream()) || Blocking.stops(cancelled, "sendmsg", sent)) {
            return sent;
        }
        long left = Deadline.remaining(deadline, socket.sendSpan());
        return left <= 0 ? Math.max(sent, KernelSocket.WOULD_BLOCK)
                : sendWaiting(socket, message, rights, flags, Math.max(0, sent), Deadline.FOREVER, left);
    }

    private static long sendWaiting(SocketState socket, MessageHeader message, List<SocketState> rights, int flags,
            long already, long span, long optionSpan) throws KernelSocketException {
        long length = length(message);
        return new Waiting(socket, "sendmsg", SysPoll.POLLOUT, span, optionSpan).until(new Attempt() {

            private long sent = already;
            private int flagsNow = flags | SysSocket.MSG_DONTWAIT;

            @Override
            public long run() throws KernelSocketException {
                // Address, control data and sockets go with the first byte.
                long result = sent == 0 ? begin()
                        : transmit(socket, rest(message, sent), flagsNow & ~SysSocket.MSG_FASTOPEN, List.of());
                if (result < 0 || !socket.isStream()) {
                    return result;
                }
                sent += result;
                return sent < length ? KernelSocket.WOULD_BLOCK : sent;
            }

            private long begin() throws KernelSocketException {
                try {
                    return transmit(socket, message, flagsNow, rights);
                } catch (KernelSocketException e) {
                    if (e.errno() != Errno.EINPROGRESS || !FastOpen.asked(socket, flagsNow)) {
                        throw e;
                    }
                    // Without a cookie the connection is made first, and the message is sent when there is room.
                    flagsNow &= ~SysSocket.MSG_FASTOPEN;
                    return KernelSocket.WOULD_BLOCK;
                }
            }

            @Override
            public long progress() {
                return sent;
            }
        }, socket.pollLiesOfRoom());
    }

    static long recvmsg(SocketState socket, MessageHeader message, int flags, long span) throws KernelSocketException {
        return socket.call("recvmsg", () -> recv(socket, message, flags, span));
    }

    private static long recv(SocketState socket, MessageHeader message, int flags, long span)
            throws KernelSocketException {
        KeptError.meetReceive(socket, "recvmsg", flags);
        List<HostSocket> rights = new ArrayList<>(0);
        long received;
        try {
            received = recv(socket, message, rights, flags, span);
        } finally {
            message.rights(adopt(socket, message, rights));
        }
        if (received > 0) {
            socket.received(received, flags);
        } else {
            if (length(message) > 0) {
                KeptError.meetNothing(socket, "recvmsg", flags, received);
            }
            socket.receivedNothing(flags);
        }
        return received;
    }

    private static long recv(SocketState socket, MessageHeader message, List<HostSocket> rights, int flags, long span)
            throws KernelSocketException {
        if (!Blocking.mayReceive(socket, flags)) {
            return receive(socket, message, flags | SysSocket.MSG_DONTWAIT, rights);
        }
        return Operations.recordsSlow()
                ? RecordedCall.make("recvmsg", socket, () -> recvBlocking(socket, message, rights, flags, span))
                : recvBlocking(socket, message, rights, flags, span);
    }

    private static long recvBlocking(SocketState socket, MessageHeader message, List<HostSocket> rights, int flags,
            long span) throws KernelSocketException {
        if (span != Deadline.FOREVER || !Waiting.inKernel(socket) || Thread.currentThread().isInterrupted()) {
            return recvWaiting(socket, message, rights, flags, 0, span, socket.receiveSpan());
        }
        long length = length(message);
        long deadline = Deadline.after(socket.receiveSpan());
        SignalWaiter waiter = SignalWaiter.enterToReceive(socket.waiters());
        long received;
        boolean cancelled;
        try {
            do {
                Blocking.check(socket, "recvmsg", waiter.lookAround());
                received = socket.host().receive(message, flags, rights);
            } while (received == HostSocket.INTERRUPTED && socket.receiveSpan() == Deadline.FOREVER);
            if (received == 0 && length == 0 && Blocking.waitsForNothing(socket)) {
                // A signal ends that, too, and nothing was taken.
                Blocking.check(socket, "recvmsg", waiter.lookAround());
            }
        } finally {
            cancelled = waiter.leave();
        }
        // Sockets come with the data that they were sent with, and with nothing behind it.
        boolean whole = !rights.isEmpty() || !WaitAll.isCutShort(socket, received, length, flags);
        if ((received >= 0 && whole) || Blocking.stops(cancelled, "recvmsg", received)) {
            return received;
        }
        long left = Deadline.remaining(deadline, socket.receiveSpan());
        return left <= 0 ? Math.max(received, KernelSocket.WOULD_BLOCK)
                : recvWaiting(socket, message, rights, flags, Math.max(0, received), Deadline.FOREVER, left);
    }

    private static long recvWaiting(SocketState socket, MessageHeader message, List<HostSocket> rights, int flags,
            long already, long span, long optionSpan) throws KernelSocketException {
        boolean all = WaitAll.asked(socket, flags);
        long length = length(message);
        if (length == 0 && Blocking.waitsForNothing(socket)) {
            message.flags(0);
            if (message.name() != null) {
                message.name().clear();
            }
            if (message.control() != null) {
                message.control().clear();
            }
            return DataCalls.waitForNothing(socket, "recvmsg", span,
                    () -> receive(socket, message, flags | SysSocket.MSG_DONTWAIT, rights));
        }
        return new Waiting(socket, "recvmsg", SysPoll.POLLIN | SysPoll.POLLRDHUP, span, optionSpan)
                .until(new Attempt() {

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
                            long result = receive(socket, received == 0 ? message : rest(message, received),
                                    flags | SysSocket.MSG_DONTWAIT, rights);
                            if (result == KernelSocket.WOULD_BLOCK && Blocking.isShutForDatagrams(socket)) {
                                return Math.max(0, receive(socket, message, flags | SysSocket.MSG_DONTWAIT, rights));
                            }
                            if (result < 0 || !all) {
                                return result;
                            }
                            received += result;
                            // Sockets come with the data that they were sent with, and with nothing behind it.
                            if (received == length || !rights.isEmpty() || WaitAll.ended(socket, result, flags)) {
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

    /** Sends, and does not wait; the sockets that travel are entered meanwhile. */
    private static long transmit(SocketState socket, MessageHeader message, int flags, List<SocketState> rights)
            throws KernelSocketException {
        HostSocket host = socket.host();
        if (rights.isEmpty()) {
            return host == null ? socket.family().sendmsg(message, flags) : host.transmit(message, flags, List.of());
        }
        SocketState[] travelling = rights.toArray(SocketState[]::new);
        int entered = 0;
        try {
            for (; entered < travelling.length; entered++) {
                travelling[entered].enter("sendmsg");
            }
            return host.transmit(message, flags, rights.stream().map(SocketState::host).toList());
        } finally {
            // In this frame, and without a call where one has failed: as SocketState.call leaves.
            int left = 0;
            try {
                for (; left < entered; left++) {
                    travelling[left].leave();
                }
            } finally {
                for (; left < entered; left++) {
                    travelling[left].lost++;
                }
            }
        }
    }

    private static long receive(SocketState socket, MessageHeader message, int flags, List<HostSocket> rights)
            throws KernelSocketException {
        HostSocket host = socket.host();
        return host == null ? socket.family().recvmsg(message, flags) : host.receive(message, flags, rights);
    }

    /** The sockets that are to travel. */
    private static List<SocketState> rights(List<KernelSocket> sockets) throws KernelSocketException {
        if (sockets.isEmpty()) {
            return List.of();
        }
        if (sockets.size() > MAX_RIGHTS) {
            throw new KernelSocketException("sendmsg", Errno.EINVAL, sockets.size() + " sockets, and " + MAX_RIGHTS
                    + " is the most");
        }
        List<SocketState> states = new ArrayList<>(sockets.size());
        for (KernelSocket socket : sockets) {
            SocketState state = SocketHandle.stateOf(socket);
            if (state == null || state.host() == null) {
                throw new KernelSocketException("sendmsg", Errno.EINVAL,
                        "only sockets of the host's can travel, not " + socket);
            }
            states.add(state);
        }
        return states;
    }

    private static List<KernelSocket> adopt(SocketState receiver, MessageHeader message, List<HostSocket> rights) {
        if (rights.isEmpty()) {
            return List.of();
        }
        int next = 0;
        try {
            List<KernelSocket> adopted = new ArrayList<>(rights.size());
            while (next < rights.size()) {
                HostSocket host = rights.get(next);
                next++;
                adopt(receiver, message, host, adopted);
            }
            return adopted;
        } finally {
            for (; next < rights.size(); next++) {
                rights.get(next).close();
            }
        }
    }

    private static void adopt(SocketState receiver, MessageHeader message, HostSocket host,
            List<KernelSocket> adopted) {
        SocketHandle handle = null;
        boolean done = false;
        try {
            handle = receiver.scope().core().adopt(receiver.scope(), receiver.entry(), host, host.domain(),
                    host.type(), host.protocol());
            ConnectionCalls.recognise(handle.state());
            done = adopted.add(handle);
        } catch (KernelSocketException e) {
            // The owner goes, and this one is closed already, as the receiver is about to be.
            LOG.debug("A socket that came over {} found no owner", receiver, e);
        } catch (OutOfMemoryError e) {
            // As where there is no descriptor for it: it is left behind, and that is said.
            message.flags(message.flags() | SysSocket.MSG_CTRUNC);
        } finally {
            if (!done && handle != null) {
                handle.close();
            }
        }
    }

    private static long length(MessageHeader message) {
        long length = 0;
        for (MemorySegment buffer : message.buffers()) {
            length += buffer.byteSize();
        }
        return length;
    }

    /** What a message has after its first bytes. */
    private static MessageHeader rest(MessageHeader message, long done) {
        List<MemorySegment> rest = new ArrayList<>();
        long skip = done;
        for (MemorySegment buffer : message.buffers()) {
            if (skip >= buffer.byteSize()) {
                skip -= buffer.byteSize();
            } else {
                rest.add(buffer.asSlice(skip));
                skip = 0;
            }
        }
        return new MessageHeader().buffers(rest.toArray(MemorySegment[]::new));
    }
}
