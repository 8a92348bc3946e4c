// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a socket's owner wants to be told of: the six callbacks of OpenSolaris' Kernel Sockets, and connect failed.
 *
 * <p>A member that is {@code null} is off. Members can be shared by any number of sockets; what belongs
 * to one socket comes as its {@code arg}.
 *
 * <p><b>Threads.</b> Callbacks run on the loop's threads, platform threads, one at a time and in order
 * for each socket, outside all locks. A callback may call anything, its own socket's {@code close} and
 * {@code callbacks} included. One that takes long holds up its own socket and no other. (In OpenSolaris a
 * callback must not call a socket function.)
 *
 * <p><b>Blocking.</b> {@code recv}, {@code send}, {@code accept} and {@code connect} act in a callback as if
 * {@code MSG_DONTWAIT} were given, and {@code poll} with a timeout is EDEADLK: nobody waits there by mistake.
 * Where the callbacks are somebody else's code, that expects to be on a thread like any other, they are set with
 * {@link Builder#mayBlock}: all these calls then wait as they do elsewhere.
 *
 * <p><b>What it throws</b> is counted, logged once a cause, and hurts nobody else. After an
 * {@link OutOfMemoryError} the callbacks of all sockets of the host are told again what is there to receive, to
 * accept, and to fill: 10 ms later, and where that is no use, less and less often, down to once a second.
 *
 * <p>The order, for a connection: {@code connected}, then any number of {@code recv}, {@code xmit} and
 * {@code exception}, then {@code recv(0)} once if the peer ended its side, then {@code disconnected} once.
 *
 * <p>Immutable; any thread. Made by {@link #builder}: a later minor version may have more members, and then its
 * constructor is another.
 *
 * @param connected the connection is made
 * @param connectFailed the connection could not be made; not in OpenSolaris, but in illumos
 * @param disconnected the connection has ended, both ways
 * @param newconn connections wait to be accepted
 * @param recv data, an error, or end of file can be received
 * @param xmit after a refused or short send: there is room again
 * @param exception urgent data has come
 * @param mayBlock whether calls that block may be made in these callbacks
 */
public record SocketCallbacks(Connected connected, ConnectFailed connectFailed, Disconnected disconnected,
        NewConn newconn, Recv recv, Xmit xmit, Exceptional exception, boolean mayBlock) {

    /**
     * No callback, to add to.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** The connection is made. */
    @FunctionalInterface
    @ConsumerType
    public interface Connected {

        /**
         * Called once in a socket's life: when {@code connect} has come to its end, or at arming, if it
         * had before. Never for an accepted socket.
         *
         * @param socket the socket
         * @param arg what was given to {@code callbacks}
         * @throws Exception whatever goes wrong; is counted and logged
         */
        void connected(KernelSocket socket, Object arg) throws Exception;
    }

    /** The connection could not be made. */
    @FunctionalInterface
    @ConsumerType
    public interface ConnectFailed {

        /**
         * Called for each {@code connect} that has failed after it was in progress, or while a thread waited in it: not
         * for one that is refused at once in a call that does not wait. What failed while these callbacks were not set
         * is told once, at arming; of more than 16 that fail while a callback of this socket runs, the first are
         * left out.
         *
         * @param socket the socket
         * @param arg what was given to {@code callbacks}
         * @param errno the reason, positive: {@code ECONNREFUSED}, {@code ETIMEDOUT} ...
         * @throws Exception whatever goes wrong; is counted and logged
         */
        void connectFailed(KernelSocket socket, Object arg, int errno) throws Exception;
    }

    /** The connection has ended. */
    @FunctionalInterface
    @ConsumerType
    public interface Disconnected {

        /**
         * Called once, when both ways are shut or the connection was reset; nothing comes after it.
         *
         * @param socket the socket
         * @param arg what was given to {@code callbacks}
         * @param reason 0: the normal shutdown sequence; &gt;0: an error number, {@code ECONNRESET};
         *        &lt;0: unknown
         * @throws Exception whatever goes wrong; is counted and logged
         */
        void disconnected(KernelSocket socket, Object arg, int reason) throws Exception;
    }

    /** Connections wait to be accepted. */
    @FunctionalInterface
    @ConsumerType
    public interface NewConn {

        /**
         * Called when connections have arrived at a listener, and again whenever more arrive; now and then once
         * too often, with nothing to accept. Accept until {@code accept} gives {@code null}, or ask again with
         * {@link KernelSocket#rearm()}.
         *
         * @param socket the listener
         * @param arg what was given to {@code callbacks}
         * @throws Exception whatever goes wrong; is counted and logged
         */
        void newconn(KernelSocket socket, Object arg) throws Exception;
    }

    /** Data can be received. */
    @FunctionalInterface
    @ConsumerType
    public interface Recv {

        /**
         * Called for each arrival: of data, of an error, of end of file (once); now and then once too often for
         * data, with nothing to receive. Receive until {@link KernelSocket#WOULD_BLOCK}, or ask again with
         * {@link KernelSocket#rearm()}: who does neither is not called before more arrives, and the peer is held
         * back meanwhile.
         *
         * @param socket the socket
         * @param arg what was given to {@code callbacks}
         * @param msglen 0: end of file; &gt;0: bytes to be received, where they are counted
         *        ({@link KernelSocket#countReceived}); &lt;0: unknown
         * @throws Exception whatever goes wrong; is counted and logged
         */
        void recv(KernelSocket socket, Object arg, long msglen) throws Exception;
    }

    /** There is room to send. */
    @FunctionalInterface
    @ConsumerType
    public interface Xmit {

        /**
         * Called when, after a send that was refused or cut short, sending is possible again.
         *
         * @param socket the socket
         * @param arg what was given to {@code callbacks}
         * @param freebuf 0: nothing can be sent any more; &gt;0: about how many bytes will be taken;
         *        &lt;0: unknown
         * @throws Exception whatever goes wrong; is counted and logged
         */
        void xmit(KernelSocket socket, Object arg, long freebuf) throws Exception;
    }

    /** Something exceptional has happened: urgent data. */
    @FunctionalInterface
    @ConsumerType
    public interface Exceptional {

        /** The {@code event} for urgent data that can be received with {@code MSG_OOB}. */
        int URGENT = 1;

        /**
         * Called once for each byte of urgent data that becomes receivable.
         *
         * @param socket the socket
         * @param arg what was given to {@code callbacks}
         * @param event what happened; {@link #URGENT}
         * @throws Exception whatever goes wrong; is counted and logged
         */
        void exception(KernelSocket socket, Object arg, int event) throws Exception;
    }

    /** Collects callbacks by their names. Not thread-safe. */
    public static final class Builder {

        private Connected connected;
        private ConnectFailed connectFailed;
        private Disconnected disconnected;
        private NewConn newconn;
        private Recv recv;
        private Xmit xmit;
        private Exceptional exception;
        private boolean mayBlock;

        private Builder() {
        }

        /**
         * Sets a callback.
         *
         * @param callback called when the connection is made
         * @return this
         */
        public Builder connected(Connected callback) {
            connected = callback;
            return this;
        }

        /**
         * Sets a callback.
         *
         * @param callback called when the connection could not be made
         * @return this
         */
        public Builder connectFailed(ConnectFailed callback) {
            connectFailed = callback;
            return this;
        }

        /**
         * Sets a callback.
         *
         * @param callback called when the connection has ended
         * @return this
         */
        public Builder disconnected(Disconnected callback) {
            disconnected = callback;
            return this;
        }

        /**
         * Sets a callback.
         *
         * @param callback called when connections wait to be accepted
         * @return this
         */
        public Builder newconn(NewConn callback) {
            newconn = callback;
            return this;
        }

        /**
         * Sets a callback.
         *
         * @param callback called when data can be received
         * @return this
         */
        public Builder recv(Recv callback) {
            recv = callback;
            return this;
        }

        /**
         * Sets a callback.
         *
         * @param callback called when there is room to send again
         * @return this
         */
        public Builder xmit(Xmit callback) {
            xmit = callback;
            return this;
        }

        /**
         * Sets a callback.
         *
         * @param callback called when urgent data has come
         * @return this
         */
        public Builder exception(Exceptional callback) {
            exception = callback;
            return this;
        }

        /**
         * Lets calls that block be made in these callbacks: their socket is held up as long. One that waits in a call
         * of these sockets holds up no other for more than a fraction of a millisecond. One that waits for something
         * else, or computes, is noticed by another thread, which looks seldom while all callbacks are short: the
         * others wait for it one or two milliseconds if there was such a one in the last second, or nothing to do
         * just before; else up to nine; up to seventeen if it computes, or waits in foreign native code.
         *
         * @return this
         */
        public Builder mayBlock() {
            mayBlock = true;
            return this;
        }

        /** {@return the callbacks} */
        public SocketCallbacks build() {
            return new SocketCallbacks(connected, connectFailed, disconnected, newconn, recv, xmit, exception,
                    mayBlock);
        }
    }
}
