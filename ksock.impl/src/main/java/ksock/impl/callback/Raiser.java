// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static ksock.api.SysPoll.POLLERR;
import static ksock.api.SysPoll.POLLHUP;
import static ksock.api.SysPoll.POLLIN;
import static ksock.api.SysPoll.POLLOUT;
import static ksock.api.SysPoll.POLLPRI;
import static ksock.api.SysPoll.POLLRDHUP;

import ksock.api.Errno;
import ksock.impl.loop.EventLoop;

/**
 * Turns what is ready into the seven events, in their order, and has the callbacks called.
 *
 * <p>{@link #raise} is called by one thread at a time, which owns the plain fields; whoever is next sees what it wrote.
 * A superclass and no object of its own, as the others here are.
 */
abstract class Raiser extends EventCalls {

    // What is pending: the POLL bits by their own values, and these.
    static final int CONNECTED = 1 << 8;
    static final int CONNECT_FAILED = 1 << 9;

    private static final int ENDING = POLLRDHUP | POLLHUP | POLLERR;
    private static final int ARRIVALS = POLLIN | POLLPRI | ENDING;
    private static final int EAGAIN = -Errno.EAGAIN.number();

    private long armedAs; // the sequence of the callbacks that were raised last
    private boolean endTold; // recv(0), to these callbacks
    private volatile boolean counting;

    Raiser(EventLoop loop, EventSource source, CallbackFailures failures) {
        super(loop, source, failures);
    }

    /**
     * As {@link ksock.api.KernelSocket#countReceived}.
     *
     * @param exact whether recv is told the number of bytes
     */
    public final void countReceived(boolean exact) {
        counting = exact;
    }

    /** Reads what {@link #raise} is going to read; see {@link ksock.impl.loop.Handler#prefetch}. */
    final int prefetchRaiser() {
        return prefetchUrgent() + (endTold ? 1 : 0);
    }

    @Override
    final void raise(Armed to, int pending) {
        if (to.sequence() != armedAs) {
            armedAs = to.sequence();
            endTold = false;
        }
        int phase = source.phase();
        if (pending == POLLIN && phase == EventSource.PHASE_CONNECTED && !urgentTold()) {
            // What nearly always happens, on the shortest way.
            recv(to, count());
        } else if (phase == EventSource.PHASE_LISTENING) {
            if ((pending & ARRIVALS) != 0) {
                newconn(to);
            }
        } else if (source.connectionOriented()) {
            raiseConnection(to, pending);
        } else {
            raiseDatagrams(to, pending);
        }
    }

    private void raiseDatagrams(Armed to, int pending) {
        if ((pending & CONNECTED) != 0 && !connected(to)) {
            return;
        }
        if ((pending & POLLPRI) != 0 && !exception(to)) {
            return;
        }
        if ((pending & POLLOUT) != 0 && !xmit(to, false)) {
            return;
        }
        if ((pending & POLLRDHUP) != 0 && !endTold && source.peek() == 0) {
            endTold = true;
            recv(to, 0);
        } else if ((pending & (POLLIN | POLLERR)) != 0) {
            recv(to, count());
        }
    }

    private void raiseConnection(Armed to, int pending) {
        int level = pending;
        if ((pending & CONNECT_FAILED) != 0 && !connectFailed(to)) {
            return;
        }
        if (source.phase() == EventSource.PHASE_CONNECTING) {
            if ((pending & (POLLOUT | POLLERR | POLLHUP)) == 0 || !connectEnded()) {
                return;
            }
            if (source.phase() != EventSource.PHASE_CONNECTED) {
                connectFailed(to);
                return;
            }
            level |= CONNECTED;
        }
        if (source.phase() != EventSource.PHASE_CONNECTED) {
            // What a socket is ready for that is not connected says nothing: Linux calls it hung up.
            return;
        }
        if ((level & CONNECTED) != 0) {
            // What came before the phase could be seen was dropped.
            level |= source.poll() & ARRIVALS;
            if (!connected(to)) {
                return;
            }
        }
        raiseConnected(to, level);
    }

    private void raiseConnected(Armed to, int pending) {
        int level = pending;
        int reset = 0;
        if ((pending & ENDING) != 0) {
            // Asked again, because it may have been said of the socket before it was connected.
            level = (pending & ~ENDING) | (source.poll() & ~POLLOUT);
            if ((level & (POLLERR | POLLHUP)) != 0) {
                reset = source.takeError();
                if (reset != 0) {
                    // The host wakes for the error and for the end that it brings: the second is no end of file.
                    endTold = true;
                }
            }
        }
        boolean broken = reset != 0 || (level & POLLHUP) != 0;
        if ((level & POLLPRI) != 0 && !exception(to)) {
            return;
        }
        if (((level & POLLOUT) != 0 || broken) && !xmit(to, broken)) {
            return;
        }
        if (reset == 0 && (level & (POLLRDHUP | POLLHUP)) != 0) {
            reset = raiseEnd(to);
            if (reset < 0) {
                return;
            }
        } else if ((level & (POLLIN | POLLERR)) != 0 && !recv(to, reset != 0 ? -1 : count())) {
            return;
        }
        if (urgentTold() && (level & POLLIN) != 0) {
            urgentGone();
        }
        if (broken || reset != 0) {
            disconnected(to, reset);
        }
    }

    /**
     * The peer has ended its side. Tells data that came before, then end of file: once the data is taken, for which the
     * user may need to ask again.
     *
     * @return 0 when the end was told; an errno if the connection turns out to be reset; -1 to stop here
     */
    private int raiseEnd(Armed to) {
        if (endTold) {
            return 0;
        }
        int peeked = source.peek();
        if (to.callbacks().recv() == null) {
            return peeked < 0 && peeked != EAGAIN ? -peeked : 0;
        }
        if (peeked > 0) {
            if (!recv(to, count())) {
                return -1;
            }
            peeked = source.peek();
        }
        if (peeked == 0) {
            endTold = true;
            return recv(to, 0) ? 0 : -1;
        }
        if (peeked > 0 || peeked == EAGAIN) {
            return -1;
        }
        endTold = true;
        return recv(to, -1) ? -peeked : -1;
    }

    /** Whether the connect is over; then the phase says how. */
    private boolean connectEnded() {
        // Asked again, because it may have been said of the socket before it began to connect.
        int now = source.poll();
        if ((now & (POLLOUT | POLLERR | POLLHUP)) == 0) {
            source.armWrite();
            return false;
        }
        // One of the two has the error, and tells: this, or who asks for it by getsockopt.
        synchronized (source) {
            return source.phase() == EventSource.PHASE_CONNECTING && connectEnded(now);
        }
    }

    private boolean connectEnded(int now) {
        int error = source.takeError();
        if (error == 0 && (now & POLLHUP) != 0) {
            // Somebody else took it. illumos says the same then.
            error = Errno.ECONNREFUSED.number();
            source.keepError(error);
        }
        // One that was made and is broken already is told as both; one that was shut before it was made is no reset.
        boolean made = error == 0
                || ((error == Errno.ECONNRESET.number() || error == Errno.EPIPE.number()) && source.hadConnection());
        source.connectEnded(made ? 0 : error);
        if (made) {
            connectSucceeded();
        } else {
            addConnectError(error);
        }
        return true;
    }

    /** How many bytes recv is told. */
    private long count() {
        if (!counting) {
            return -1;
        }
        long count = source.readable();
        // An empty datagram is not the end of file, nor is what was taken meanwhile.
        return count > 0 ? count : -1;
    }
}
