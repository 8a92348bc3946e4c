// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static ksock.api.SysPoll.POLLERR;
import static ksock.api.SysPoll.POLLHUP;
import static ksock.api.SysPoll.POLLIN;
import static ksock.api.SysPoll.POLLOUT;
import static ksock.api.SysPoll.POLLPRI;
import static ksock.api.SysPoll.POLLRDHUP;

import java.util.concurrent.TimeUnit;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SocketCallbacks;
import ksock.impl.loop.EventLoop;
import ksock.impl.loop.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket's callbacks: takes what is ready from the loop, from a family, and from the socket's own calls, and has it
 * {@linkplain Raiser raised}, by one thread at a time. See the package documentation.
 *
 * <p>Any thread may call. Only {@link #set} and {@link #close} wait, and only for a callback of this socket that runs
 * in another thread; never on a loop thread.
 */
public final class SocketEvents extends Raiser {

    private static final Logger LOG = LoggerFactory.getLogger(SocketEvents.class);

    /** A timer for a retry is set. */
    private static final int RETRYING = OWN << 1;

    private static final int POLL_BITS = POLLIN | POLLPRI | POLLOUT | POLLERR | POLLHUP | POLLRDHUP;

    private static final long FIRST_BACK_OFF = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_BACK_OFF = TimeUnit.SECONDS.toNanos(1);

    private final DescriptorShortage shortage;

    /**
     * With no callbacks set.
     *
     * @param source the socket
     * @param loop where callbacks run
     * @param failures counts what they throw
     * @param shortage where listeners wait that cannot accept
     */
    public SocketEvents(EventSource source, EventLoop loop, CallbackFailures failures, DescriptorShortage shortage) {
        super(loop, source, failures);
        this.shortage = shortage;
    }

    /**
     * Sets the callbacks, or turns them off; as {@link KernelSocket#callbacks}.
     *
     * @param callbacks {@code null} for off
     * @param arg given to each
     * @param socket the handle given to each, held strongly while they are set
     * @throws KernelSocketException ENOTSOCK: closed; ENOSPC, ENOMEM, EMFILE ...: the loop cannot watch the socket, and
     *         the callbacks are off
     */
    public void set(SocketCallbacks callbacks, Object arg, KernelSocket socket) throws KernelSocketException {
        Armed mine = arm(callbacks, arg, socket);
        if (mine == null) {
            throw new KernelSocketException("callbacks", Errno.ENOTSOCK, "closed");
        }
        try {
            if (callbacks != null) {
                replay(callbacks);
            }
        } catch (KernelSocketException e) {
            arm(null, null, null);
            throw e;
        } finally {
            awaitOlder(mine.sequence(), 0);
        }
    }

    /**
     * Turns the callbacks off for good.
     *
     * @param boundNanos how long to wait for one that is running, in nanoseconds; 0 for as long as it takes
     * @return false if one still runs after that time, which is logged
     */
    public boolean close(long boundNanos) {
        Armed former = armed();
        Armed last = disarm();
        shortage.remove(this);
        boolean out = awaitOlder(last.sequence(), boundNanos);
        if (!out) {
            LOG.warn("A callback of socket {} still runs {} ms after the socket was closed; it is not waited for",
                    former.socket() == null ? "?" : former.socket().id(), TimeUnit.NANOSECONDS.toMillis(boundNanos));
        }
        return out;
    }

    /** {@return the names of the callbacks that are set, empty if none are} */
    public String names() {
        SocketCallbacks callbacks = armed().callbacks();
        return callbacks == null ? "" : names(callbacks);
    }

    /**
     * As {@link KernelSocket#rearm}.
     *
     * @throws KernelSocketException ENOMEM: not now
     */
    public void rearm() throws KernelSocketException {
        if (isArmed()) {
            source.rearm();
        }
    }

    /**
     * Raises what became ready. Called on the loop; runs callbacks.
     *
     * @param events {@code POLL} bits
     */
    public void ready(int events) {
        // Without callbacks it is dropped: arming asks for all of it again.
        if (isArmed()) {
            raiseNow(events & POLL_BITS);
        }
    }

    /** Reads what {@link #ready} is going to read; see {@link ksock.impl.loop.Handler#prefetch}. */
    public int prefetch() {
        Armed mine = armed();
        SocketCallbacks callbacks = mine.callbacks();
        return callbacks == null ? 0
                : prefetchState() + prefetchRaiser() + readHead(mine.socket()) + readHead(mine.arg())
                        + readHead(callbacks.recv());
    }

    private static int readHead(Object object) {
        // Its class is not known before its head was read.
        return object instanceof Task ? 1 : 0;
    }

    /**
     * Has what became ready raised on the loop, soon. Any thread; allocates nothing.
     *
     * @param events {@code POLL} bits
     */
    public void post(int events) {
        raiseSoon(events & POLL_BITS);
    }

    /** The socket's connect goes on by itself, its phase is {@link EventSource#PHASE_CONNECTING}. */
    public void connectPending() {
        if (isArmed()) {
            source.armWrite();
        }
    }

    /** The socket's connect is done, its phase is {@link EventSource#PHASE_CONNECTED} if it has connections. */
    public void connected() {
        connectSucceeded();
        raiseSoon(CONNECTED);
    }

    /**
     * A connect that a thread waited in has failed.
     *
     * @param errno why
     */
    public void connectFailed(int errno) {
        addConnectError(errno);
        raiseSoon(CONNECT_FAILED);
    }

    /** The socket listens, its phase is {@link EventSource#PHASE_LISTENING}. */
    public void listening() {
        try {
            // What came before the phase could be seen was dropped.
            rearm();
        } catch (KernelSocketException e) {
            raiseSoon(POLLIN);
        }
    }

    /**
     * A send was refused or cut short.
     *
     * @param retryNanos 0 if {@code POLLOUT} tells when to go on; where it does not, how long to wait, in nanoseconds
     */
    public void sendRefused(long retryNanos) {
        wantRoom();
        SocketCallbacks callbacks = armed().callbacks();
        if (callbacks == null || callbacks.xmit() == null) {
            return;
        }
        if (retryNanos > 0) {
            retryLater(POLLOUT, retryNanos);
        } else {
            source.armWrite();
        }
    }

    /** Something was received, by whomever. */
    public void received() {
        if (urgentTold() && urgentGone() && (source.poll() & POLLPRI) != 0) {
            // The next urgent byte came while the former was still thought to be there.
            raiseSoon(POLLPRI);
        }
    }

    /** Urgent data was received, by whomever: what holds now, or comes, is another. */
    public void urgentReceived() {
        if (urgentTaken() && (source.poll() & POLLPRI) != 0) {
            raiseSoon(POLLPRI);
        }
    }

    /**
     * An accept failed for want of descriptors or memory. Has newconn raised again: when a descriptor is given back, or
     * after a time that doubles, from 10 ms to a second.
     *
     * @param errno EMFILE, ENFILE, ENOBUFS or ENOMEM
     */
    public void acceptFailed(int errno) {
        if (!isArmed()) {
            return;
        }
        long delay = Math.min(FIRST_BACK_OFF << Math.min(refused(), 10), LONGEST_BACK_OFF);
        if (errno == Errno.EMFILE.number() || errno == Errno.ENFILE.number()) {
            shortage.add(this);
        }
        retryLater(POLLIN, delay);
    }

    /** A descriptor was given back. */
    void retryAccept() {
        raiseSoon(POLLIN);
    }

    private void replay(SocketCallbacks callbacks) throws KernelSocketException {
        source.rearm();
        int phase = source.phase();
        if (phase == EventSource.PHASE_CONNECTING) {
            source.armWrite();
        } else if (connectedIsDue(phase)) {
            raiseSoon(CONNECTED);
        }
        if (connectFailedIsDue()) {
            raiseSoon(CONNECT_FAILED);
        }
        if (roomWanted() && callbacks.xmit() != null) {
            source.armWrite();
        }
    }

    private void retryLater(int event, long delayNanos) {
        if (!mark(RETRYING)) {
            return;
        }
        Task retry = new Task() {
            @Override
            protected void run() {
                unmark(RETRYING);
                ready(event);
            }
        };
        try {
            loop.schedule(retry, delayNanos);
        } catch (KernelSocketException e) {
            unmark(RETRYING);
            LOG.warn("Callbacks are lost: the event loop does not run", e);
        }
    }
}
