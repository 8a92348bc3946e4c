// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A socket: OpenSolaris' {@code ksocket_t} with its calls, and those that the users of its successor, illumos'
 * {@code ksocket}, came to need.
 *
 * <p><b>Results.</b> {@code recv}, {@code send} and {@code connect} give 0 or more, {@link #WOULD_BLOCK} or
 * {@link #IN_PROGRESS}; {@code accept} gives a socket, or {@code null} where the others give
 * {@code WOULD_BLOCK}. None of these allocates, but for the socket that {@code accept} gives. Everything else that can
 * happen is a {@link KernelSocketException} with the host's error number. The package documentation has the short list
 * of where this API differs from the host.
 *
 * <p><b>Blocking.</b> A socket blocks until {@code ioctl(FIONBIO, 1)}; {@code MSG_DONTWAIT} makes one call
 * return. Blocked calls end early by {@link #close} (EINTR), {@link Thread#interrupt} of the caller (EINTR,
 * the interrupt status stays), {@link #cancel} (ECANCELED), the time of {@link #within} (ETIMEDOUT), and
 * {@code SO_RCVTIMEO} and {@code SO_SNDTIMEO} ({@code WOULD_BLOCK}, as the host has it). None but {@code close}
 * harms the socket. A blocked virtual thread holds no carrier.
 *
 * <p><b>Threads.</b> Any number of threads, platform or virtual, may call at once; the host decides who gets
 * which bytes.
 *
 * <p><b>Buffers.</b> {@link MemorySegment} with offset and length is the form that allocates nothing when the
 * memory is native; {@link ByteBuffer} (its position advances by what was done) and {@code byte[]} are the
 * convenient ones. Heap memory is copied. The kernel copies long runs of bytes fastest from and to native memory that
 * begins at a multiple of 64 bytes ({@code arena.allocate(size, 64)}). A read-only buffer to receive into is EFAULT; an
 * offset or length outside the buffer is EINVAL, in the error the offending values; {@code null} is a
 * {@link NullPointerException}; memory whose arena is closed or another thread's is what the platform says of it, an
 * {@link IllegalStateException} or a {@link WrongThreadException}, before anything is sent or taken. Buffers,
 * addresses, control data and headers belong to one call at a time.
 *
 * <p><b>Life.</b> It belongs to the bundle or component that made it, and is closed with it. A socket that
 * is forgotten without {@code close} is closed once it is unreachable, unless callbacks are set on it.
 *
 * <p>On a closed socket every call but {@link #close} and the plain getters is ENOTSOCK.
 */
@ProviderType
public interface KernelSocket extends AutoCloseable {

    /** The result of a call that cannot go on without blocking, and may not block. */
    int WOULD_BLOCK = -1;

    /** The result of a {@code connect} that goes on by itself; {@code POLLOUT} or a callback tells its end. */
    int IN_PROGRESS = -2;

    /** {@return the address family that the socket was made with} */
    int domain();

    /** {@return the type that the socket was made with, without flags} */
    int type();

    /** {@return the protocol that the socket was made with} */
    int protocol();

    /**
     * The socket's number in {@code ksock:list}, unique for the life of the service.
     *
     * @return a positive number; no descriptor
     */
    long id();

    /** {@return whether the socket has not been closed yet} */
    boolean isOpen();

    /**
     * Gives the socket an address (OpenSolaris: {@code ksock_bind}). Does not block.
     *
     * @param address of the socket's family; {@link SockAddr.Unix#UNNAMED} and port or port id 0 let the host
     *        choose
     * @throws KernelSocketException EADDRINUSE: taken, by a file too; EADDRNOTAVAIL: not of this machine; EINVAL:
     *         bound already, too short, or, on UNIX and netlink, of another family; EAFNOSUPPORT: of another family;
     *         EACCES: not permitted; EPERM: a netlink group that needs a privilege; ENODEV: no such interface;
     *         ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, EROFS, ENOSPC: of a UNIX path; ENOTSOCK: closed
     */
    void bind(SockAddr address) throws KernelSocketException;

    /**
     * Lets connections come (OpenSolaris: {@code ksock_listen}). Does not block. Calling it again changes the backlog.
     *
     * @param backlog how many connections may wait; less than 0 is as many as may, which the host has in
     *        {@code /proc/sys/net/core/somaxconn}
     * @throws KernelSocketException EOPNOTSUPP: not a connecting type; EINVAL: connected already, or a UNIX
     *         socket without an address; EADDRINUSE: another listens at its address; ENOTSOCK: closed
     */
    void listen(int backlog) throws KernelSocketException;

    /**
     * Takes a connection, waiting for one if the socket blocks (OpenSolaris: {@code ksock_accept}).
     *
     * @return the new socket, which blocks, has no callbacks, and belongs to the listener's owner;
     *         {@code null} if there is none and the call may not block, or {@code SO_RCVTIMEO} has passed. Of TCP it
     *         has the options that the listener had when the connection was made, {@code FIONBIO} never
     * @throws KernelSocketException as {@link #accept(SockAddrBuffer)}
     */
    default KernelSocket accept() throws KernelSocketException {
        return accept(null);
    }

    /**
     * Takes a connection and the address of its peer.
     *
     * @param peer takes the address; {@code null} if it is not wanted
     * @return as {@link #accept()}
     * @throws KernelSocketException EINVAL: not listening, or the listener was shut down; EOPNOTSUPP: not a
     *         connecting type; ECONNABORTED, EPROTO: this connection is gone, accept again (a TCP connection that was
     *         reset is still given, and its recv says ECONNRESET); EMFILE, ENFILE: no descriptor, which is said at
     *         once even if no connection waits; ENOBUFS, ENOMEM: no memory; after these four the connections wait on,
     *         accept again later; EINTR: closed or interrupted; ETIMEDOUT, ECANCELED; ENOTSOCK: closed before
     */
    KernelSocket accept(SockAddrBuffer peer) throws KernelSocketException;

    /**
     * Connects, or sets a datagram socket's peer (OpenSolaris: {@code ksock_connect}). Waits for the connection if the
     * socket blocks.
     *
     * @param address of the socket's family; one of AF_UNSPEC dissolves a datagram socket's association
     * @return 0 when it is done, {@link #IN_PROGRESS} when the call may not block, or {@code SO_SNDTIMEO} has passed
     * @throws KernelSocketException ECONNREFUSED, ECONNRESET, ETIMEDOUT, ENETUNREACH, EHOSTUNREACH: no connection;
     *         ECONNABORTED: the former attempt failed, and why was said before; EALREADY: the connection is being made;
     *         EISCONN: it is made, or the socket listens; EAGAIN: a UNIX listener's backlog is full (where the call may
     *         not block, or {@code SO_SNDTIMEO} has passed); ENOENT, ENOTDIR, ELOOP, EACCES: of a UNIX path;
     *         EPROTOTYPE: the listener is of another type; EADDRNOTAVAIL: no free port; EACCES: broadcast without
     *         SO_BROADCAST; EAFNOSUPPORT, EINVAL: the address; EINTR, ECANCELED; ETIMEDOUT: also the time of
     *         {@link #within}. After these three the connection goes on being made, save on UNIX; ENOTSOCK: closed
     */
    int connect(SockAddr address) throws KernelSocketException;

    /**
     * Connects without allocation.
     *
     * @param address as for {@link #connect(SockAddr)}
     * @return as {@link #connect(SockAddr)}
     * @throws KernelSocketException as {@link #connect(SockAddr)}
     */
    int connect(SockAddrBuffer address) throws KernelSocketException;

    /**
     * Sends (OpenSolaris: {@code ksock_send}). A stream that blocks takes everything before it returns, or what it had
     * taken when it was ended early; one that does not block takes what there is room for.
     *
     * @param buffer holds the data
     * @param offset where they begin, in bytes
     * @param length how many there are, in bytes
     * @param flags {@code MSG_} flags; {@code MSG_NOSIGNAL} is always set
     * @return how many bytes were taken, fewer than there are if the call was ended early, whose error then meets the
     *         next call; {@link #WOULD_BLOCK} if none, and the call may not block or {@code SO_SNDTIMEO} has passed
     * @throws KernelSocketException EPIPE: this side is shut, or the peer is gone; ECONNRESET, ETIMEDOUT: the
     *         connection is lost; ENOTCONN, EDESTADDRREQ, EPIPE: no peer; EMSGSIZE: too long for a datagram;
     *         ECONNREFUSED: an earlier datagram found nobody; ENETUNREACH, EHOSTUNREACH: no way there; EOPNOTSUPP:
     *         MSG_OOB, of a type without urgent data; ENOBUFS, ENOMEM; EINVAL: offset or length, or MSG_ZEROCOPY of
     *         heap memory; EINTR, ETIMEDOUT, ECANCELED before anything was sent; with MSG_FASTOPEN also as
     *         {@link #connect(SockAddr)}, and EINPROGRESS: the call may not block, the connection is being made, and
     *         nothing was sent yet; ENOTSOCK: closed
     */
    long send(MemorySegment buffer, long offset, long length, int flags) throws KernelSocketException;

    /**
     * Sends what remains in a buffer, whose position advances by what was taken.
     *
     * @param buffer direct, or heap (copied)
     * @param flags as for {@link #send(MemorySegment, long, long, int)}
     * @return as {@link #send(MemorySegment, long, long, int)}
     * @throws KernelSocketException as {@link #send(MemorySegment, long, long, int)}
     */
    long send(ByteBuffer buffer, int flags) throws KernelSocketException;

    /**
     * Sends a part of an array.
     *
     * @param buffer holds the data; copied
     * @param offset where they begin
     * @param length how many there are
     * @param flags as for {@link #send(MemorySegment, long, long, int)}
     * @return as {@link #send(MemorySegment, long, long, int)}
     * @throws KernelSocketException as {@link #send(MemorySegment, long, long, int)}
     */
    default long send(byte[] buffer, int offset, int length, int flags) throws KernelSocketException {
        return send(MemorySegment.ofArray(buffer), offset, length, flags);
    }

    /**
     * Sends to an address.
     *
     * @param buffer holds the data
     * @param offset where they begin, in bytes
     * @param length how many there are, in bytes
     * @param flags as for {@link #send(MemorySegment, long, long, int)}
     * @param to the receiver; {@code null} for the connected peer
     * @return as {@link #send(MemorySegment, long, long, int)}
     * @throws KernelSocketException as {@link #send(MemorySegment, long, long, int)}; and EISCONN: a UNIX socket has a
     *         peer and its type takes no other (TCP ignores the address); EACCES: broadcast without SO_BROADCAST;
     *         EAFNOSUPPORT, EINVAL: the address; ECONNREFUSED, ENOENT: of a UNIX or netlink address, nobody is there
     */
    long sendto(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer to)
            throws KernelSocketException;

    /**
     * Sends what remains in a buffer to an address.
     *
     * @param buffer direct, or heap (copied); its position advances by what was taken
     * @param flags as for {@link #send(MemorySegment, long, long, int)}
     * @param to the receiver; {@code null} for the connected peer
     * @return as {@link #send(MemorySegment, long, long, int)}
     * @throws KernelSocketException as {@link #sendto(MemorySegment, long, long, int, SockAddrBuffer)}
     */
    long sendto(ByteBuffer buffer, int flags, SockAddr to) throws KernelSocketException;

    /**
     * Sends from several buffers, with control data and sockets.
     *
     * @param message what to send, and to whom
     * @param flags as for {@link #send(MemorySegment, long, long, int)}
     * @return as {@link #send(MemorySegment, long, long, int)}
     * @throws KernelSocketException as {@link #sendto(MemorySegment, long, long, int, SockAddrBuffer)}; and
     *         EMSGSIZE: more than {@link MessageHeader#MAX_BUFFERS}; EINVAL: SCM_RIGHTS in the control data, more than
     *         253 sockets or some not of the host's, lengths that overflow, or control data that the protocol refuses;
     *         ENOTSOCK: also of a socket to be sent; ETOOMANYREFS: too many sockets on their way; EPERM: credentials of
     *         another, or sockets where SO_PASSRIGHTS is off; ESRCH: credentials of a process that is none
     */
    long sendmsg(MessageHeader message, int flags) throws KernelSocketException;

    /**
     * Receives, waiting for something if the socket blocks (OpenSolaris: {@code ksock_recv}).
     *
     * @param buffer takes the data
     * @param offset where they go, in bytes
     * @param length how many there is room for, in bytes
     * @param flags {@code MSG_} flags
     * @return how many bytes came; 0 is end of file on a stream, an empty datagram otherwise; the datagram's true
     *         length with {@code MSG_TRUNC}; with {@code MSG_WAITALL} on a stream less than the length only if the call
     *         was ended early, whose error then meets the next call; {@link #WOULD_BLOCK} if nothing is there, and the
     *         call may not block or {@code SO_RCVTIMEO} has passed
     * @throws KernelSocketException ECONNRESET: the peer aborted, said once, then it is end of file; ETIMEDOUT,
     *         EHOSTUNREACH: the connection is lost; ECONNREFUSED: an earlier datagram, or a connect, found nobody;
     *         ENOTCONN: no connection; ENOBUFS: a netlink socket lost messages; EINVAL: offset or length, MSG_OOB
     *         without urgent data, or a UNIX socket that is not connected; EOPNOTSUPP: MSG_OOB, of a type without
     *         urgent data; EFAULT: read-only buffer; EINTR, ETIMEDOUT, ECANCELED before anything was received;
     *         ENOTSOCK: closed
     */
    long recv(MemorySegment buffer, long offset, long length, int flags) throws KernelSocketException;

    /**
     * Receives into what remains of a buffer, whose position advances by what came.
     *
     * @param buffer direct, or heap (copied)
     * @param flags as for {@link #recv(MemorySegment, long, long, int)}
     * @return as {@link #recv(MemorySegment, long, long, int)}
     * @throws KernelSocketException as {@link #recv(MemorySegment, long, long, int)}
     */
    long recv(ByteBuffer buffer, int flags) throws KernelSocketException;

    /**
     * Receives into a part of an array.
     *
     * @param buffer takes the data; copied
     * @param offset where they go
     * @param length how many there is room for
     * @param flags as for {@link #recv(MemorySegment, long, long, int)}
     * @return as {@link #recv(MemorySegment, long, long, int)}
     * @throws KernelSocketException as {@link #recv(MemorySegment, long, long, int)}
     */
    default long recv(byte[] buffer, int offset, int length, int flags) throws KernelSocketException {
        return recv(MemorySegment.ofArray(buffer), offset, length, flags);
    }

    /**
     * Receives, and the sender's address.
     *
     * @param buffer takes the data
     * @param offset where they go, in bytes
     * @param length how many there is room for, in bytes
     * @param flags as for {@link #recv(MemorySegment, long, long, int)}
     * @param from takes the address; is empty where the protocol has none; {@code null} if it is not wanted
     * @return as {@link #recv(MemorySegment, long, long, int)}
     * @throws KernelSocketException as {@link #recv(MemorySegment, long, long, int)}
     */
    long recvfrom(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer from)
            throws KernelSocketException;

    /**
     * Receives into what remains of a buffer, and the sender's address.
     *
     * @param buffer direct, or heap (copied); its position advances by what came
     * @param flags as for {@link #recv(MemorySegment, long, long, int)}
     * @param from takes the address; is empty where the protocol has none; {@code null} if it is not wanted
     * @return as {@link #recv(MemorySegment, long, long, int)}
     * @throws KernelSocketException as {@link #recv(MemorySegment, long, long, int)}
     */
    long recvfrom(ByteBuffer buffer, int flags, SockAddrBuffer from) throws KernelSocketException;

    /**
     * Receives into several buffers, with control data and sockets.
     *
     * @param message where it all goes; its flags, and the lengths of its address and control data, say what came.
     *        Sockets that came are the caller's to close, also if it did not ask for any
     * @param flags as for {@link #recv(MemorySegment, long, long, int)}
     * @return as {@link #recv(MemorySegment, long, long, int)}
     * @throws KernelSocketException as {@link #recv(MemorySegment, long, long, int)}; and EMSGSIZE: more than
     *         {@link MessageHeader#MAX_BUFFERS}; EINVAL: lengths that overflow
     */
    long recvmsg(MessageHeader message, int flags) throws KernelSocketException;

    /**
     * Ends one way or both (OpenSolaris: {@code ksock_shutdown}). Does not block.
     *
     * @param how {@code SHUT_RD}, {@code SHUT_WR} or {@code SHUT_RDWR}
     * @throws KernelSocketException ENOTCONN: no connection; EINVAL: another {@code how}; EOPNOTSUPP: netlink, which
     *         has no ways to end; ENOTSOCK: closed
     */
    void shutdown(int how) throws KernelSocketException;

    /**
     * Closes the socket (OpenSolaris: {@code ksock_close}): turns its callbacks off, wakes its blocked calls, which
     * throw EINTR, waits until they are out, and gives the descriptor back. Returns when that is done; where
     * {@code SO_LINGER} makes the host wait, another thread does. Closing again does nothing.
     *
     * <p>From inside a callback of this socket it does not wait for that callback. If the thread's stack ends within it
     * ({@link StackOverflowError}), the socket is closed to calls, and given back by the next {@code close}, with its
     * owner, or when it is forgotten.
     */
    @Override
    void close();

    /**
     * Sets an option by number (OpenSolaris: {@code ksock_setsockopt}). Does not block.
     *
     * @param level {@code SOL_SOCKET} or a protocol's
     * @param option its number at that level
     * @param value the option's bytes, as C has them
     * @throws KernelSocketException ENOPROTOOPT: unknown here, or read only; EOPNOTSUPP: of another protocol; EINVAL:
     *         wrong size or value, or not now; EDOM: a time of too many microseconds; EPERM, EACCES: needs a privilege;
     *         ENODEV: no such interface; EADDRINUSE, EADDRNOTAVAIL: of a group, joined already or not joined; ENOENT:
     *         nothing there to be removed, or no algorithm of the name; ENOTCONN, EISCONN: only with, or without, a
     *         connection; EEXIST: it is there already; ENOBUFS, ENOMEM: more groups or filters than the host permits,
     *         or no memory; EFAULT; ENOTSOCK: closed
     */
    void setsockopt(int level, int option, MemorySegment value) throws KernelSocketException;

    /**
     * Sets an option that is an int.
     *
     * @param level {@code SOL_SOCKET} or a protocol's
     * @param option its number at that level
     * @param value its value
     * @throws KernelSocketException as {@link #setsockopt(int, int, MemorySegment)}
     */
    void setsockopt(int level, int option, int value) throws KernelSocketException;

    /**
     * Gets an option by number (OpenSolaris: {@code ksock_getsockopt}). Does not block.
     *
     * @param level {@code SOL_SOCKET} or a protocol's
     * @param option its number at that level
     * @param value takes the option's bytes, as C has them
     * @return how many bytes the option has; for most options no more than there is room for, the rest being cut off
     * @throws KernelSocketException ENOPROTOOPT: unknown here, or write only; EOPNOTSUPP: of another protocol; EINVAL:
     *         wrong size; ERANGE: of SO_PEERGROUPS, more than there is room for; ENODATA: of a UNIX socket's peer, and
     *         there is none; ENOTCONN: it is of a connection; EFAULT: read-only memory; ENOTSOCK: closed
     */
    int getsockopt(int level, int option, MemorySegment value) throws KernelSocketException;

    /**
     * Gets an option that is an int.
     *
     * @param level {@code SOL_SOCKET} or a protocol's
     * @param option its number at that level
     * @return its value
     * @throws KernelSocketException as {@link #getsockopt(int, int, MemorySegment)}
     */
    int getsockopt(int level, int option) throws KernelSocketException;

    /**
     * Sets an option by its type. Does not block.
     *
     * @param <T> the type of its value
     * @param option which, for example of {@link ksock.api.typed.SocketOptions}
     * @param value its value
     * @throws KernelSocketException as {@link #setsockopt(int, int, MemorySegment)}
     */
    default <T> void setsockopt(SocketOption<T> option, T value) throws KernelSocketException {
        setsockopt(option.level(), option.number(), option.encode(value));
    }

    /**
     * Gets an option by its type. Does not block.
     *
     * @param <T> the type of its value
     * @param option which, for example of {@link ksock.api.typed.SocketOptions}
     * @return its value
     * @throws KernelSocketException as {@link #getsockopt(int, int, MemorySegment)}
     */
    default <T> T getsockopt(SocketOption<T> option) throws KernelSocketException {
        MemorySegment value = MemorySegment.ofArray(new byte[option.size()]);
        int length = getsockopt(option.level(), option.number(), value);
        return option.decode(value.asSlice(0, Math.min(length, value.byteSize())));
    }

    /**
     * The address of the peer (OpenSolaris: {@code ksock_getpeername}). Does not block.
     *
     * @return the address
     * @throws KernelSocketException ENOTCONN: no peer; ENOTSOCK: closed
     */
    SockAddr getpeername() throws KernelSocketException;

    /**
     * The socket's own address (OpenSolaris: {@code ksock_getsockname}). Does not block.
     *
     * @return the address; with zero, or {@link SockAddr.Unix#UNNAMED}, if it has none yet
     * @throws KernelSocketException ENOTSOCK: closed
     */
    SockAddr getsockname() throws KernelSocketException;

    /**
     * Controls the socket by a request number (OpenSolaris: {@code ksock_ioctl}).
     *
     * @param request the number, for example {@code SIOCGIFCONF}
     * @param arg what the request's pointer points to; read and written by the host
     * @return what the host's call returned, 0 or more
     * @throws KernelSocketException EOPNOTSUPP: SIOCSPGRP, SIOCGPGRP, FIOSETOWN, FIOGETOWN, FIOASYNC, FIONCLEX and
     *         the STREAMS requests, which this API refuses; ENOTTY: unknown to the family; EINVAL: not in this state,
     *         FIONREAD of a listener; EFAULT: less memory than FIONBIO needs; ENODEV, ENXIO: no such interface;
     *         EADDRNOTAVAIL: it has no address; EPERM: needs a privilege; ENOTSOCK: closed
     */
    int ioctl(int request, MemorySegment arg) throws KernelSocketException;

    /**
     * Controls the socket by a request whose pointer is to an int: {@code FIONBIO}, {@code FIONREAD},
     * {@code SIOCATMARK}, {@code SIOCOUTQ}.
     *
     * @param request the number
     * @param value the int before the call; ignored by requests that only answer
     * @return the int after the call
     * @throws KernelSocketException as {@link #ioctl(int, MemorySegment)}
     */
    int ioctl(int request, int value) throws KernelSocketException;

    /**
     * Sets the callbacks (OpenSolaris: {@code ksock_callbacks}), in place of those that were set. What is already so is
     * told at once: readable, a waiting connection, a connection made, an error, end of file.
     *
     * <p>Waits for a former callback that is running in another thread: when it returns, none runs any more, nor will.
     * From inside one it does not wait.
     *
     * @param callbacks what to be told of; {@code null} turns all off
     * @param arg given to each of them; may be {@code null}
     * @throws KernelSocketException ENOTSOCK: closed; EINVAL: {@code null} callbacks with an {@code arg}; ENOSPC,
     *         ENOMEM: the host watches no further descriptor ({@code /proc/sys/fs/epoll/max_user_watches}), and none
     *         is set; ECANCELED: the service's event loop has ended
     */
    void callbacks(SocketCallbacks callbacks, Object arg) throws KernelSocketException;

    /**
     * Asks for {@code recv} or {@code newconn} to be raised again if there still is something to take; for a
     * callback that stops before it has taken all. Does not block. Without callbacks it does nothing.
     *
     * @throws KernelSocketException ENOTSOCK: closed
     */
    void rearm() throws KernelSocketException;

    /**
     * Says whether {@code recv} callbacks are told the exact number of bytes that can be received, which costs a
     * system call each. At first they are not. Does not block.
     *
     * @param exact whether to count
     */
    void countReceived(boolean exact);

    /**
     * This socket with a limit to each blocking call.
     *
     * @param timeout how long a call may block, from its beginning; zero or less acts as {@code MSG_DONTWAIT} does,
     *        with ETIMEDOUT for {@code WOULD_BLOCK}
     * @return a handle to the same socket, whose calls throw ETIMEDOUT when the time has passed; it can be kept and
     *         used again and again. Closing it closes the socket
     */
    KernelSocket within(Duration timeout);

    /**
     * Ends the call that a thread is blocked in on this socket, or the {@link KernelSockets#poll} that waits for it
     * among others, which throws ECANCELED. The socket stays usable. Does not block.
     *
     * @param caller the thread that called
     * @return whether it was in a call; one that was just returning may return its result nevertheless
     */
    boolean cancel(Thread caller);
}
