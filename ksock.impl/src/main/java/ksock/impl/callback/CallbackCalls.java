// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.StringJoiner;
import ksock.api.KernelSocket;
import ksock.api.SocketCallbacks;
import ksock.impl.jfr.Operation;
import ksock.impl.jfr.Operations;
import ksock.impl.jfr.Recorded;
import ksock.impl.loop.EventLoop;

/**
 * What is done around each call of a callback, whichever it is: it is counted, recorded if it is slow, and what it
 * throws or leaves behind on its thread stops here.
 *
 * <p>Called by one thread at a time, which owns the plain fields; the counts are read by any.
 */
abstract class CallbackCalls extends CallbackTurn {

    private static final VarHandle FAILED;
    private static final VarHandle CALLED;

    static {
        try {
            FAILED = MethodHandles.lookup().findVarHandle(CallbackCalls.class, "failed", long.class);
            CALLED = MethodHandles.lookup().findVarHandle(CallbackCalls.class, "called", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The socket; for subclasses too. */
    final EventSource source;
    private final CallbackFailures failures;
    private Operation<Recorded> slow; // the callback that runs, if that is recorded
    private long called; // written by the one who raises, opaquely
    private volatile long failed;
    private volatile long heldUp; // written by the one who raises
    private volatile long longestNanos; // written by the one who raises

    CallbackCalls(EventLoop loop, EventSource source, CallbackFailures failures) {
        super(loop);
        this.source = source;
        this.failures = failures;
    }

    /** The names of those that there are. */
    static String names(SocketCallbacks callbacks) {
        StringJoiner names = new StringJoiner(" ");
        add(names, "connected", callbacks.connected());
        add(names, "connectFailed", callbacks.connectFailed());
        add(names, "disconnected", callbacks.disconnected());
        add(names, "newconn", callbacks.newconn());
        add(names, "recv", callbacks.recv());
        add(names, "xmit", callbacks.xmit());
        add(names, "exception", callbacks.exception());
        return names.toString();
    }

    private static void add(StringJoiner names, String name, Object callback) {
        if (callback != null) {
            names.add(name);
        }
    }

    /** {@return how many callbacks were called} */
    public final long called() {
        return (long) CALLED.getOpaque(this);
    }

    /** {@return how many of this socket's callbacks threw} */
    public final long failures() {
        return failed;
    }

    /** {@return how many callbacks were held up for so long that the loop went on without their thread} */
    public final long heldUp() {
        return heldUp;
    }

    /** {@return how long the longest of those took that were held up, in nanoseconds} */
    public final long longestNanos() {
        return longestNanos;
    }

    /** A callback is about to be called. */
    final void begins(String name) {
        if (Operations.recordsSlow()) {
            slow = Operations.slow(name);
        }
    }

    /** The callback is out, whichever way. */
    final void ends() {
        if (slow != null) {
            slow.end(source.recorded(), 0);
            slow = null;
        }
        CALLED.setOpaque(this, called + 1);
        long since = EventLoop.heldUpSince();
        if (since != 0) {
            returned(System.nanoTime() - since);
        }
        // What a callback leaves behind on its thread is not for the next one.
        Thread.interrupted();
    }

    /** A callback is out that held up its thread. Only these are measured: a look at the clock costs more than most. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread at a time
    private void returned(long nanos) {
        EventLoop.heldUpNoLonger();
        heldUp++;
        longestNanos = Math.max(longestNanos, nanos);
    }

    /** The callback has thrown. */
    final void thrown(String event, KernelSocket socket, Object callback, Throwable thrown) {
        FAILED.getAndAdd(this, 1L);
        lost(thrown);
        failures.thrown(event, socket.id(), callback, thrown);
    }
}
