// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.foreign.MemorySegment;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SocketCallbacks;
import ksock.api.SysIoctl;
import ksock.api.SysPoll;
import ksock.api.SysSocket;
import ksock.api.family.ReadinessListener;
import ksock.impl.callback.EventSource;
import ksock.impl.callback.SocketEvents;
import ksock.impl.host.HostSocket;
import ksock.impl.jfr.Recorded;
import ksock.impl.libc.LinuxConst;
import ksock.impl.loop.EventLoop;
import ksock.impl.loop.Handler;
import ksock.impl.loop.Registration;

/**
 * What a socket is told by the event loop or its family, and whom it tells: those who wait in it, and its callbacks. Of
 * the host's sockets it is told from the first need on. Any thread.
 */
final class Readiness extends ConnectRecord implements Handler, ReadinessListener, EventSource {

    // Null of another family's socket.
    private final HostSocket host;
    // Made at the first need, under this.
    private volatile Registration registration;
    // Set once if the event loop has died: whoever waits for readiness gets it.
    private volatile int lost;
    // Made at the first callbacks, under this; kept till close.
    private volatile SocketEvents events;
    // Asked for before there were callbacks.
    private volatile boolean countReceived;
    // Written before events is read, which is written before this is read: one of the two sees the other.
    private volatile int phase = PHASE_NONE;
    // Whether connect was called.
    private volatile boolean initiated;

    Readiness(SocketState socket) {
        super(socket);
        this.host = socket.host();
    }

    // Being told.

    /** Makes sure that arrivals are told from now on. Within a call. */
    void watch() throws KernelSocketException {
        if (host != null && registration == null) {
            synchronized (this) {
                if (registration == null) {
                    registration = loop().register(host.fd(), this);
                }
            }
        }
    }

    /** Has room to write told once. Within a call, after {@link #watch}. */
    void watchRoom() throws KernelSocketException {
        Registration watched = registration;
        if (watched != null) {
            check(watched.armWrite());
        }
    }

    /** Ends being told; the last of all calls. */
    void close() {
        if (phase == PHASE_CONNECTING) {
            if ((socket.family().poll() & (SysPoll.POLLOUT | SysPoll.POLLERR)) != 0) {
                // Nobody has asked how it went.
                connectEnded(socket.takePendingError());
            }
            endRecord(LinuxConst.EINPROGRESS);
        }
        if (host == null) {
            socket.family().readiness(null);
        } else if (registration != null) {
            registration.close();
        }
    }

    /** Why nothing will be told any more; 0 while it will. */
    int lost() {
        return lost;
    }

    @Override
    public void ready(int bits) {
        tell(bits);
        SocketEvents told = events;
        if (told != null) {
            if (host == null) {
                // On a thread of the family's, where no user's code may run.
                told.post(bits);
            } else {
                told.ready(bits);
            }
        }
    }

    @Override
    public int prefetch() {
        SocketEvents told = events;
        return phase + size() + socket.prefetch() + (told == null ? 0 : told.prefetch());
    }

    @Override
    public void lost(int errno) {
        lost = errno;
        wake();
    }

    private EventLoop loop() {
        return socket.scope().core().loop();
    }

    private void check(int result) throws KernelSocketException {
        if (result < 0) {
            throw new KernelSocketException("epoll_ctl", -result, "socket " + socket.id());
        }
    }

    // Callbacks.

    /** The callbacks; null if none were ever set. */
    SocketEvents events() {
        return events;
    }

    void callbacks(SocketCallbacks callbacks, Object arg, KernelSocket handle) throws KernelSocketException {
        // Over before set, which waits for a callback, which may be in close and wait for this call to be out.
        socket.call("callbacks", () -> {
            if (callbacks != null) {
                makeEvents();
            }
            return 0;
        });
        if (events == null) {
            return;
        }
        events.set(callbacks, arg, handle);
        if (!socket.isOpen()) {
            // Close may have looked for callbacks to turn off before there were any.
            events.close(0);
            throw new KernelSocketException("callbacks", Errno.ENOTSOCK, "socket " + socket.id() + " is closed");
        }
    }

    private synchronized void makeEvents() throws KernelSocketException {
        if (events == null) {
            SocketCore core = socket.scope().core();
            events = new SocketEvents(this, loop(), core.failures(), core.shortage());
            events.countReceived(countReceived);
        }
    }

    void rearmCallbacks() throws KernelSocketException {
        socket.call("rearm", () -> {
            SocketEvents told = events;
            if (told != null) {
                told.rearm();
            }
            return 0;
        });
    }

    synchronized void countReceived(boolean exact) {
        countReceived = exact;
        if (events != null) {
            events.countReceived(exact);
        }
    }

    // What calls have seen.

    /** It listens. */
    void listening() {
        phase = PHASE_LISTENING;
        SocketEvents told = events;
        if (told != null) {
            told.listening();
        }
    }

    /** A connect is out; unless it goes on by itself, that was its end. */
    void connectReturned(int errno) {
        if (phase != PHASE_CONNECTING) {
            endRecord(errno);
        }
    }

    /** A connect goes on by itself, and no thread waits in it. */
    void connecting() {
        initiated = true;
        if (connectionOriented()) {
            phase = PHASE_CONNECTING;
        }
        SocketEvents told = events;
        if (told != null) {
            told.connectPending();
        }
    }

    /** A datagram socket has no peer any more. */
    void dissolved() {
        phase = PHASE_NONE;
    }

    /**
     * A connection is made, or a datagram socket has a peer.
     *
     * @param byConnect whether by a call of connect; else it was accepted or made as one of a pair
     */
    void connected(boolean byConnect) {
        initiated = byConnect;
        int before;
        synchronized (this) {
            before = phase;
            phase = PHASE_CONNECTED;
        }
        if (byConnect && before != PHASE_CONNECTED) {
            connectOver(0);
        }
        SocketEvents told = events;
        if (told != null && byConnect) {
            told.connected();
        }
    }

    /**
     * A connect has failed.
     *
     * @param errno why
     * @param toTell whether it had been going on for a while; else the call's own error is all there is to it
     */
    void connectFailed(int errno, boolean toTell) {
        initiated = true;
        phase = PHASE_NONE;
        connectOver(errno);
        SocketEvents told = events;
        if (told != null && toTell) {
            told.connectFailed(errno);
        }
    }

    // As the callbacks see it. Each answer is a call on the socket: after its close it is nothing.

    @Override
    public int phase() {
        return phase;
    }

    @Override
    public void connectEnded(int errno) {
        phase = errno == 0 ? PHASE_CONNECTED : PHASE_NONE;
        connectOver(errno);
    }

    @Override
    public boolean hadConnection() {
        if (host == null || !socket.tryEnter()) {
            return true;
        }
        try {
            return ConnectionCalls.hadConnection(socket);
        } finally {
            socket.leave();
        }
    }

    @Override
    public Recorded recorded() {
        return socket;
    }

    @Override
    public boolean initiated() {
        return initiated;
    }

    @Override
    public int takeError() {
        if (!socket.tryEnter()) {
            return 0;
        }
        try {
            return host != null ? takeHostError() : keep(socket.takeHostError());
        } finally {
            socket.leave();
        }
    }

    /** Under the monitor, where {@link KeptError} looks. */
    private synchronized int takeHostError() {
        return keep(socket.takeHostError());
    }

    private int keep(int errno) {
        if (errno != 0) {
            socket.keepError(errno);
        }
        return errno;
    }

    @Override
    public void keepError(int errno) {
        socket.keepError(errno);
    }

    @Override
    public int peek() {
        if (!socket.tryEnter()) {
            return -LinuxConst.EBADF;
        }
        try {
            int kept = socket.keptError();
            if (kept != 0) {
                return -kept;
            }
            return host != null ? peekHost() : keepPeeked(peekFamily());
        } finally {
            socket.leave();
        }
    }

    /** As {@link #takeHostError}. */
    private synchronized int peekHost() {
        return keepPeeked(host.peek());
    }

    private int keepPeeked(int result) {
        if (result < 0 && result != -LinuxConst.EAGAIN) {
            socket.keepError(-result);
        }
        return result;
    }

    private int peekFamily() {
        try {
            long result = socket.family().recv(MemorySegment.ofArray(new byte[1]), 0, 1, SysSocket.MSG_PEEK, null);
            return result == KernelSocket.WOULD_BLOCK ? -LinuxConst.EAGAIN : (int) Math.min(1, result);
        } catch (KernelSocketException e) {
            return -e.number();
        }
    }

    @Override
    public long readable() {
        if (host == null || !socket.tryEnter()) {
            return -1;
        }
        try {
            return host.ioctlAnswer(SysIoctl.FIONREAD);
        } finally {
            socket.leave();
        }
    }

    @Override
    public long sendRoom() {
        if (host == null || !socket.tryEnter()) {
            return -1;
        }
        try {
            int room = host.option(SysSocket.SOL_SOCKET, SysSocket.SO_SNDBUF);
            int queued = host.ioctlAnswer(SysIoctl.SIOCOUTQ);
            return room < 0 || queued < 0 ? -1 : Math.max(1, room - queued);
        } finally {
            socket.leave();
        }
    }

    @Override
    public int poll() {
        if (!socket.tryEnter()) {
            return 0;
        }
        try {
            return socket.family().poll();
        } finally {
            socket.leave();
        }
    }

    @Override
    public void armWrite() {
        if (!socket.tryEnter()) {
            return;
        }
        try {
            if (host != null) {
                watch();
                watchRoom();
            } else if ((socket.family().poll() & SysPoll.POLLOUT) != 0) {
                events.post(SysPoll.POLLOUT);
            }
        } catch (KernelSocketException e) {
            // No memory to be told with: better a callback in vain than none ever.
            events.post(SysPoll.POLLOUT);
        } finally {
            socket.leave();
        }
    }

    @Override
    public void rearm() throws KernelSocketException {
        if (!socket.tryEnter()) {
            return;
        }
        try {
            if (host == null) {
                events.post(socket.family().poll() & ~SysPoll.POLLOUT);
            } else if (registration == null) {
                // To begin reports what holds.
                watch();
            } else {
                check(registration.rearm());
            }
        } finally {
            socket.leave();
        }
    }
}
