// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import ksock.api.KernelSocketException;
import ksock.impl.jfr.Recorded;

/**
 * The socket that {@link SocketEvents} tells of: what it is asked, and what it can be asked to do. A host's socket and
 * a provider family's are alike to it.
 *
 * <p>How a connect has ended is found out under its monitor, so that it is told once.
 *
 * <p>No method blocks; unless they say so, none throws. After the socket's close has begun they do nothing, and answer
 * 0 or {@code -EBADF}.
 */
public interface EventSource {

    /** A socket with no connection, none in progress, and not listening. */
    int PHASE_NONE = 0;

    /** A connection is in progress, and no thread waits for its end: to find that out is the loop's. */
    int PHASE_CONNECTING = 1;

    /** The connection is made, or was; of a datagram socket, a peer is set. */
    int PHASE_CONNECTED = 2;

    /** A listener. */
    int PHASE_LISTENING = 3;

    /** {@return one of the phases} */
    int phase();

    /**
     * Called by the loop at the end of {@link #PHASE_CONNECTING}.
     *
     * @param errno 0: the phase becomes {@link #PHASE_CONNECTED}; else {@link #PHASE_NONE}
     */
    void connectEnded(int errno);

    /** {@return whether a connection that has ended with an error had been made before} */
    boolean hadConnection();

    /** {@return what is recorded of the socket} */
    Recorded recorded();

    /** {@return whether this side connects: not for an accepted socket, and not for one of a pair} */
    boolean initiated();

    /** {@return whether the type has connections and an end of file: stream and seqpacket} */
    boolean connectionOriented();

    /**
     * {@return the socket's pending error, 0 or a positive errno} It is thereby taken from it and kept, as by
     * {@link #keepError}.
     */
    int takeError();

    /**
     * Keeps an error that was taken, for the next of the user's calls that would have met it.
     *
     * @param errno a positive errno
     */
    void keepError(int errno);

    /**
     * Looks, and takes nothing: an error that the host hands out thereby is kept, as by {@link #keepError}.
     *
     * @return whether something can be received: 1 data, 0 end of file, {@code -EAGAIN} nothing, else an error
     */
    int peek();

    /** {@return how many bytes can be received; negative if it is not known} */
    long readable();

    /** {@return about how many bytes would be taken, at least 1; negative if it is not known} */
    long sendRoom();

    /** {@return what holds now: {@code POLL} bits} */
    int poll();

    /** Has {@code POLLOUT} reported once, as soon as it holds. */
    void armWrite();

    /**
     * Has all that holds now reported again, {@code POLLOUT} excepted; begins the reporting, the first time.
     *
     * @throws KernelSocketException ENOSPC, ENOMEM ...: nothing will be reported
     */
    void rearm() throws KernelSocketException;
}
