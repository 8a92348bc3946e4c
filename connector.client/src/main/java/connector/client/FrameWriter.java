// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.NetlinkErrno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The sending half. Frames are put into a buffer; who finds nobody writing writes it, and with it whatever others put
 * there meanwhile. So one thread alone never waits, and many share their system calls.
 */
final class FrameWriter implements AutoCloseable {

    /** Writes the frames of one call into the buffer. */
    @FunctionalInterface
    interface Frames {
        void put(ByteBuffer buffer);
    }

    static final int CAPACITY = 64 * 1024;

    private final SocketChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private ByteBuffer filling = buffer(); // guarded by lock
    private ByteBuffer writing = buffer(); // owned by the writer in flight, swapped under lock
    private boolean inFlight; // guarded by lock
    private boolean corked; // guarded by lock
    private IOException failure; // guarded by lock
    private volatile Selector selector; // made by the writer in flight at the first short write

    FrameWriter(SocketChannel channel) {
        this.channel = channel;
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(CAPACITY).order(ByteOrder.nativeOrder());
    }

    void put(int length, Frames frames) throws IOException {
        lock.lock();
        try {
            while (filling.remaining() < length && failure == null) {
                if (inFlight) {
                    changed.awaitUninterruptibly();
                } else {
                    drain();
                }
            }
            check();
            frames.put(filling);
            if (!inFlight && !corked) {
                drain();
            }
        } finally {
            lock.unlock();
        }
    }

    void cork() {
        lock.lock();
        try {
            corked = true;
        } finally {
            lock.unlock();
        }
    }

    /** Uncorks, and returns when all that was put before is written. */
    void flush() throws IOException {
        lock.lock();
        try {
            corked = false;
            push();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when all that was put before is written, corked or not. */
    void push() throws IOException {
        lock.lock();
        try {
            while ((inFlight || filling.position() > 0) && failure == null) {
                if (inFlight) {
                    changed.awaitUninterruptibly();
                } else {
                    drain();
                }
            }
            check();
        } finally {
            lock.unlock();
        }
    }

    private void check() throws IOException {
        if (failure != null) {
            throw new CnException("send", NetlinkErrno.EPIPE, "the connection to the platform is gone", failure);
        }
    }

    /** Called with the lock held, which is given up while writing. */
    private void drain() throws IOException {
        inFlight = true;
        try {
            do {
                ByteBuffer full = filling;
                filling = writing;
                writing = full;
                lock.unlock();
                IOException failed = null;
                try {
                    writeAll(full.flip());
                } catch (IOException e) {
                    failed = e;
                } finally {
                    full.clear();
                    lock.lock();
                }
                if (failed != null) {
                    failure = failed;
                    filling.clear();
                }
                changed.signalAll();
            } while (filling.position() > 0 && !corked && failure == null);
        } finally {
            inFlight = false;
            changed.signalAll();
        }
        check();
    }

    private void writeAll(ByteBuffer frames) throws IOException {
        boolean interrupted = false;
        try {
            while (frames.hasRemaining()) {
                if (channel.write(frames) == 0) {
                    if (selector == null) {
                        Selector opened = Selector.open();
                        channel.register(opened, SelectionKey.OP_WRITE);
                        selector = opened;
                    }
                    awaitRoom(selector);
                    // A frame that has begun must be ended, or the stream is garbage from here on.
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void awaitRoom(Selector selector) throws IOException {
        try {
            selector.select();
            selector.selectedKeys().clear();
        } catch (ClosedSelectorException e) {
            throw new IOException("closed", e);
        }
    }

    /** Ends the writer in flight; the channel is closed already. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (failure == null) {
                failure = new IOException("closed");
            }
            while (inFlight) {
                if (selector != null) {
                    selector.wakeup();
                }
                changed.awaitNanos(10_000_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
            if (selector != null) {
                selector.close();
            }
        }
    }
}
