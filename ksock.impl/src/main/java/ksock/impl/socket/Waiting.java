// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SysPoll;
import ksock.api.SysSocket;
import ksock.impl.host.HostSocket;
import ksock.impl.loop.EventLoop;
import ksock.impl.loop.LoopWait;
import ksock.impl.wait.Deadline;
import ksock.impl.wait.ParkWaiter;
import ksock.impl.wait.SignalWaiter;

/**
 * The waits of a call on one socket that does not block in the kernel itself: tries, and pauses between them.
 *
 * <p>A platform thread on a socket of the host pauses in ppoll(2); a virtual thread, and any thread on another family's
 * socket, is parked until readiness is told. Both end for the same reasons with the same errors.
 */
final class Waiting {

    /** How long to pause where readiness cannot be believed: first, and at most. */
    private static final long SHORT_NANOS = 500_000;
    private static final long LONG_NANOS = 16_000_000;
    /** How long to wait before looking for what poll does not tell of. */
    private static final long HIDDEN_NANOS = 50_000_000;

    private final SocketState socket;
    private final String operation;
    private final int events;
    private final long span;
    private final long optionSpan;
    private final long deadline;
    private final long optionDeadline;
    private final LoopWait loopWait = new LoopWait();
    // Of a UNIX socket poll does not say that sending was shut, by whichever side.
    private final boolean hidesShutdown;
    // How often readiness was told in vain, one after the other.
    private int lies;

    /**
     * A wait that begins now.
     *
     * @param socket where, entered
     * @param operation the call's name
     * @param events the {@code POLL} bits that are worth another try
     * @param span how long until ETIMEDOUT, in nanoseconds
     * @param optionSpan how long until {@code WOULD_BLOCK}, by SO_RCVTIMEO or SO_SNDTIMEO, in nanoseconds
     */
    Waiting(SocketState socket, String operation, int events, long span, long optionSpan) {
        this.socket = socket;
        this.operation = operation;
        this.events = events;
        this.span = span;
        this.optionSpan = optionSpan;
        deadline = Deadline.after(span);
        optionDeadline = Deadline.after(optionSpan);
        hidesShutdown = events == SysPoll.POLLOUT && socket.host() != null && socket.domain() == SysSocket.AF_UNIX;
    }

    /**
     * Whether the calling thread can and may block in a system call on this socket. A loop's own may not: inside a
     * callback it gives the loop away before it waits.
     */
    static boolean inKernel(SocketState socket) {
        return pollsInKernel(socket) && !socket.host().neverBlocks() && !EventLoop.onLoopThread();
    }

    private static boolean pollsInKernel(SocketState socket) {
        return socket.host() != null && !Thread.currentThread().isVirtual();
    }

    /**
     * Tries until done.
     *
     * @param attempt what to try
     * @param pollLies whether readiness is told where there is none, so that only time helps
     * @return the call's result; {@code WOULD_BLOCK} if the socket option's time has passed
     */
    long until(Attempt attempt, boolean pollLies) throws KernelSocketException {
        try {
            return pollsInKernel(socket) ? polling(attempt, pollLies) : parking(attempt, pollLies);
        } catch (KernelSocketException e) {
            return ended(socket, attempt, e);
        }
    }

    /**
     * The end of a call by an error. As in the kernel: a call that has done something says so, and its error meets the
     * next one.
     */
    static long ended(SocketState socket, Attempt attempt, KernelSocketException e) throws KernelSocketException {
        long done = attempt.progress();
        if (done == 0) {
            throw e;
        }
        switch (e.errno()) {
            case ECONNRESET, ECONNABORTED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, ENETDOWN ->
                socket.keepError(e.number());
            default -> {
                // Of this call, or it lasts and the next one meets it anyway: EPIPE of a side that is shut.
            }
        }
        return done;
    }

    /**
     * The next try of a send that has waited on a UNIX stream: it meets the socket's error, as it would in the kernel.
     * One that has not waited does not: that the peer has gone comes first there.
     */
    private long retry(Attempt attempt) throws KernelSocketException {
        boolean meetsError = hidesShutdown && socket.isStream() && attempt.progress() == 0;
        if (meetsError) {
            throwPendingError();
        }
        try {
            return attempt.run();
        } catch (KernelSocketException e) {
            if (meetsError && e.errno() == Errno.EPIPE) {
                // The peer may have gone since the error was asked for.
                throwPendingError();
            }
            throw e;
        }
    }

    private void throwPendingError() throws KernelSocketException {
        int error = socket.takePendingError();
        if (error != 0) {
            throw new KernelSocketException(operation, error, socket.toString());
        }
    }

    private long polling(Attempt attempt, boolean pollLies) throws KernelSocketException {
        HostSocket host = socket.host();
        SignalWaiter waiter = SignalWaiter.enter(socket.waiters());
        long done = 0;
        boolean waited = false;
        try {
            while (true) {
                long result = waited ? retry(attempt) : attempt.run();
                waited = true;
                if (result != KernelSocket.WOULD_BLOCK) {
                    return result;
                }
                if (attempt.progress() > done) {
                    done = attempt.progress();
                    lies = 0;
                }
                long left = look(waiter.lookAround());
                if (left <= 0) {
                    return timedOut(attempt);
                }
                if (pollLies || stillLies(host)) {
                    host.pause(Math.min(left, pause()));
                } else {
                    poll(host, attempt, left);
                }
            }
        } finally {
            waiter.leave();
        }
    }

    /** Whether readiness is told where there is none. If it is told no more, others took what it was told of. */
    private boolean stillLies(HostSocket host) {
        if (lies > 1 && host.poll(events, 0) == 0) {
            lies = 0;
        }
        return lies > 1;
    }

    private void poll(HostSocket host, Attempt attempt, long nanos) throws KernelSocketException {
        // Urgent data ends a receive that has something; told to one that has nothing, it would be told for ever.
        boolean urgent = (events & SysPoll.POLLIN) != 0 && attempt.progress() > 0;
        int result = host.poll(urgent ? events | SysPoll.POLLPRI : events, nanos);
        if (result > 0) {
            lies++;
        } else if (result < 0 && result != HostSocket.INTERRUPTED) {
            throw new KernelSocketException(operation, -result, "ppoll on " + socket);
        }
    }

    private long parking(Attempt attempt, boolean pollLies) throws KernelSocketException {
        ParkWaiter waiter = new ParkWaiter((events & SysPoll.POLLIN) != 0 ? events | SysPoll.POLLPRI : events);
        socket.waiters().add(waiter);
        try {
            socket.readiness().watch();
            boolean waited = false;
            while (true) {
                waiter.forget();
                long result = waited ? retry(attempt) : attempt.run();
                waited = true;
                if (result != KernelSocket.WOULD_BLOCK) {
                    return result;
                }
                long left = look(waiter.cancelled());
                if (left <= 0) {
                    return timedOut(attempt);
                }
                if (socket.readiness().lost() != 0) {
                    throw new KernelSocketException(operation, socket.readiness().lost(), "the event loop has ended");
                }
                if (pollLies) {
                    waiter.park(Math.min(left, pause()));
                } else {
                    if ((events & SysPoll.POLLOUT) != 0) {
                        socket.readiness().watchRoom();
                    }
                    waiter.park(left);
                }
            }
        } finally {
            socket.waiters().remove(waiter);
        }
    }

    /** Throws if there is a reason to stop waiting; else how long to wait before the next try, 0 if not at all. */
    private long look(boolean cancelled) throws KernelSocketException {
        Blocking.check(socket, operation, cancelled);
        long left = Math.min(Deadline.remaining(deadline, span), Deadline.remaining(optionDeadline, optionSpan));
        if (left <= 0) {
            return left;
        }
        return loopWait.next(hidesShutdown ? Math.min(left, HIDDEN_NANOS) : left);
    }

    private long timedOut(Attempt attempt) throws KernelSocketException {
        long done = attempt.progress();
        if (done > 0) {
            return done;
        }
        // Both began at once: whichever is shorter has passed first, however late we look.
        if (span <= optionSpan) {
            throw new KernelSocketException(operation, Errno.ETIMEDOUT, "after " + span / 1_000_000 + " ms");
        }
        return KernelSocket.WOULD_BLOCK;
    }

    private long pause() {
        return Math.min(LONG_NANOS, SHORT_NANOS << Math.min(lies++, 10));
    }
}
