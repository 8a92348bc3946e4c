// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.impl.callback.SocketEvents;

/** Counters of one socket, or of several added up. A copy: for one thread, as plain as a DTO. */
public final class Totals {

    /** Bytes received. */
    public long receivedBytes;

    /** Bytes sent. */
    public long sentBytes;

    /** Calls that received something. */
    public long receives;

    /** Calls that sent something. */
    public long sends;

    /** Calls that may not block, and sent nothing or less than there was. */
    public long refusedSends;

    /** Connections accepted. */
    public long accepted;

    /** Callbacks called. */
    public long callbacks;

    /** Callbacks that threw. */
    public long failedCallbacks;

    /** Callbacks that were held up, so that the loop went on without their thread. */
    public long heldUpCallbacks;

    /** How long the longest of those took, in nanoseconds. */
    public long longestCallbackNanos;

    /** All 0. */
    Totals() {
    }

    /** Adds a socket's; how it stands at the moment, if it is open. */
    void add(SocketState socket) {
        socket.addTo(this);
        SocketEvents events = socket.events();
        if (events != null) {
            callbacks += events.called();
            failedCallbacks += events.failures();
            heldUpCallbacks += events.heldUp();
            longestCallbackNanos = Math.max(longestCallbackNanos, events.longestNanos());
        }
    }

    /** Adds others. */
    void add(Totals others) {
        receivedBytes += others.receivedBytes;
        sentBytes += others.sentBytes;
        receives += others.receives;
        sends += others.sends;
        refusedSends += others.refusedSends;
        accepted += others.accepted;
        callbacks += others.callbacks;
        failedCallbacks += others.failedCallbacks;
        heldUpCallbacks += others.heldUpCallbacks;
        longestCallbackNanos = Math.max(longestCallbackNanos, others.longestCallbackNanos);
    }
}
