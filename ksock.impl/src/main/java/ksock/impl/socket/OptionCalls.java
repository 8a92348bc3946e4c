// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.api.SysIoctl;
import ksock.api.SysSocket;
import ksock.api.family.FamilySocket;
import ksock.impl.callback.EventSource;
import ksock.impl.wait.Deadline;

/** setsockopt, getsockopt, ioctl: the family's, save for what this implementation keeps itself. */
final class OptionCalls {

    /** {@code struct timeval}: seconds, microseconds, both long. */
    private static final int TIMEVAL = 16;
    /** {@code struct linger}: on, seconds, both int. */
    private static final int LINGER = 8;
    private static final int MICROS_PER_SECOND = 1_000_000;
    /** The second numbers of SO_RCVTIMEO and SO_SNDTIMEO, of the same layout where long has 64 bits. */
    private static final int SO_RCVTIMEO_NEW = 66;
    private static final int SO_SNDTIMEO_NEW = 67;
    /** {@code 'S' << 8}: the STREAMS requests of System V. */
    private static final int STREAMS = 'S';

    private OptionCalls() {
    }

    static void setsockopt(SocketState socket, int level, int option, MemorySegment value)
            throws KernelSocketException {
        socket.call("setsockopt", () -> {
            set(socket, level, option, value);
            return 0;
        });
    }

    private static void set(SocketState socket, int level, int option, MemorySegment value)
            throws KernelSocketException {
        if (level != SysSocket.SOL_SOCKET) {
            socket.family().setsockopt(level, option, value);
            return;
        }
        switch (option) {
            case SysSocket.SO_RCVTIMEO, SO_RCVTIMEO_NEW -> {
                socket.markHandsOn();
                socket.receiveSpan(setTimeout(socket, option, value));
            }
            case SysSocket.SO_SNDTIMEO, SO_SNDTIMEO_NEW -> {
                socket.markHandsOn();
                socket.sendSpan(setTimeout(socket, option, value));
            }
            case SysSocket.SO_LINGER -> {
                socket.markHandsOn();
                socket.family().setsockopt(level, option, value);
                socket.lingers(value.byteSize() >= LINGER && value.get(JAVA_INT_UNALIGNED, 0) != 0
                        && value.get(JAVA_INT_UNALIGNED, Integer.BYTES) != 0);
            }
            default -> socket.family().setsockopt(level, option, value);
        }
    }

    static int getsockopt(SocketState socket, int level, int option, MemorySegment value)
            throws KernelSocketException {
        return (int) socket.call("getsockopt", () -> get(socket, level, option, value));
    }

    private static int get(SocketState socket, int level, int option, MemorySegment value)
            throws KernelSocketException {
        if (level == SysSocket.SOL_SOCKET) {
            if (option == SysSocket.SO_ERROR && value.byteSize() >= Integer.BYTES) {
                return getError(socket, value);
            }
            if (socket.host() == null) {
                switch (option) {
                    case SysSocket.SO_RCVTIMEO, SO_RCVTIMEO_NEW -> {
                        return getTimeout(socket.receiveSpan(), value);
                    }
                    case SysSocket.SO_SNDTIMEO, SO_SNDTIMEO_NEW -> {
                        return getTimeout(socket.sendSpan(), value);
                    }
                    default -> {
                        // The family's.
                    }
                }
            }
        }
        return socket.family().getsockopt(level, option, value);
    }

    private static int getError(SocketState socket, MemorySegment value) throws KernelSocketException {
        if (value.isReadOnly()) {
            throw new KernelSocketException("getsockopt", Errno.EFAULT, "the value's memory is read-only");
        }
        // Before the error is taken, which would be lost if this memory is gone or another thread's.
        value.set(JAVA_INT_UNALIGNED, 0, 0);
        int error = takeError(socket);
        value.set(JAVA_INT_UNALIGNED, 0, error);
        return Integer.BYTES;
    }

    private static int takeError(SocketState socket) {
        if (socket.phase() != EventSource.PHASE_CONNECTING) {
            return socket.takePendingError();
        }
        synchronized (socket.readiness()) {
            int error = socket.takePendingError();
            if (error != 0 && socket.phase() == EventSource.PHASE_CONNECTING) {
                // Now the loop cannot find it any more.
                socket.readiness().connectFailed(error, true);
            }
            return error;
        }
    }

    static int ioctl(SocketState socket, int request, MemorySegment arg) throws KernelSocketException {
        return (int) socket.call("ioctl", () -> control(socket, request, arg));
    }

    private static int control(SocketState socket, int request, MemorySegment arg) throws KernelSocketException {
        return switch (request) {
            case SysIoctl.FIONBIO -> setNonBlocking(socket, arg);
            case SysIoctl.SIOCSPGRP, SysIoctl.SIOCGPGRP, SysIoctl.FIOSETOWN, SysIoctl.FIOGETOWN, SysIoctl.FIOASYNC,
                    SysIoctl.FIONCLEX -> throw refused(request);
            default -> {
                if (request >>> 8 == STREAMS) {
                    throw refused(request);
                }
                yield socket.family().ioctl(request, arg);
            }
        };
    }

    private static int setNonBlocking(SocketState socket, MemorySegment arg) throws KernelSocketException {
        if (arg.byteSize() < Integer.BYTES) {
            throw new KernelSocketException("ioctl", Errno.EFAULT, "FIONBIO points to an int, not to "
                    + arg.byteSize() + " bytes");
        }
        socket.nonBlocking(arg.get(JAVA_INT_UNALIGNED, 0) != 0);
        return 0;
    }

    /** The pending error of another family's socket; 0 for none, or if it has no such option. */
    static int familyError(FamilySocket family) {
        MemorySegment value = MemorySegment.ofArray(new int[1]);
        try {
            family.getsockopt(SysSocket.SOL_SOCKET, SysSocket.SO_ERROR, value);
            return value.get(JAVA_INT_UNALIGNED, 0);
        } catch (KernelSocketException e) {
            return 0;
        }
    }

    /**
     * Asks the host what a socket has that was not made here: one that was accepted (of TCP, it has what its listener
     * had when the connection was made; of UNIX, nothing), or that came in a message.
     *
     * @param listener where it was accepted; null if it came in a message
     */
    static void inherit(SocketState socket, SocketState listener) throws KernelSocketException {
        int[] linger = new int[2];
        socket.host().getsockopt(SysSocket.SOL_SOCKET, SysSocket.SO_LINGER, MemorySegment.ofArray(linger));
        socket.lingers(linger[0] != 0 && linger[1] != 0);
        long receive = hostTimeout(socket, SysSocket.SO_RCVTIMEO);
        long send = hostTimeout(socket, SysSocket.SO_SNDTIMEO);
        // No time at all reads like no limit: then it is the listener who knows.
        boolean copied = listener != null && socket.domain() != SysSocket.AF_UNIX;
        socket.receiveSpan(copied && receive == Deadline.FOREVER && listener.receiveSpan() == 0 ? 0 : receive);
        socket.sendSpan(copied && send == Deadline.FOREVER && listener.sendSpan() == 0 ? 0 : send);
    }

    private static long setTimeout(SocketState socket, int option, MemorySegment value) throws KernelSocketException {
        if (socket.host() != null) {
            socket.host().setsockopt(SysSocket.SOL_SOCKET, option, value);
            // The host takes negative seconds as no time at all, and then answers zero, which otherwise is no limit.
            return value.get(JAVA_LONG_UNALIGNED, 0) < 0 ? 0 : hostTimeout(socket, option);
        }
        if (value.byteSize() < TIMEVAL) {
            throw new KernelSocketException("setsockopt", Errno.EINVAL, "a struct timeval has " + TIMEVAL
                    + " bytes, not " + value.byteSize());
        }
        long span = span("setsockopt", value);
        return value.get(JAVA_LONG_UNALIGNED, 0) < 0 ? 0 : span;
    }

    private static long hostTimeout(SocketState socket, int option) throws KernelSocketException {
        MemorySegment value = MemorySegment.ofArray(new long[2]);
        socket.host().getsockopt(SysSocket.SOL_SOCKET, option, value);
        return span("getsockopt", value);
    }

    private static long span(String operation, MemorySegment timeval) throws KernelSocketException {
        long seconds = timeval.get(JAVA_LONG_UNALIGNED, 0);
        long micros = timeval.get(JAVA_LONG_UNALIGNED, Long.BYTES);
        if (micros < 0 || micros >= MICROS_PER_SECOND) {
            throw new KernelSocketException(operation, Errno.EDOM, micros + " microseconds");
        }
        long nanos = TimeUnit.SECONDS.toNanos(Math.max(0, seconds)) + TimeUnit.MICROSECONDS.toNanos(micros);
        return nanos == 0 || seconds > Integer.MAX_VALUE ? Deadline.FOREVER : nanos;
    }

    private static int getTimeout(long span, MemorySegment value) throws KernelSocketException {
        if (value.byteSize() < TIMEVAL) {
            throw new KernelSocketException("getsockopt", Errno.EINVAL, "a struct timeval has " + TIMEVAL
                    + " bytes, not " + value.byteSize());
        }
        long micros = span == Deadline.FOREVER ? 0 : TimeUnit.NANOSECONDS.toMicros(span);
        value.set(JAVA_LONG_UNALIGNED, 0, micros / MICROS_PER_SECOND);
        value.set(JAVA_LONG_UNALIGNED, Long.BYTES, micros % MICROS_PER_SECOND);
        return TIMEVAL;
    }

    private static KernelSocketException refused(int request) {
        return new KernelSocketException("ioctl", Errno.EOPNOTSUPP, "request 0x" + Integer.toHexString(request));
    }
}
