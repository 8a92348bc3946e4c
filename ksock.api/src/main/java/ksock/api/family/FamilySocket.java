// SPDX-License-Identifier: Apache-2.0
package ksock.api.family;

import java.lang.foreign.MemorySegment;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A socket as its family sees it: calls that answer at once, and readiness.
 *
 * <p>Results and errors are those of {@link KernelSocket}: where that would wait, a family's socket answers
 * {@link KernelSocket#WOULD_BLOCK}, {@link KernelSocket#IN_PROGRESS} or {@code null}, and later tells its
 * {@link ReadinessListener}. Arguments have been checked: no buffer is {@code null}, offsets and lengths lie inside,
 * nothing is called after {@link #close}. {@code FIONBIO} never comes here. Any number of threads may call at once.
 *
 * <p>What a family does not have is EOPNOTSUPP, which is what the defaults say.
 */
@ConsumerType
public interface FamilySocket {

    /**
     * Gives the socket an address.
     *
     * @param address of any family; one of another than the socket's is EAFNOSUPPORT
     * @throws KernelSocketException as {@link KernelSocket#bind}
     */
    void bind(SockAddr address) throws KernelSocketException;

    /**
     * Lets connections come.
     *
     * @param backlog how many may wait
     * @throws KernelSocketException as {@link KernelSocket#listen}
     */
    default void listen(int backlog) throws KernelSocketException {
        throw new KernelSocketException("listen", Errno.EOPNOTSUPP, "");
    }

    /**
     * Takes a connection.
     *
     * @param peer takes the peer's address; may be {@code null}
     * @return the new socket, {@code null} if there is none
     * @throws KernelSocketException as {@link KernelSocket#accept(SockAddrBuffer)}
     */
    default FamilySocket accept(SockAddrBuffer peer) throws KernelSocketException {
        throw new KernelSocketException("accept", Errno.EOPNOTSUPP, "");
    }

    /**
     * Connects, or begins to.
     *
     * @param address where to
     * @return 0 when it is done, {@link KernelSocket#IN_PROGRESS} when {@code POLLOUT} will tell
     * @throws KernelSocketException as {@link KernelSocket#connect(SockAddr)}
     */
    int connect(SockAddrBuffer address) throws KernelSocketException;

    /**
     * Sends.
     *
     * @param buffer holds the data, native or heap
     * @param offset where they begin, in bytes
     * @param length how many there are, in bytes
     * @param flags {@code MSG_} flags
     * @param to the receiver; {@code null} for the connected peer
     * @return how many bytes were taken, or {@link KernelSocket#WOULD_BLOCK}
     * @throws KernelSocketException as {@link KernelSocket#sendto(MemorySegment, long, long, int, SockAddrBuffer)}
     */
    long send(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer to)
            throws KernelSocketException;

    /**
     * Receives.
     *
     * @param buffer takes the data, native or heap
     * @param offset where they go, in bytes
     * @param length how many there is room for, in bytes
     * @param flags {@code MSG_} flags
     * @param from takes the sender's address; may be {@code null}
     * @return how many bytes came, or {@link KernelSocket#WOULD_BLOCK}
     * @throws KernelSocketException as {@link KernelSocket#recvfrom(MemorySegment, long, long, int, SockAddrBuffer)}
     */
    long recv(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer from)
            throws KernelSocketException;

    /**
     * Sends from several buffers, with control data.
     *
     * @param message what to send, and to whom
     * @param flags {@code MSG_} flags
     * @return how many bytes were taken, or {@link KernelSocket#WOULD_BLOCK}
     * @throws KernelSocketException as {@link KernelSocket#sendmsg}
     */
    long sendmsg(MessageHeader message, int flags) throws KernelSocketException;

    /**
     * Receives into several buffers, with control data.
     *
     * @param message where it all goes
     * @param flags {@code MSG_} flags
     * @return how many bytes came, or {@link KernelSocket#WOULD_BLOCK}
     * @throws KernelSocketException as {@link KernelSocket#recvmsg}
     */
    long recvmsg(MessageHeader message, int flags) throws KernelSocketException;

    /**
     * Ends one way or both.
     *
     * @param how {@code SHUT_RD}, {@code SHUT_WR} or {@code SHUT_RDWR}
     * @throws KernelSocketException as {@link KernelSocket#shutdown}
     */
    default void shutdown(int how) throws KernelSocketException {
        throw new KernelSocketException("shutdown", Errno.EOPNOTSUPP, "how " + how);
    }

    /**
     * Sets an option.
     *
     * @param level its level
     * @param option its number at that level
     * @param value its bytes, native or heap
     * @throws KernelSocketException as {@link KernelSocket#setsockopt(int, int, MemorySegment)}
     */
    void setsockopt(int level, int option, MemorySegment value) throws KernelSocketException;

    /**
     * Gets an option.
     *
     * @param level its level
     * @param option its number at that level
     * @param value takes its bytes, native or heap
     * @return how many bytes there are
     * @throws KernelSocketException as {@link KernelSocket#getsockopt(int, int, MemorySegment)}
     */
    int getsockopt(int level, int option, MemorySegment value) throws KernelSocketException;

    /**
     * The address of the peer.
     *
     * @param address takes it
     * @throws KernelSocketException as {@link KernelSocket#getpeername}
     */
    void getpeername(SockAddrBuffer address) throws KernelSocketException;

    /**
     * The socket's own address.
     *
     * @param address takes it
     * @throws KernelSocketException as {@link KernelSocket#getsockname}
     */
    void getsockname(SockAddrBuffer address) throws KernelSocketException;

    /**
     * Controls the socket.
     *
     * @param request the request's number
     * @param arg what its pointer points to, native or heap
     * @return 0 or more
     * @throws KernelSocketException as {@link KernelSocket#ioctl(int, MemorySegment)}
     */
    default int ioctl(int request, MemorySegment arg) throws KernelSocketException {
        throw new KernelSocketException("ioctl", Errno.ENOTTY, "request 0x" + Integer.toHexString(request));
    }

    /** {@return what would not block now: {@code POLL} bits of {@link ksock.api.SysPoll}} */
    int poll();

    /**
     * Says whom to tell of readiness from now on, in place of whom it was told before. What is ready already is asked
     * by {@link #poll} afterwards.
     *
     * @param listener whom to tell; {@code null} for nobody
     */
    void readiness(ReadinessListener listener);

    /** Ends the socket and gives back what it holds; called exactly once, with no other call under way. */
    void close();
}
