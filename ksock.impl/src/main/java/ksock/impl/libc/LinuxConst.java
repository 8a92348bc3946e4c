// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

/**
 * Numbers of Linux on x86-64 and aarch64 that are no part of the public API: descriptor flags, epoll, signals.
 * The names are those of the C headers.
 */
public final class LinuxConst {

    /** {@code <fcntl.h>}. */
    public static final int F_GETFD = 1;
    public static final int F_SETFD = 2;
    public static final int F_GETFL = 3;
    public static final int F_SETFL = 4;
    public static final int FD_CLOEXEC = 1;
    public static final int O_NONBLOCK = 0x800;

    /** {@code <sys/eventfd.h>}. */
    public static final int EFD_CLOEXEC = 0x80000;
    public static final int EFD_NONBLOCK = 0x800;

    /** {@code <sys/epoll.h>}. */
    public static final int EPOLL_CLOEXEC = 0x80000;
    public static final int EPOLL_CTL_ADD = 1;
    public static final int EPOLL_CTL_DEL = 2;
    public static final int EPOLL_CTL_MOD = 3;
    public static final int EPOLLIN = 0x001;
    public static final int EPOLLPRI = 0x002;
    public static final int EPOLLOUT = 0x004;
    public static final int EPOLLERR = 0x008;
    public static final int EPOLLHUP = 0x010;
    public static final int EPOLLRDHUP = 0x2000;
    public static final int EPOLLEXCLUSIVE = 1 << 28;
    public static final int EPOLLONESHOT = 1 << 30;
    public static final int EPOLLET = 1 << 31;

    /** {@code <signal.h>}: the kernel's range of real-time signals; libc keeps the first two or three to itself. */
    public static final int SIGRTMIN = 32;
    public static final int SIGRTMAX = 64;
    public static final long SIG_DFL = 0;
    public static final int SIG_UNBLOCK = 1;

    /** {@code <sys/socket.h>}: a descriptor passed in a message is born close-on-exec. */
    public static final int SOCK_CLOEXEC = 0x80000;
    public static final int MSG_CMSG_CLOEXEC = 0x40000000;

    /** {@code <sys/ioctl.h>}. */
    public static final int FIONBIO = 0x5421;

    /** {@code <errno.h>}: those that mean something to a caller other than failure. */
    public static final int EINTR = 4;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ECONNABORTED = 103;
    public static final int EISCONN = 106;
    public static final int EALREADY = 114;
    public static final int EINPROGRESS = 115;

    private LinuxConst() {
    }
}
