// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Direct buffers in native order, lent for the time that bytes are moved. As many are kept as threads move bytes at
 * once, not as many as there are clients. Any thread; never blocks.
 */
final class BufferPool {

    /** Capacity of a buffer in bytes: more than the longest frame. */
    static final int CAPACITY = 64 * 1024;

    private static final int KEPT = 32;

    private final ArrayBlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(KEPT);

    ByteBuffer borrow() {
        ByteBuffer buffer = free.poll();
        return buffer != null ? buffer : ByteBuffer.allocateDirect(CAPACITY).order(ByteOrder.nativeOrder());
    }

    /** Takes a buffer back; one too many is left to the collector. */
    void giveBack(ByteBuffer buffer) {
        buffer.clear();
        boolean kept = free.offer(buffer);
        assert kept || free.remainingCapacity() == 0;
    }
}
