// SPDX-License-Identifier: Apache-2.0
package ksock.impl.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import ksock.api.SysSocket;
import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.IoUring;
import ksock.impl.libc.IoUringCalls;
import ksock.impl.libc.Scratch;

/**
 * Sends by many descriptors in one system call: an io_uring, of which nothing is left in flight between calls. None of
 * its sends can wait, so the host has made each by the time that it returns. One thread at a time.
 */
public final class SendRing implements AutoCloseable {

    private final int fd;
    private final Arena arena;
    private final MemorySegment rings;
    private final MemorySegment entries;
    private final int mask;
    private final int completionMask;
    private final long submissionTail;
    private final long completionHead;
    private final long completionTail;
    private final long completions;

    /** Where the submissions begin that are being prepared, and where they end: as the host counts, without end. */
    private int first;
    private int tail;
    private boolean closed;

    private SendRing(int fd, Arena arena, MemorySegment params, MemorySegment rings, MemorySegment entries) {
        this.fd = fd;
        this.arena = arena;
        this.rings = rings;
        this.entries = entries;
        mask = IoUring.submissionEntries(params) - 1;
        completionMask = IoUring.completionEntries(params) - 1;
        submissionTail = IoUring.submissionTail(params);
        completionHead = IoUring.completionHead(params);
        completionTail = IoUring.completionTail(params);
        completions = IoUring.completions(params);
        long array = IoUring.submissions(params);
        for (int index = 0; index <= mask; index++) {
            rings.set(JAVA_INT, array + (long) Integer.BYTES * index, index);
            IoUring.setSend(entries, index, SysSocket.MSG_DONTWAIT | SysSocket.MSG_NOSIGNAL);
        }
    }

    /**
     * Opens a ring.
     *
     * @param sends how many at a time, at least
     * @return null where the host has none, is older than Linux 5.17, or does not allow it
     */
    public static SendRing open(int sends) {
        Scratch scratch = Scratch.acquire();
        try (Arena ofParams = Arena.ofConfined()) {
            MemorySegment params = ofParams.allocate(IoUring.PARAMS_SIZE, Long.BYTES);
            int fd = IoUringCalls.setup(scratch.errno(), sends, params);
            return fd < 0 ? null : open(scratch.errno(), fd, params);
        } finally {
            scratch.release();
        }
    }

    private static SendRing open(MemorySegment errno, int fd, MemorySegment params) {
        Arena arena = null;
        SendRing made = null;
        try {
            int needed = IoUring.FEAT_SINGLE_MMAP | IoUring.FEAT_CQE_SKIP;
            if ((IoUring.features(params) & needed) == needed) {
                arena = Arena.ofShared();
                MemorySegment rings = map(errno, fd, IoUring.OFF_SQ_RING, IoUring.ringsSize(params), arena);
                MemorySegment entries = rings == null ? null
                        : map(errno, fd, IoUring.OFF_SQES, IoUring.entriesSize(params), arena);
                made = entries == null ? null : new SendRing(fd, arena, params, rings, entries);
            }
            return made;
        } finally {
            if (made == null) {
                try {
                    if (arena != null) {
                        arena.close();
                    }
                } finally {
                    DescriptorCalls.close(fd);
                }
            }
        }
    }

    @SuppressWarnings("restricted")
    private static MemorySegment map(MemorySegment errno, int fd, long offset, long length, Arena arena) {
        long address = IoUringCalls.map(errno, fd, offset, length);
        if (address < 0) {
            return null;
        }
        MemorySegment memory = null;
        try {
            memory = MemorySegment.ofAddress(address)
                    .reinterpret(length, arena, gone -> IoUringCalls.unmap(address, length));
            return memory;
        } finally {
            if (memory == null) {
                IoUringCalls.unmap(address, length);
            }
        }
    }

    /** {@return how many sends are prepared} */
    public int prepared() {
        return tail - first;
    }

    /** Puts a send behind those that are prepared, which are fewer than it was opened for. */
    public void prepare(HostSocket socket, long address, int length) {
        IoUring.setSend(entries, tail & mask, socket.fd(), address, length);
        tail++;
    }

    /**
     * Makes those that are prepared. None is prepared afterwards; if it throws, for want of stack, nobody knows what is
     * in the ring, which must not be used again.
     *
     * @param results takes what each has sent, or {@code -errno}, in their order
     * @return how many were made; the host had no memory for those behind them
     */
    public int submit(int[] results) {
        Scratch scratch = Scratch.acquire();
        try {
            IoUring.release(rings, submissionTail, tail);
            int made = Math.max(0, IoUringCalls.enter(scratch.errno(), fd, prepared(), 0, 0));
            take(scratch.errno(), made, results);
            first += made;
            tail = first;
            // What the host has not begun it is not to find next time.
            IoUring.release(rings, submissionTail, tail);
            return made;
        } finally {
            scratch.release();
        }
    }

    private void take(MemorySegment errno, int count, int[] results) {
        int head = IoUring.acquire(rings, completionHead);
        for (int left = count; left > 0; left--) {
            while (IoUring.acquire(rings, completionTail) == head) {
                IoUringCalls.enter(errno, fd, 0, left, IoUring.ENTER_GETEVENTS);
            }
            long at = completions + (head & completionMask) * IoUring.CQE_SIZE;
            results[(IoUring.index(rings, at) - first) & mask] = IoUring.result(rings, at);
            head++;
        }
        IoUring.release(rings, completionHead, head);
    }

    /** Gives descriptor and memory back. Again does nothing; not while it is used. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                arena.close();
            } finally {
                DescriptorCalls.close(fd);
            }
        }
    }
}
