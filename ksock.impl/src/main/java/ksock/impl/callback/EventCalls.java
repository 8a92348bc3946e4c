// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static ksock.api.SysPoll.POLLPRI;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import ksock.api.SocketCallbacks;
import ksock.impl.loop.EventLoop;

/**
 * The seven calls: each is made if its callback is set, if it is due, and if no others have been set meanwhile. What is
 * told once, once in a life or once per urgent byte, is remembered here.
 *
 * <p>The calls are made by one thread at a time; those that return whether to go on say no when others were set. What
 * has become of a connect, and of urgent data, any thread may say.
 */
abstract class EventCalls extends CallbackCalls {

    /** A send was refused or cut short since xmit was last raised. */
    private static final int ROOM_WANTED = OWN;

    /** How many connects that failed are remembered until they are told. */
    private static final int CONNECT_ERRORS = 16;

    private static final VarHandle URGENT;

    static {
        try {
            URGENT = MethodHandles.lookup().findVarHandle(EventCalls.class, "urgent", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile boolean connectDone; // whether a connect of this socket has ever succeeded
    private volatile boolean connectedTold; // once in a life
    private volatile boolean disconnectedTold; // once in a life
    // Of connects that failed and were not told, the first first; null for none. An array, replaced under this: nearly
    // no socket has one, and hardly any has two.
    private volatile int[] connectErrors;
    private volatile int refusals; // accepts that failed since a newconn met with none; written under this
    /** Odd from the moment that urgent data is told until it is seen to be gone. */
    private volatile int urgent;

    EventCalls(EventLoop loop, EventSource source, CallbackFailures failures) {
        super(loop, source, failures);
    }

    /** Reads what the calls are going to read; see {@link ksock.impl.loop.Handler#prefetch}. */
    final int prefetchUrgent() {
        return urgent;
    }

    /** A connect has succeeded. */
    final void connectSucceeded() {
        connectDone = true;
    }

    /** Whether connected is to be told, to callbacks that are set in this phase. */
    final boolean connectedIsDue(int phase) {
        return !connectedTold && source.initiated() && (connectDone || phase == EventSource.PHASE_CONNECTED);
    }

    final boolean urgentTold() {
        return (urgent & 1) != 0;
    }

    /** Forgets that urgent data was told, if it is gone; whether it is. */
    final boolean urgentGone() {
        int seen = urgent;
        return (seen & 1) != 0 && (source.poll() & POLLPRI) == 0 && URGENT.compareAndSet(this, seen, seen + 1);
    }

    /** Forgets that urgent data was told, because it was taken; whether it had been told. */
    final boolean urgentTaken() {
        int seen = urgent;
        return (seen & 1) != 0 && URGENT.compareAndSet(this, seen, seen + 1);
    }

    final boolean connected(Armed to) {
        if (!connectedIsDue(source.phase())) {
            return true;
        }
        SocketCallbacks.Connected callback = to.callbacks().connected();
        if (callback == null) {
            return true;
        }
        if (!enter(to, "callback connected")) {
            return false;
        }
        connectedTold = true;
        try {
            callback.connected(to.socket(), to.arg());
        } catch (Throwable e) {
            thrown("connected", to.socket(), callback, e);
        } finally {
            ends();
        }
        return true;
    }

    final boolean connectFailed(Armed to) {
        SocketCallbacks.ConnectFailed callback = to.callbacks().connectFailed();
        while (callback != null && connectFailedIsDue()) {
            if (!enter(to, "callback connectFailed")) {
                return false;
            }
            int errno = takeConnectError();
            try {
                callback.connectFailed(to.socket(), to.arg(), errno);
            } catch (Throwable e) {
                thrown("connectFailed", to.socket(), callback, e);
            } finally {
                ends();
            }
        }
        return true;
    }

    final void disconnected(Armed to, int reason) {
        SocketCallbacks.Disconnected callback = to.callbacks().disconnected();
        if (disconnectedTold || callback == null || !enter(to, "callback disconnected")) {
            return;
        }
        disconnectedTold = true;
        try {
            callback.disconnected(to.socket(), to.arg(), reason);
        } catch (Throwable e) {
            thrown("disconnected", to.socket(), callback, e);
        } finally {
            ends();
        }
    }

    final void newconn(Armed to) {
        SocketCallbacks.NewConn callback = to.callbacks().newconn();
        if (callback == null || !enter(to, "callback newconn")) {
            return;
        }
        int before = refusals;
        try {
            callback.newconn(to.socket(), to.arg());
        } catch (Throwable e) {
            thrown("newconn", to.socket(), callback, e);
        } finally {
            ends();
        }
        acceptedSince(before);
    }

    final boolean recv(Armed to, long msglen) {
        SocketCallbacks.Recv callback = to.callbacks().recv();
        if (callback == null) {
            return true;
        }
        if (!enter(to, "callback recv")) {
            return false;
        }
        try {
            callback.recv(to.socket(), to.arg(), msglen);
        } catch (Throwable e) {
            thrown("recv", to.socket(), callback, e);
        } finally {
            ends();
        }
        return true;
    }

    final boolean xmit(Armed to, boolean broken) {
        SocketCallbacks.Xmit callback = to.callbacks().xmit();
        if (callback == null || !roomWanted()) {
            return true;
        }
        if (!enter(to, "callback xmit")) {
            return false;
        }
        // Not before: whoever set others meanwhile has seen that room is wanted, and tells them.
        roomTold();
        try {
            callback.xmit(to.socket(), to.arg(), broken ? 0 : source.sendRoom());
        } catch (OutOfMemoryError e) {
            // Room is told once, and this was not it.
            wantRoom();
            thrown("xmit", to.socket(), callback, e);
        } catch (Throwable e) {
            thrown("xmit", to.socket(), callback, e);
        } finally {
            ends();
        }
        return true;
    }

    final boolean exception(Armed to) {
        int seen = urgent;
        SocketCallbacks.Exceptional callback = to.callbacks().exception();
        if ((seen & 1) != 0 || callback == null) {
            return true;
        }
        if (!stillSet(to)) {
            return false;
        }
        URGENT.compareAndSet(this, seen, seen + 1);
        if (urgentGone()) {
            // Somebody took it before it could be told.
            return true;
        }
        begins("callback exception");
        try {
            callback.exception(to.socket(), to.arg(), SocketCallbacks.Exceptional.URGENT);
        } catch (Throwable e) {
            thrown("exception", to.socket(), callback, e);
        } finally {
            ends();
        }
        return true;
    }

    /** Whether a send was refused since room was told. */
    final boolean roomWanted() {
        return isMarked(ROOM_WANTED);
    }

    /** That there is room is being told. */
    final void roomTold() {
        unmark(ROOM_WANTED);
    }

    /** A send was refused; or that there is room was told to somebody who had no memory to hear it. */
    final void wantRoom() {
        mark(ROOM_WANTED);
    }

    /** Whether a connect has failed that was not told. */
    final boolean connectFailedIsDue() {
        return connectErrors != null;
    }

    /** A connect has failed. While there is nobody to tell, or too slow a one, the oldest are forgotten. */
    final synchronized void addConnectError(int errno) {
        int[] before = connectErrors;
        int kept = before == null || !isArmed() ? 0 : Math.min(before.length, CONNECT_ERRORS - 1);
        int[] after = new int[kept + 1];
        if (kept > 0) {
            System.arraycopy(before, before.length - kept, after, 0, kept);
        }
        after[kept] = errno;
        connectErrors = after;
    }

    /** Why the first of them has failed, which is told now. */
    final synchronized int takeConnectError() {
        int[] before = connectErrors;
        connectErrors = before.length == 1 ? null : Arrays.copyOfRange(before, 1, before.length);
        return before[0];
    }

    /** A newconn callback is out; if no accept failed in it, the shortage is over. */
    private void acceptedSince(int before) {
        if (before != 0) {
            synchronized (this) {
                refusals = refusals == before ? 0 : refusals;
            }
        }
    }

    /** An accept has failed; how many had before it, in a row. */
    final synchronized int refused() {
        return refusals++;
    }

    private boolean enter(Armed to, String name) {
        if (!stillSet(to)) {
            return false;
        }
        begins(name);
        return true;
    }
}
