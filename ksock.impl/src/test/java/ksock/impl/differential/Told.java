// SPDX-License-Identifier: Apache-2.0
package ksock.impl.differential;

import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.SocketCallbacks;

/** What one socket's callbacks were told, and what its twin on the host was seen to be. */
final class Told {

    final AtomicInteger recv = new AtomicInteger();
    final AtomicInteger end = new AtomicInteger();
    final AtomicInteger newconn = new AtomicInteger();
    final AtomicInteger xmit = new AtomicInteger();
    final AtomicInteger exception = new AtomicInteger();
    final AtomicInteger connected = new AtomicInteger();
    final AtomicInteger connectFailed = new AtomicInteger();
    final AtomicInteger disconnected = new AtomicInteger();
    /** What disconnected was told. */
    volatile int reason;

    /** As many were told before the line that is judged. */
    int recvBefore;
    int newconnBefore;

    // Of the script.
    boolean connects;
    boolean connecting;
    boolean failsWithErrno;
    int refused;

    // Of the twin, over all lines so far.
    boolean wasConnected;
    boolean arrived;
    boolean ended;
    boolean erred;
    /** Whether there had been an error when disconnected was told; null before. */
    Boolean erredFirst;
    boolean hungUp;
    boolean urgent;
    int rises;
    int queued;
    /** More can be received than after the line before. */
    boolean more;

    SocketCallbacks callbacks() {
        return SocketCallbacks.builder()
                .recv((socket, arg, msglen) -> (msglen == 0 ? end : recv).incrementAndGet())
                .newconn((socket, arg) -> newconn.incrementAndGet())
                .xmit((socket, arg, freebuf) -> xmit.incrementAndGet())
                .exception((socket, arg, event) -> exception.incrementAndGet())
                .connected((socket, arg) -> connected.incrementAndGet())
                .connectFailed((socket, arg, errno) -> connectFailed.incrementAndGet())
                .disconnected((socket, arg, errno) -> {
                    reason = errno;
                    disconnected.incrementAndGet();
                })
                .build();
    }

    /** Begins a line. */
    void mark() {
        recvBefore = recv.get();
        newconnBefore = newconn.get();
    }

    @Override
    public String toString() {
        return "recv " + recv + ", recv(0) " + end + ", newconn " + newconn + ", xmit " + xmit + " of " + refused
                + " refused, exception " + exception + " of " + rises + " rises, connected " + connected
                + ", connectFailed " + connectFailed + ", disconnected " + disconnected + '(' + reason + ')';
    }
}
