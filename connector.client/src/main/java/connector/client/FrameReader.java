// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.FrameDecoder;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The receiving half. There is no thread of its own: of those who wait for something, one reads, hands out what came,
 * and leaves the reading to the next when its own has come.
 */
final class FrameReader implements AutoCloseable {

    /** Takes the frames, with the lock held. */
    interface Sink {
        void frame(ByteBuffer buffer, int offset, int length);

        /** What to throw now that nothing will come any more. */
        IOException ended(String operation);
    }

    static final long FOREVER = Long.MAX_VALUE;

    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final int CAPACITY = 64 * 1024;
    private static final long NANOS_PER_MS = 1_000_000;

    private final SocketChannel channel;
    private final Selector selector;
    private final Sink sink;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final FrameDecoder decoder = new FrameDecoder(NlMsgHdr.MAX_SKIPPED_LENGTH);
    private final ByteBuffer in = ByteBuffer.allocateDirect(CAPACITY).order(ByteOrder.nativeOrder()); // the reader's
    private boolean reading; // guarded by lock
    private boolean ended; // guarded by lock

    FrameReader(SocketChannel channel, Sink sink) throws IOException {
        this.channel = channel;
        this.sink = sink;
        selector = Selector.open();
        channel.register(selector, SelectionKey.OP_READ);
    }

    /** Runs something that shares state with the sink. */
    void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** A time to wait in nanoseconds: 0 for one that has passed, FOREVER for one that no clock will see the end of. */
    static long nanos(Duration timeout) {
        if (timeout.isNegative()) {
            return 0;
        }
        return timeout.compareTo(LONGEST) > 0 ? FOREVER : timeout.toNanos();
    }

    /**
     * Waits until something is there.
     *
     * @param poll asked with the lock held; null: not there yet
     * @param timeout in nanoseconds, 0 to look only, FOREVER
     * @return what poll gave, or null when the time has passed
     */
    <T> T await(String operation, Supplier<T> poll, long timeout) throws IOException {
        long deadline = timeout == FOREVER ? FOREVER : System.nanoTime() + timeout;
        lock.lock();
        try {
            boolean looked = false;
            while (true) {
                T result = poll.get();
                if (result != null) {
                    return result;
                }
                if (ended) {
                    throw sink.ended(operation);
                }
                long left = deadline == FOREVER ? FOREVER : deadline - System.nanoTime();
                if (left <= 0 && looked) {
                    return null;
                }
                looked = true;
                if (!reading) {
                    read(operation, Math.max(left, 0));
                } else if (left <= 0) {
                    return null;
                } else {
                    waitForReader(operation, left);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // The caller looks again in its loop.
    private void waitForReader(String operation, long left) throws IOException {
        try {
            if (left == FOREVER) {
                changed.await();
            } else {
                long ignored = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CnException(operation, NetlinkErrno.EINTR, "interrupted", e);
        }
    }

    /** Called with the lock held, which is given up while reading. */
    private void read(String operation, long timeout) throws IOException {
        reading = true;
        lock.unlock();
        int count = 0;
        boolean interrupted = false;
        try {
            in.clear();
            count = channel.read(in);
            if (count == 0 && timeout > 0) {
                if (timeout == FOREVER) {
                    selector.select();
                } else {
                    selector.select(Math.ceilDiv(timeout, NANOS_PER_MS));
                }
                selector.selectedKeys().clear();
                count = channel.read(in);
                interrupted = count == 0 && Thread.currentThread().isInterrupted();
            }
        } catch (IOException | ClosedSelectorException e) {
            // Closed here, or reset there: an end too, only a less polite one.
            count = -1;
        } finally {
            lock.lock();
            reading = false;
            changed.signalAll();
        }
        if (count < 0) {
            ended = true;
        } else {
            handOut();
        }
        if (interrupted) {
            throw new CnException(operation, NetlinkErrno.EINTR, "interrupted");
        }
    }

    private void handOut() {
        in.flip();
        while (true) {
            switch (decoder.next(in)) {
                case FRAME -> sink.frame(decoder.buffer(), decoder.offset(), decoder.length());
                case NEED_INPUT -> {
                    return;
                }
                case TOO_LONG, BROKEN -> {
                    // What talks there is no gate, or nothing that we understand.
                    ended = true;
                    return;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        locked(() -> {
            ended = true;
            changed.signalAll();
        });
    }
}
