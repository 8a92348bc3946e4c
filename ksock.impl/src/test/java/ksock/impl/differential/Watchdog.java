// SPDX-License-Identifier: Apache-2.0
package ksock.impl.differential;

import java.util.concurrent.locks.LockSupport;
import ksock.api.KernelSocket;

/** Cancels the call of one thread when it has blocked for a while, and again until it is out. */
final class Watchdog implements AutoCloseable {

    private static final long BLOCKED_NANOS = 60_000_000;

    private final Thread player;
    private volatile Watch watch;
    private volatile boolean closed;

    /** A socket in which the player may block, and since when. */
    private record Watch(KernelSocket socket, long since) {
    }

    Watchdog(Thread player) {
        this.player = player;
        Thread.ofPlatform().daemon().name("watchdog").start(this::run);
    }

    /** The player begins a call on a socket; null: it has ended. */
    void watch(KernelSocket socket) {
        watch = socket == null ? null : new Watch(socket, System.nanoTime());
    }

    private void run() {
        while (!closed) {
            Watch now = watch;
            if (now != null && System.nanoTime() - now.since > BLOCKED_NANOS) {
                now.socket.cancel(player);
            }
            LockSupport.parkNanos(BLOCKED_NANOS / 10);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
