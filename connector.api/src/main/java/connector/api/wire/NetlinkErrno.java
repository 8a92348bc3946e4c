// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

/**
 * The errnos that the bus answers with: positive numbers with the names and values that Linux gives them on every
 * architecture of this product. 0 is success.
 */
public final class NetlinkErrno {

    /** Operation not permitted: policy refuses it to this sender. */
    public static final int EPERM = 1;
    /** No such entry. */
    public static final int ENOENT = 2;
    /** Nobody listens to that group. */
    public static final int ESRCH = 3;
    /** Interrupted: the socket was closed meanwhile. */
    public static final int EINTR = 4;
    /** Input/output error. */
    public static final int EIO = 5;
    /** It is closed. */
    public static final int EBADF = 9;
    /** Nothing there now, or the receiver's mailbox is full. */
    public static final int EAGAIN = 11;
    /** Out of memory. */
    public static final int ENOMEM = 12;
    /** Permission denied. */
    public static final int EACCES = 13;
    /** A null where there must be none. */
    public static final int EFAULT = 14;
    /** In use. */
    public static final int EBUSY = 16;
    /** Exists already. */
    public static final int EEXIST = 17;
    /** No user has that id. */
    public static final int ENODEV = 19;
    /** Malformed, or out of range; in adding a callback: that id is taken. */
    public static final int EINVAL = 22;
    /** A limit of this client is reached. */
    public static final int EMFILE = 24;
    /** A limit of the platform is reached. */
    public static final int ENOSPC = 28;
    /** The other end is gone. */
    public static final int EPIPE = 32;
    /** Would wait for itself. */
    public static final int EDEADLK = 35;
    /** Protocol error: the other end does not speak this protocol. */
    public static final int EPROTO = 71;
    /** Destination address required. */
    public static final int EDESTADDRREQ = 89;
    /** The message is too long. */
    public static final int EMSGSIZE = 90;
    /** No such option. */
    public static final int ENOPROTOOPT = 92;
    /** Not supported. */
    public static final int EOPNOTSUPP = 95;
    /** That port id is taken. */
    public static final int EADDRINUSE = 98;
    /** The connection was reset. */
    public static final int ECONNRESET = 104;
    /** The receive queue was full: messages are lost. */
    public static final int ENOBUFS = 105;
    /** Not connected. */
    public static final int ENOTCONN = 107;
    /** The time is over. */
    public static final int ETIMEDOUT = 110;
    /** No such port, or no platform there. */
    public static final int ECONNREFUSED = 111;
    /** Canceled: what it waited for has ended. */
    public static final int ECANCELED = 125;

    private NetlinkErrno() {
    }

    /**
     * {@return its name, as {@code "ESRCH"}; {@code "OK"} for 0; {@code "errno 77"} for one without a name here}
     *
     * @param errno a positive errno, or 0
     */
    public static String name(int errno) {
        return switch (errno) {
            case 0 -> "OK";
            case EPERM -> "EPERM";
            case ENOENT -> "ENOENT";
            case ESRCH -> "ESRCH";
            case EINTR -> "EINTR";
            case EIO -> "EIO";
            case EBADF -> "EBADF";
            case EAGAIN -> "EAGAIN";
            case ENOMEM -> "ENOMEM";
            case EACCES -> "EACCES";
            case EFAULT -> "EFAULT";
            case EBUSY -> "EBUSY";
            case EEXIST -> "EEXIST";
            case ENODEV -> "ENODEV";
            case EINVAL -> "EINVAL";
            case EMFILE -> "EMFILE";
            case ENOSPC -> "ENOSPC";
            case EPIPE -> "EPIPE";
            case EDEADLK -> "EDEADLK";
            case EPROTO -> "EPROTO";
            case EDESTADDRREQ -> "EDESTADDRREQ";
            case EMSGSIZE -> "EMSGSIZE";
            case ENOPROTOOPT -> "ENOPROTOOPT";
            case EOPNOTSUPP -> "EOPNOTSUPP";
            case EADDRINUSE -> "EADDRINUSE";
            case ECONNRESET -> "ECONNRESET";
            case ENOBUFS -> "ENOBUFS";
            case ENOTCONN -> "ENOTCONN";
            case ETIMEDOUT -> "ETIMEDOUT";
            case ECONNREFUSED -> "ECONNREFUSED";
            case ECANCELED -> "ECANCELED";
            default -> "errno " + errno;
        };
    }
}
