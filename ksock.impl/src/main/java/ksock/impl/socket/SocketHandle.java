// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.SocketCallbacks;
import ksock.impl.wait.Deadline;

/**
 * What the user holds of a socket: checks the arguments, and keeps itself reachable while a call can block, so that it
 * is not taken for forgotten.
 */
final class SocketHandle implements KernelSocket {

    private final SocketState state;
    // How long a call may block, in nanoseconds.
    private final long span;
    // Of a view with a limit: the handle whose being forgotten counts.
    private final SocketHandle whole;

    SocketHandle(SocketState state) {
        this.state = state;
        this.span = Deadline.FOREVER;
        this.whole = this;
    }

    private SocketHandle(SocketHandle whole, long span) {
        this.state = whole.state;
        this.span = span;
        this.whole = whole;
    }

    SocketState state() {
        return state;
    }

    /** The state behind any socket; null of one that is not of this implementation. */
    static SocketState stateOf(KernelSocket socket) {
        return socket instanceof SocketHandle handle ? handle.state : null;
    }

    @Override
    public int domain() {
        return state.domain();
    }

    @Override
    public int type() {
        return state.type();
    }

    @Override
    public int protocol() {
        return state.protocol();
    }

    @Override
    public long id() {
        return state.id();
    }

    @Override
    public boolean isOpen() {
        return state.isOpen();
    }

    @Override
    public void bind(SockAddr address) throws KernelSocketException {
        Objects.requireNonNull(address, "address");
        state.call("bind", () -> {
            state.family().bind(address);
            return 0;
        });
    }

    @Override
    public void listen(int backlog) throws KernelSocketException {
        state.call("listen", () -> {
            state.family().listen(backlog);
            state.readiness().listening();
            return 0;
        });
    }

    @Override
    public KernelSocket accept(SockAddrBuffer peer) throws KernelSocketException {
        try {
            return ConnectionCalls.accept(state, peer, span);
        } finally {
            Reference.reachabilityFence(whole);
        }
    }

    @Override
    public int connect(SockAddr address) throws KernelSocketException {
        return connect(new SockAddrBuffer().set(address));
    }

    @Override
    public int connect(SockAddrBuffer address) throws KernelSocketException {
        Objects.requireNonNull(address, "address");
        try {
            return ConnectionCalls.connect(state, address, span);
        } finally {
            Reference.reachabilityFence(whole);
        }
    }

    @Override
    public long send(MemorySegment buffer, long offset, long length, int flags) throws KernelSocketException {
        check("send", buffer, offset, length);
        try {
            return DataCalls.send(state, buffer, offset, length, flags, null, span);
        } finally {
            Reference.reachabilityFence(whole);
        }
    }

    @Override
    public long send(ByteBuffer buffer, int flags) throws KernelSocketException {
        return send(buffer, flags, null);
    }

    @Override
    public long sendto(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer to)
            throws KernelSocketException {
        check(to == null ? "send" : "sendto", buffer, offset, length);
        try {
            return DataCalls.send(state, buffer, offset, length, flags, to, span);
        } finally {
            Reference.reachabilityFence(whole);
        }
    }

    @Override
    public long sendto(ByteBuffer buffer, int flags, SockAddr to) throws KernelSocketException {
        return send(buffer, flags, to == null ? null : new SockAddrBuffer().set(to));
    }

    private long send(ByteBuffer buffer, int flags, SockAddrBuffer to) throws KernelSocketException {
        long sent = sendto(MemorySegment.ofBuffer(buffer), 0, buffer.remaining(), flags, to);
        advance(buffer, sent);
        return sent;
    }

    @Override
    public long sendmsg(MessageHeader message, int flags) throws KernelSocketException {
        Objects.requireNonNull(message, "message");
        try {
            return MessageCalls.sendmsg(state, message, flags, span);
        } finally {
            Reference.reachabilityFence(whole);
        }
    }

    @Override
    public long recv(MemorySegment buffer, long offset, long length, int flags) throws KernelSocketException {
        checkWritable("recv", buffer, offset, length);
        try {
            return DataCalls.recv(state, buffer, offset, length, flags, null, span);
        } finally {
            Reference.reachabilityFence(whole);
        }
    }

    @Override
    public long recv(ByteBuffer buffer, int flags) throws KernelSocketException {
        return recvfrom(buffer, flags, null);
    }

    @Override
    public long recvfrom(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer from)
            throws KernelSocketException {
        checkWritable(from == null ? "recv" : "recvfrom", buffer, offset, length);
        try {
            return DataCalls.recv(state, buffer, offset, length, flags, from, span);
        } finally {
            Reference.reachabilityFence(whole);
        }
    }

    @Override
    public long recvfrom(ByteBuffer buffer, int flags, SockAddrBuffer from) throws KernelSocketException {
        long received = recvfrom(MemorySegment.ofBuffer(buffer), 0, buffer.remaining(), flags, from);
        advance(buffer, received);
        return received;
    }

    @Override
    public long recvmsg(MessageHeader message, int flags) throws KernelSocketException {
        Objects.requireNonNull(message, "message");
        try {
            return MessageCalls.recvmsg(state, message, flags, span);
        } finally {
            Reference.reachabilityFence(whole);
        }
    }

    @Override
    public void shutdown(int how) throws KernelSocketException {
        state.call("shutdown", () -> {
            state.family().shutdown(how);
            return 0;
        });
    }

    @Override
    public void close() {
        state.close(Deadline.FOREVER);
    }

    @Override
    public void setsockopt(int level, int option, MemorySegment value) throws KernelSocketException {
        Objects.requireNonNull(value, "value");
        OptionCalls.setsockopt(state, level, option, value);
    }

    @Override
    public void setsockopt(int level, int option, int value) throws KernelSocketException {
        OptionCalls.setsockopt(state, level, option, MemorySegment.ofArray(new int[] {value}));
    }

    @Override
    public int getsockopt(int level, int option, MemorySegment value) throws KernelSocketException {
        Objects.requireNonNull(value, "value");
        return OptionCalls.getsockopt(state, level, option, value);
    }

    @Override
    public int getsockopt(int level, int option) throws KernelSocketException {
        int[] value = {0};
        OptionCalls.getsockopt(state, level, option, MemorySegment.ofArray(value));
        return value[0];
    }

    @Override
    public SockAddr getpeername() throws KernelSocketException {
        SockAddrBuffer address = new SockAddrBuffer();
        state.call("getpeername", () -> {
            state.family().getpeername(address);
            return 0;
        });
        return address.get();
    }

    @Override
    public SockAddr getsockname() throws KernelSocketException {
        SockAddrBuffer address = new SockAddrBuffer();
        state.call("getsockname", () -> {
            state.family().getsockname(address);
            return 0;
        });
        return address.get();
    }

    @Override
    public int ioctl(int request, MemorySegment arg) throws KernelSocketException {
        Objects.requireNonNull(arg, "arg");
        return OptionCalls.ioctl(state, request, arg);
    }

    @Override
    public int ioctl(int request, int value) throws KernelSocketException {
        int[] arg = {value};
        OptionCalls.ioctl(state, request, MemorySegment.ofArray(arg));
        return arg[0];
    }

    @Override
    public void callbacks(SocketCallbacks callbacks, Object arg) throws KernelSocketException {
        if (callbacks == null && arg != null) {
            throw new KernelSocketException("callbacks", Errno.EINVAL, "an arg without callbacks");
        }
        state.readiness().callbacks(callbacks, arg, whole);
    }

    @Override
    public void rearm() throws KernelSocketException {
        state.readiness().rearmCallbacks();
    }

    @Override
    public void countReceived(boolean exact) {
        state.readiness().countReceived(exact);
    }

    @Override
    public KernelSocket within(Duration timeout) {
        return new SocketHandle(whole, span(timeout));
    }

    /** A duration as a span that {@link Deadline} knows; one beyond 292 years never ends. */
    static long span(Duration timeout) {
        if (timeout.isNegative()) {
            return 0;
        }
        try {
            return timeout.toNanos();
        } catch (ArithmeticException e) {
            return Deadline.FOREVER;
        }
    }

    @Override
    public boolean cancel(Thread caller) {
        return state.waiters().cancel(Objects.requireNonNull(caller, "caller"));
    }

    private static void check(String operation, MemorySegment buffer, long offset, long length)
            throws KernelSocketException {
        long size = buffer.byteSize();
        if (offset < 0 || length < 0 || offset > size - length) {
            throw new KernelSocketException(operation, Errno.EINVAL, "offset " + offset + ", length " + length
                    + " in a buffer of " + size);
        }
    }

    private static void checkWritable(String operation, MemorySegment buffer, long offset, long length)
            throws KernelSocketException {
        check(operation, buffer, offset, length);
        if (buffer.isReadOnly()) {
            throw new KernelSocketException(operation, Errno.EFAULT, "the buffer is read-only");
        }
    }

    private static void advance(ByteBuffer buffer, long by) {
        if (by > 0) {
            // With MSG_TRUNC more is counted than came.
            buffer.position(buffer.position() + (int) Math.min(by, buffer.remaining()));
        }
    }

    @Override
    public String toString() {
        return state.toString();
    }
}
