// SPDX-License-Identifier: Apache-2.0
package ksock.impl.host;

import java.lang.foreign.MemorySegment;
import java.util.List;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.SysIoctl;
import ksock.api.SysPoll;
import ksock.api.SysSocket;
import ksock.api.family.FamilySocket;
import ksock.api.family.ReadinessListener;
import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.LinuxConst;
import ksock.impl.libc.PollFds;
import ksock.impl.libc.Scratch;
import ksock.impl.libc.SocketCalls;
import ksock.impl.libc.TimeSpec;

/**
 * A descriptor of the host and the calls on it.
 *
 * <p>The methods of {@link FamilySocket} never block. The others named like a call ({@link #receive},
 * {@link #transmit} ...) block unless their flags say MSG_DONTWAIT, and then answer {@link #INTERRUPTED} when a signal
 * took them out. Any number of threads may call; {@link #close} must be the last call of all.
 */
public final class HostSocket implements FamilySocket {

    /** The result of a blocking call that a signal ended before it did anything. */
    public static final int INTERRUPTED = -3;

    /** The result of a call that was not made: to answer at once it would change the mode that others have, too. */
    public static final int SHARED = Integer.MIN_VALUE;

    /** Up to how many bytes a call that does not wait may hold up a safepoint, in bytes. */
    private static final int BRIEF = 4096;

    private static final int ALL_EVENTS = SysPoll.POLLIN | SysPoll.POLLOUT | SysPoll.POLLPRI | SysPoll.POLLRDHUP;

    private final int fd;
    private final int domain;
    private final int type;
    private final int protocol;
    private final DescriptorMode mode;
    // Under mode.
    private boolean closed;

    HostSocket(int fd, int domain, int type, int protocol) {
        this.fd = fd;
        this.domain = domain;
        this.type = type;
        this.protocol = protocol;
        mode = new DescriptorMode(fd);
    }

    /** The socket of a new descriptor. */
    static HostSocket made(int fd, int domain, int type, int protocol) {
        HostSocket made = null;
        try {
            made = new HostSocket(fd, domain, type, protocol);
            return made;
        } finally {
            if (made == null) {
                // There is no memory for it, and nobody else to close it.
                DescriptorCalls.close(fd);
            }
        }
    }

    /** The socket of a descriptor that came in a message. */
    static HostSocket received(int fd, int domain, int type, int protocol) {
        HostSocket socket = new HostSocket(fd, domain, type, protocol);
        socket.share();
        return socket;
    }

    /** {@return the descriptor} */
    public int fd() {
        return fd;
    }

    /** {@return its address family} */
    public int domain() {
        return domain;
    }

    /** {@return its type, without flags} */
    public int type() {
        return type;
    }

    /** {@return its protocol} */
    public int protocol() {
        return protocol;
    }

    @Override
    public void bind(SockAddr address) throws KernelSocketException {
        Scratch scratch = Scratch.acquire();
        try {
            SockAddrBuffer bytes = new SockAddrBuffer().set(address);
            check("bind", SocketCalls.bind(scratch.errno(), fd, bytes.segment(), bytes.length()), address);
        } finally {
            scratch.release();
        }
    }

    @Override
    public void listen(int backlog) throws KernelSocketException {
        Scratch scratch = Scratch.acquire();
        try {
            check("listen", SocketCalls.listen(scratch.errno(), fd, backlog), "backlog " + backlog);
        } finally {
            scratch.release();
        }
    }

    @Override
    public HostSocket accept(SockAddrBuffer peer) {
        throw new UnsupportedOperationException("of a descriptor that others have, too, it takes more: acceptNow");
    }

    /**
     * Takes a connection if there is one.
     *
     * @param peer takes the peer's address; may be null
     * @return a descriptor for {@link #accepted}, {@link KernelSocket#WOULD_BLOCK}, or {@link #SHARED}
     */
    public int acceptNow(SockAddrBuffer peer) throws KernelSocketException {
        if (mode.isShared()) {
            return SHARED;
        }
        synchronized (mode) {
            return mode.unblock() ? acceptDescriptor(peer) : SHARED;
        }
    }

    /**
     * Takes a connection; blocks for one if the descriptor does.
     *
     * @param peer takes the peer's address; may be null
     * @return a descriptor for {@link #accepted}, {@link KernelSocket#WOULD_BLOCK}, or {@link #INTERRUPTED}
     */
    public int acceptDescriptor(SockAddrBuffer peer) throws KernelSocketException {
        Scratch scratch = Scratch.acquire();
        try {
            int result;
            if (peer == null) {
                result = SocketCalls.accept4(scratch.errno(), fd, MemorySegment.NULL, MemorySegment.NULL,
                        LinuxConst.SOCK_CLOEXEC);
            } else {
                result = SocketCalls.accept4(scratch.errno(), fd, peer.segment(),
                        scratch.length(SockAddrBuffer.CAPACITY), LinuxConst.SOCK_CLOEXEC);
                if (result >= 0) {
                    peer.length(Math.min(scratch.lengthValue(), SockAddrBuffer.CAPACITY));
                }
            }
            return (int) result("accept", result);
        } finally {
            scratch.release();
        }
    }

    /** The socket of a descriptor that {@link #acceptDescriptor} gave. */
    public HostSocket accepted(int descriptor) {
        return made(descriptor, domain, type, protocol);
    }

    @Override
    public int connect(SockAddrBuffer address) {
        throw new UnsupportedOperationException("of a descriptor that others have, too, it takes more: connectNow");
    }

    /**
     * Connects or begins to, and does not block.
     *
     * @param address where to
     * @return 0 or {@code -errno}: EINPROGRESS if it goes on, EAGAIN if a UNIX listener has no room; or {@link #SHARED}
     */
    public int connectNow(SockAddrBuffer address) {
        // Only a connection is waited for; and a call of another thread's must not find the mode changed in vain.
        if (type == SysSocket.SOCK_DGRAM || type == SysSocket.SOCK_RAW || address.family() == SysSocket.AF_UNSPEC) {
            return connectWaiting(address);
        }
        synchronized (mode) {
            if (mode.isShared()) {
                return SHARED;
            }
            boolean changed = mode.unblockOnce();
            try {
                return connectWaiting(address);
            } finally {
                if (changed) {
                    mode.blockAgain();
                }
            }
        }
    }

    /**
     * Connects, and blocks until that is done.
     *
     * @param address where to
     * @return 0 or {@code -errno}
     */
    public int connectWaiting(SockAddrBuffer address) {
        Scratch scratch = Scratch.acquire();
        try {
            return SocketCalls.connect(scratch.errno(), fd, address.segment(), address.length());
        } finally {
            scratch.release();
        }
    }

    @Override
    public long send(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer to)
            throws KernelSocketException {
        if (to == null && isBrief(buffer, length)) {
            return result("send",
                    SocketCalls.sendBriefly(fd, buffer, offset, length, flags | SysSocket.MSG_NOSIGNAL));
        }
        return transmit(buffer, offset, length, flags | SysSocket.MSG_DONTWAIT, to);
    }

    /** As {@link #send}, but blocks without MSG_DONTWAIT; may answer {@link #INTERRUPTED}. */
    public long transmit(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer to)
            throws KernelSocketException {
        if (!buffer.isNative()) {
            return HeapTransfer.send(this, buffer, offset, length, flags, to);
        }
        return transmitNative(buffer, offset, length, flags, to);
    }

    long transmitNative(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer to)
            throws KernelSocketException {
        int all = flags | SysSocket.MSG_NOSIGNAL;
        if (to == null) {
            return result("send", SocketCalls.send(fd, buffer, offset, length, all));
        }
        Scratch scratch = Scratch.acquire();
        try {
            long result = SocketCalls.sendto(scratch.errno(), fd, buffer, offset, length, all, to.segment(),
                    to.length());
            return result("sendto", result, to);
        } finally {
            scratch.release();
        }
    }

    @Override
    public long recv(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer from)
            throws KernelSocketException {
        if (from == null && isBrief(buffer, length)) {
            return result("recv", SocketCalls.recvBriefly(fd, buffer, offset, length, flags));
        }
        return receive(buffer, offset, length, flags | SysSocket.MSG_DONTWAIT, from);
    }

    /** As {@link #recv}, but blocks without MSG_DONTWAIT; may answer {@link #INTERRUPTED}. */
    public long receive(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer from)
            throws KernelSocketException {
        if (!buffer.isNative()) {
            return HeapTransfer.recv(this, buffer, offset, length, flags, from);
        }
        return receiveNative(buffer, offset, length, flags, from);
    }

    long receiveNative(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer from)
            throws KernelSocketException {
        if (from == null) {
            return result("recv", SocketCalls.recv(fd, buffer, offset, length, flags));
        }
        Scratch scratch = Scratch.acquire();
        try {
            long result = SocketCalls.recvfrom(scratch.errno(), fd, buffer, offset, length, flags,
                    from.segment(), scratch.length(SockAddrBuffer.CAPACITY));
            if (result >= 0) {
                from.length(Math.min(scratch.lengthValue(), SockAddrBuffer.CAPACITY));
            }
            return result("recvfrom", result);
        } finally {
            scratch.release();
        }
    }

    /** {@return whether something can be received: 1 data, 0 end of file or an empty datagram, {@code -errno}} */
    public int peek() {
        if (ioctlAnswer(SysIoctl.FIONREAD) > 0) {
            // Without a look at it, which would move on what the user has set by SO_PEEK_OFF.
            return 1;
        }
        Scratch scratch = Scratch.acquire();
        try {
            return (int) SocketCalls.recv(fd, scratch.value(), 0, 1,
                    SysSocket.MSG_PEEK | SysSocket.MSG_DONTWAIT);
        } finally {
            scratch.release();
        }
    }

    @Override
    public long sendmsg(MessageHeader message, int flags) throws KernelSocketException {
        return transmit(message, flags | SysSocket.MSG_DONTWAIT, List.of());
    }

    /**
     * As {@link #sendmsg}, but blocks without MSG_DONTWAIT; may answer {@link #INTERRUPTED}.
     *
     * @param rights whose descriptors go along
     */
    public long transmit(MessageHeader message, int flags, List<HostSocket> rights) throws KernelSocketException {
        return result("sendmsg", Messages.send(fd, message, flags | SysSocket.MSG_NOSIGNAL, rights));
    }

    @Override
    public long recvmsg(MessageHeader message, int flags) throws KernelSocketException {
        return receive(message, flags | SysSocket.MSG_DONTWAIT, null);
    }

    /**
     * As {@link #recvmsg}, but blocks without MSG_DONTWAIT; may answer {@link #INTERRUPTED}.
     *
     * @param rights takes the sockets that came along; null closes them
     */
    public long receive(MessageHeader message, int flags, List<HostSocket> rights) throws KernelSocketException {
        boolean mayBringRights = domain == SysSocket.AF_UNIX;
        return result("recvmsg",
                Messages.receive(fd, message, flags | LinuxConst.MSG_CMSG_CLOEXEC, mayBringRights, rights));
    }

    @Override
    public void shutdown(int how) throws KernelSocketException {
        Scratch scratch = Scratch.acquire();
        try {
            check("shutdown", SocketCalls.shutdown(scratch.errno(), fd, how), "how " + how);
        } finally {
            scratch.release();
        }
    }

    @Override
    public void setsockopt(int level, int option, MemorySegment value) throws KernelSocketException {
        Options.set(fd, level, option, value);
    }

    @Override
    public int getsockopt(int level, int option, MemorySegment value) throws KernelSocketException {
        return Options.get(fd, level, option, value);
    }

    @Override
    public int ioctl(int request, MemorySegment arg) throws KernelSocketException {
        return Options.ioctl(fd, request, arg);
    }

    /**
     * An option that is an int.
     *
     * @param level its level
     * @param option its number
     * @return its value, 0 or more; or {@code -errno}
     */
    public int option(int level, int option) {
        return Options.get(fd, level, option);
    }

    /**
     * What a request answers in the int that it points to.
     *
     * @param request its number
     * @return the int, or {@code -errno}
     */
    public int ioctlAnswer(int request) {
        return Options.ioctlAnswer(fd, request);
    }

    /** {@return whether it is connected, or a datagram socket has a peer} */
    public boolean hasPeer() {
        Scratch scratch = Scratch.acquire();
        try {
            return SocketCalls.getpeername(scratch.errno(), fd, scratch.address(),
                    scratch.length(Scratch.ADDRESS_SIZE)) >= 0;
        } finally {
            scratch.release();
        }
    }

    @Override
    public void getpeername(SockAddrBuffer address) throws KernelSocketException {
        Scratch scratch = Scratch.acquire();
        try {
            check("getpeername", SocketCalls.getpeername(scratch.errno(), fd, address.segment(),
                    scratch.length(SockAddrBuffer.CAPACITY)), "");
            address.length(Math.min(scratch.lengthValue(), SockAddrBuffer.CAPACITY));
        } finally {
            scratch.release();
        }
    }

    @Override
    public void getsockname(SockAddrBuffer address) throws KernelSocketException {
        Scratch scratch = Scratch.acquire();
        try {
            check("getsockname", SocketCalls.getsockname(scratch.errno(), fd, address.segment(),
                    scratch.length(SockAddrBuffer.CAPACITY)), "");
            address.length(Math.min(scratch.lengthValue(), SockAddrBuffer.CAPACITY));
        } finally {
            scratch.release();
        }
    }

    @Override
    public int poll() {
        return Math.max(0, poll(ALL_EVENTS, 0));
    }

    /**
     * Waits until the descriptor is ready.
     *
     * @param events {@code POLL} bits to wait for
     * @param nanos how long, in nanoseconds; {@link Long#MAX_VALUE} for ever
     * @return the bits that are so, 0 if the time passed, {@link #INTERRUPTED}, or {@code -errno}
     */
    public int poll(int events, long nanos) {
        Scratch scratch = Scratch.acquire();
        try {
            MemorySegment pollFd = scratch.pollFd();
            PollFds.set(pollFd, 0, fd, events);
            MemorySegment timeout = nanos == Long.MAX_VALUE
                    ? MemorySegment.NULL : TimeSpec.set(scratch.timespec(), nanos);
            int result = DescriptorCalls.ppoll(scratch.errno(), pollFd, 1, timeout);
            if (result > 0) {
                return PollFds.revents(pollFd, 0);
            }
            return result == -LinuxConst.EINTR ? INTERRUPTED : result;
        } finally {
            scratch.release();
        }
    }

    /**
     * Pauses, until a signal ends it at the latest.
     *
     * @param nanos how long, in nanoseconds
     */
    public void pause(long nanos) {
        Scratch scratch = Scratch.acquire();
        try {
            DescriptorCalls.ppoll(scratch.errno(), MemorySegment.NULL, 0, TimeSpec.set(scratch.timespec(), nanos));
        } finally {
            scratch.release();
        }
    }

    /** {@return whether no call on this descriptor blocks just now, since an accept had to answer at once} */
    public boolean neverBlocks() {
        return mode.neverBlocks();
    }

    /** {@return whether a call on this descriptor would wait just now, whoever has made it so} */
    public boolean blocks() {
        return mode.blocks();
    }

    /** Others may have the descriptor from now on. */
    void share() {
        mode.share();
    }

    @Override
    public void readiness(ReadinessListener listener) {
        throw new UnsupportedOperationException("of a descriptor the event loop tells");
    }

    /** Closes the descriptor, once. Whatever close(2) says, it is gone afterwards. */
    @Override
    public void close() {
        synchronized (mode) {
            if (!closed) {
                DescriptorCalls.close(fd);
                closed = true;
            }
        }
    }

    /** Whether the host takes or gives it within microseconds: pages of a file may have to be read first. */
    private static boolean isBrief(MemorySegment buffer, long length) {
        return SocketCalls.brief() && length <= BRIEF && buffer.isNative() && !buffer.isMapped();
    }

    private long result(String operation, long result) throws KernelSocketException {
        return result(operation, result, null);
    }

    private long result(String operation, long result, SockAddrBuffer to) throws KernelSocketException {
        if (result >= 0) {
            return result;
        }
        if (result == -LinuxConst.EAGAIN) {
            return KernelSocket.WOULD_BLOCK;
        }
        if (result == -LinuxConst.EINTR) {
            return INTERRUPTED;
        }
        throw new KernelSocketException(operation, (int) -result, to == null ? "fd=" + fd : to.toString());
    }

    private static void check(String operation, int result, Object detail) throws KernelSocketException {
        if (result < 0) {
            throw new KernelSocketException(operation, -result, String.valueOf(detail));
        }
    }
}
