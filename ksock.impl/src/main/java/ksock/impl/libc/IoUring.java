// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * {@code <linux/io_uring.h>}, as far as sends need it: {@code struct io_uring_params}, which says where in the mapping
 * of the rings what is, and the entries of both rings.
 */
public final class IoUring {

    /** {@code sizeof(struct io_uring_params)}. */
    public static final long PARAMS_SIZE = 120;

    /** What is mapped: both rings, and the entries of the submissions. */
    public static final long OFF_SQ_RING = 0;
    public static final long OFF_SQES = 0x10000000;

    /** Both rings are in one mapping. */
    public static final int FEAT_SINGLE_MMAP = 1;
    /** Of Linux 5.17 and later; what sends need beside it is older. */
    public static final int FEAT_CQE_SKIP = 1 << 11;

    /** {@code io_uring_enter} waits for completions. */
    public static final int ENTER_GETEVENTS = 1;

    /** {@code sizeof(struct io_uring_cqe)}. */
    public static final long CQE_SIZE = 16;

    private static final long SQE_SIZE = 64;
    private static final byte OP_SEND = 26;

    // struct io_uring_params
    private static final long SQ_ENTRIES = 0;
    private static final long CQ_ENTRIES = 4;
    private static final long FEATURES = 20;
    private static final long SQ_OFF_TAIL = 40 + 4;
    private static final long SQ_OFF_ARRAY = 40 + 24;
    private static final long CQ_OFF_HEAD = 80;
    private static final long CQ_OFF_TAIL = 80 + 4;
    private static final long CQ_OFF_CQES = 80 + 20;

    // struct io_uring_sqe
    private static final long OPCODE = 0;
    private static final long FD = 4;
    private static final long ADDR = 16;
    private static final long LEN = 24;
    private static final long MSG_FLAGS = 28;
    private static final long USER_DATA = 32;

    // struct io_uring_cqe
    private static final long CQE_USER_DATA = 0;
    private static final long CQE_RES = 8;

    private static final VarHandle INDEX = JAVA_INT.varHandle();

    private IoUring() {
    }

    /** How many submissions there is room for, a power of two. */
    public static int submissionEntries(MemorySegment params) {
        return params.get(JAVA_INT, SQ_ENTRIES);
    }

    /** How many completions there is room for, a power of two. */
    public static int completionEntries(MemorySegment params) {
        return params.get(JAVA_INT, CQ_ENTRIES);
    }

    /** What the host can do: a set of {@code FEAT}. */
    public static int features(MemorySegment params) {
        return params.get(JAVA_INT, FEATURES);
    }

    /** Where the index is behind the last submission. */
    public static long submissionTail(MemorySegment params) {
        return params.get(JAVA_INT, SQ_OFF_TAIL);
    }

    /** Where the submissions are: indices of entries. */
    public static long submissions(MemorySegment params) {
        return params.get(JAVA_INT, SQ_OFF_ARRAY);
    }

    /** Where the index of the first completion is. */
    public static long completionHead(MemorySegment params) {
        return params.get(JAVA_INT, CQ_OFF_HEAD);
    }

    /** Where the index is behind the last completion. */
    public static long completionTail(MemorySegment params) {
        return params.get(JAVA_INT, CQ_OFF_TAIL);
    }

    /** Where the completions are. */
    public static long completions(MemorySegment params) {
        return params.get(JAVA_INT, CQ_OFF_CQES);
    }

    /** How long the mapping of the rings is. */
    public static long ringsSize(MemorySegment params) {
        return Math.max(submissions(params) + (long) Integer.BYTES * submissionEntries(params),
                completions(params) + CQE_SIZE * completionEntries(params));
    }

    /** How long the mapping of the entries is. */
    public static long entriesSize(MemorySegment params) {
        return SQE_SIZE * submissionEntries(params);
    }

    /** Makes an entry a send; its user data is its own index. */
    public static void setSend(MemorySegment entries, int index, int flags) {
        long at = index * SQE_SIZE;
        entries.set(JAVA_BYTE, at + OPCODE, OP_SEND);
        entries.set(JAVA_INT, at + MSG_FLAGS, flags);
        entries.set(JAVA_LONG, at + USER_DATA, index);
    }

    /** Says what is sent, and where. */
    public static void setSend(MemorySegment entries, int index, int fd, long address, int length) {
        long at = index * SQE_SIZE;
        entries.set(JAVA_INT, at + FD, fd);
        entries.set(JAVA_LONG, at + ADDR, address);
        entries.set(JAVA_INT, at + LEN, length);
    }

    /** The index of the entry whose completion is at {@code at}. */
    public static int index(MemorySegment rings, long at) {
        return (int) rings.get(JAVA_LONG, at + CQE_USER_DATA);
    }

    /** The result of the completion at {@code at}, or {@code -errno}. */
    public static int result(MemorySegment rings, long at) {
        return rings.get(JAVA_INT, at + CQE_RES);
    }

    /** Reads an index that the host writes. */
    public static int acquire(MemorySegment rings, long at) {
        return (int) INDEX.getAcquire(rings, at);
    }

    /** Writes an index that the host reads. */
    public static void release(MemorySegment rings, long at, int index) {
        INDEX.setRelease(rings, at, index);
    }
}
