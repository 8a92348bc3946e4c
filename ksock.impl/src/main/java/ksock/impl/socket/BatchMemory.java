// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.impl.host.SendRing;

/**
 * What a batch has of the host: memory for data, and a ring where there are rings, to be given back once. Its monitor
 * is held while the host uses them, and to give the ring back.
 *
 * <p>The memory goes when nobody has it any more: who has a view of what was not sent may be just sending that when the
 * owner goes.
 */
final class BatchMemory implements AutoCloseable {

    /** Data begins at one: from what is aligned less the kernel copies slower. */
    private static final int CACHE_LINE = 64;

    private final MemorySegment data;
    private final SendRing ring;
    // Written under the monitor.
    private volatile boolean closed;

    private BatchMemory(MemorySegment data, SendRing ring) {
        this.data = data;
        this.ring = ring;
    }

    /**
     * Takes it from the host.
     *
     * @param rings whether there may be a ring
     */
    static BatchMemory allocate(int sends, int bytes, boolean rings) throws KernelSocketException {
        SendRing ring = null;
        BatchMemory made = null;
        try {
            MemorySegment data = Arena.ofAuto().allocate(bytes, CACHE_LINE);
            ring = rings ? SendRing.open(sends) : null;
            made = new BatchMemory(data, ring);
            return made;
        } catch (OutOfMemoryError e) {
            throw new KernelSocketException("sendBatch", Errno.ENOMEM, bytes + " bytes");
        } finally {
            if (made == null && ring != null) {
                ring.close();
            }
        }
    }

    MemorySegment data() {
        return data;
    }

    /** Null where there is none. */
    SendRing ring() {
        return ring;
    }

    /** The next beginning of data that is not before {@code at}. */
    static int align(int at) {
        return (at + CACHE_LINE - 1) & -CACHE_LINE;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            if (ring != null) {
                ring.close();
            }
        }
    }
}
