// SPDX-License-Identifier: Apache-2.0
package connector.impl.family;

import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Datagram;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Overrun;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.netlink.PortListener;
import connector.impl.netlink.Received;
import connector.impl.netlink.Tapped;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.ReentrantLock;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.SysPoll;
import ksock.api.SysSocket;
import ksock.api.family.FamilySocket;
import ksock.api.family.ReadinessListener;

/** A netlink socket over a port. */
final class NetlinkSocket implements FamilySocket, PortListener {

    /** What Linux lets a socket send that nobody tuned: the send buffer, less what a message costs beside its bytes. */
    private static final long MAX_DATAGRAM = 212_992 - 32;

    private static final int GROUPS_OF_MASK = 32;

    private final Port port;
    private final SocketOptions options;
    /** Makes looking and taking one step; never held while a listener is called. */
    private final ReentrantLock receiving = new ReentrantLock();
    private volatile ReadinessListener readiness;
    private volatile Destination peer = Destination.KERNEL;

    /** Where a message goes without an address of its own. */
    private record Destination(int portId, int groups) {

        static final Destination KERNEL = new Destination(0, 0);

        /** As in Linux, of a mask with several groups the lowest counts. */
        int group() {
            return groups == 0 ? 0 : Integer.numberOfTrailingZeros(groups) + 1;
        }
    }

    NetlinkSocket(Netlink netlink, Identity identity, PortLimits limits, int type) {
        port = netlink.open(identity, limits, this);
        options = new SocketOptions(port, type);
    }

    @Override
    public void bind(SockAddr address) throws KernelSocketException {
        if (!(address instanceof SockAddr.Netlink netlink)) {
            throw new KernelSocketException("bind", Errno.EINVAL, address + " is no netlink address");
        }
        int errno = port.bind(netlink.portId(), netlink.groups());
        if (errno != 0) {
            throw new KernelSocketException("bind", errno, switch (errno) {
                case NetlinkErrno.EADDRINUSE -> address + ": that port id is in use";
                case NetlinkErrno.EINVAL -> address + ": this socket has port id "
                        + Integer.toUnsignedString(port.portId()) + " already";
                default -> address.toString();
            });
        }
    }

    @Override
    public int connect(SockAddrBuffer address) throws KernelSocketException {
        switch (address.family()) {
            case SysSocket.AF_UNSPEC -> peer = Destination.KERNEL;
            case SysSocket.AF_NETLINK -> {
                check("connect", port.autobind(), "");
                peer = destination("connect", address);
            }
            default -> throw new KernelSocketException("connect", Errno.EINVAL,
                    "family " + address.family() + " is not netlink's");
        }
        return 0;
    }

    private static Destination destination(String operation, SockAddrBuffer address) throws KernelSocketException {
        if (address.family() != SysSocket.AF_NETLINK || address.length() < 12) {
            throw new KernelSocketException(operation, Errno.EINVAL, "this is no netlink address");
        }
        return new Destination(address.netlinkPortId(), address.netlinkGroups());
    }

    @Override
    public long send(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer to)
            throws KernelSocketException {
        checkSend(length, flags);
        return send(buffer.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE), to);
    }

    @Override
    public long sendmsg(MessageHeader message, int flags) throws KernelSocketException {
        long length = 0;
        for (MemorySegment part : message.buffers()) {
            length += part.byteSize();
        }
        checkSend(length, flags);
        byte[] bytes = new byte[(int) length];
        int at = 0;
        for (MemorySegment part : message.buffers()) {
            MemorySegment.copy(part, 0, MemorySegment.ofArray(bytes), at, part.byteSize());
            at += (int) part.byteSize();
        }
        return send(bytes, message.name());
    }

    private static void checkSend(long length, int flags) throws KernelSocketException {
        if ((flags & SysSocket.MSG_OOB) != 0) {
            throw new KernelSocketException("send", Errno.EOPNOTSUPP, "netlink has no urgent data");
        }
        if (length > MAX_DATAGRAM) {
            throw new KernelSocketException("send", Errno.EMSGSIZE,
                    length + " bytes: a datagram has at most " + MAX_DATAGRAM);
        }
    }

    private long send(byte[] bytes, SockAddrBuffer to) throws KernelSocketException {
        Destination destination = to == null || to.length() == 0 ? peer : destination("send", to);
        check("send", port.autobind(), "");
        if (bytes.length < NlMsgHdr.SIZE) {
            // As in the kernel: what is no netlink message is not one, silently.
            return bytes.length;
        }
        NlMsgHdr.buffer(bytes).putInt(NlMsgHdr.PID, port.portId());
        int errno = port.trySend(Frame.wrap(bytes), destination.portId(), destination.group());
        if (errno == NetlinkErrno.EAGAIN) {
            return KernelSocket.WOULD_BLOCK;
        }
        check("send", errno, "to port " + Integer.toUnsignedString(destination.portId()) + ", group "
                + destination.group());
        return bytes.length;
    }

    @Override
    public long recv(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer from)
            throws KernelSocketException {
        Received next = next(flags);
        if (next == null) {
            return KernelSocket.WOULD_BLOCK;
        }
        byte[] bytes = bytes(next);
        long copied = Math.min(length, bytes.length);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, buffer, offset, copied);
        name(next, from);
        return (flags & SysSocket.MSG_TRUNC) != 0 ? bytes.length : copied;
    }

    @Override
    public long recvmsg(MessageHeader message, int flags) throws KernelSocketException {
        Received next = next(flags);
        if (next == null) {
            return KernelSocket.WOULD_BLOCK;
        }
        MemorySegment bytes = MemorySegment.ofArray(bytes(next));
        long copied = 0;
        for (MemorySegment part : message.buffers()) {
            long count = Math.min(part.byteSize(), bytes.byteSize() - copied);
            MemorySegment.copy(bytes, copied, part, 0, count);
            copied += count;
        }
        name(next, message.name());
        boolean cut = options.control(next, message.control());
        message.flags((copied < bytes.byteSize() ? SysSocket.MSG_TRUNC : 0) | (cut ? SysSocket.MSG_CTRUNC : 0));
        return (flags & SysSocket.MSG_TRUNC) != 0 ? bytes.byteSize() : copied;
    }

    private static byte[] bytes(Received received) {
        return received instanceof Tapped tapped ? tapped.bytes() : ((Datagram) received).frame().bytes();
    }

    /** {@return the next datagram, or what is tapped next, or null} */
    private Received next(int flags) throws KernelSocketException {
        if ((flags & SysSocket.MSG_OOB) != 0) {
            throw new KernelSocketException("recv", Errno.EOPNOTSUPP, "netlink has no urgent data");
        }
        receiving.lock();
        try {
            Received next = peekKernelLike();
            if (next == null || (flags & SysSocket.MSG_PEEK) == 0 || next instanceof Overrun) {
                next = port.receive();
            }
            if (next instanceof Overrun overrun) {
                throw new KernelSocketException("recv", Errno.ENOBUFS,
                        "the receive queue was full; lost so far: " + overrun.losses());
            }
            return next;
        } finally {
            receiving.unlock();
        }
    }

    /** Passes over the reports that the kernel does not make; called with the lock held. */
    private Received peekKernelLike() {
        Received next = port.peek();
        while (next instanceof Overrun overrun && !overrun.enobufs()) {
            port.passOverLosses();
            next = port.peek();
        }
        return next;
    }

    private static void name(Received received, SockAddrBuffer from) {
        if (from != null) {
            // What is tapped comes from the connector.
            int group = received instanceof Datagram datagram ? datagram.group() : 0;
            from.setNetlink(received instanceof Datagram datagram ? datagram.sourcePort() : 0,
                    group > 0 && group <= GROUPS_OF_MASK ? 1 << (group - 1) : 0);
        }
    }

    @Override
    public void setsockopt(int level, int option, MemorySegment value) throws KernelSocketException {
        options.set(level, option, value);
    }

    @Override
    public int getsockopt(int level, int option, MemorySegment value) throws KernelSocketException {
        return options.get(level, option, value);
    }

    @Override
    public void getpeername(SockAddrBuffer address) {
        address.setNetlink(peer.portId(), peer.groups());
    }

    @Override
    public void getsockname(SockAddrBuffer address) {
        address.setNetlink(port.portId(), port.groupMask());
    }

    @Override
    public int poll() {
        receiving.lock();
        try {
            return SysPoll.POLLOUT | switch (peekKernelLike()) {
                case null -> 0;
                case Overrun overrun -> SysPoll.POLLIN | SysPoll.POLLERR;
                case Datagram datagram -> SysPoll.POLLIN;
                case Tapped tapped -> SysPoll.POLLIN;
            };
        } finally {
            receiving.unlock();
        }
    }

    @Override
    public void readiness(ReadinessListener listener) {
        readiness = listener;
    }

    @Override
    public void readable(Port readable) {
        ReadinessListener listener = readiness;
        if (listener != null) {
            listener.ready(SysPoll.POLLIN);
        }
    }

    @Override
    public void close() {
        port.close();
    }

    private static void check(String operation, int errno, String detail) throws KernelSocketException {
        if (errno != 0) {
            throw new KernelSocketException(operation, errno, detail);
        }
    }
}
