// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The native memory that one system call needs beside its buffer: errno, an address, a message header, iovecs.
 *
 * <p>Used as {@code Scratch scratch = Scratch.acquire(); try { ... } finally { scratch.release(); }}. It is taken from
 * a {@link StripedPool}, which costs no allocation. A virtual thread must release it before it parks.
 *
 * <p>Not thread-safe between acquire and release; two acquisitions by one thread are two instances.
 */
public final class Scratch {

    /** Room for any socket address: {@code sizeof(struct sockaddr_storage)}. */
    public static final int ADDRESS_SIZE = 128;

    /** How many iovecs fit; a message of more gets an array of its own. */
    public static final int IOVECS = 16;

    /** Room of {@link #value()}. */
    public static final int VALUE_SIZE = 64;

    /** Room of {@link #bounce()}. */
    public static final int BOUNCE_SIZE = 64 * 1024;

    /**
     * At what multiple of bytes memory for data begins: a line of the cache. The kernel's copy, one instruction, takes
     * up to 7 % longer from memory that is aligned at 16 only, as malloc gives it.
     */
    public static final int DATA_ALIGNMENT = 64;

    private static final StripedPool<Scratch> POOL = new StripedPool<>();

    private static final Class<?> NATIVE = MemorySegment.NULL.getClass();

    private static final long LENGTH_AT = 8;
    private static final long TIMESPEC_AT = LENGTH_AT + 8;
    private static final long MESSAGE_AT = TIMESPEC_AT + TimeSpec.SIZE;
    private static final long POLL_FD_AT = MESSAGE_AT + MsgHdr.SIZE;
    private static final long VALUE_AT = POLL_FD_AT + PollFds.SIZE;
    private static final long ADDRESS_AT = VALUE_AT + VALUE_SIZE;
    private static final long IOVECS_AT = ADDRESS_AT + ADDRESS_SIZE;
    private static final long TOTAL = IOVECS_AT + IOVECS * MsgHdr.IOVEC_SIZE;

    private final MemorySegment errno;
    private final MemorySegment length;
    private final MemorySegment timespec;
    private final MemorySegment message;
    private final MemorySegment pollFd;
    private final MemorySegment value;
    private final MemorySegment address;
    private final MemorySegment iovecs;
    private MemorySegment bounce;

    private Scratch() {
        // An automatic arena: an instance that finds its slot taken on release is simply forgotten.
        MemorySegment all = Arena.ofAuto().allocate(TOTAL, 16);
        errno = all.asSlice(0, Downcall.CAPTURE.byteSize());
        length = all.asSlice(LENGTH_AT, 4);
        timespec = all.asSlice(TIMESPEC_AT, TimeSpec.SIZE);
        message = all.asSlice(MESSAGE_AT, MsgHdr.SIZE);
        pollFd = all.asSlice(POLL_FD_AT, PollFds.SIZE);
        value = all.asSlice(VALUE_AT, VALUE_SIZE);
        address = all.asSlice(ADDRESS_AT, ADDRESS_SIZE);
        iovecs = all.asSlice(IOVECS_AT, IOVECS * MsgHdr.IOVEC_SIZE);
    }

    /** Takes an instance for the calling thread. Never blocks. */
    public static Scratch acquire() {
        Scratch pooled = POOL.take();
        return pooled != null ? pooled : new Scratch();
    }

    /** Gives the instance back; none of its memory may be used afterwards. */
    public void release() {
        POOL.give(this);
    }

    /** Where a call leaves its errno. */
    public MemorySegment errno() {
        MemorySegment segment = errno;
        // Never so. It tells the compiler the exact class: the linker slices this segment in each downcall, and without
        // knowing whose code that is the slice becomes garbage, as soon as other kinds of segment are about.
        if (segment.getClass() != NATIVE) {
            throw new AssertionError(segment.getClass());
        }
        return segment;
    }

    /** A {@code socklen_t} or {@code int}. */
    public MemorySegment length() {
        return length;
    }

    /** As {@link #length()}, set to {@code value}. */
    public MemorySegment length(int value) {
        length.set(JAVA_INT, 0, value);
        return length;
    }

    /** What {@link #length()} holds now. */
    public int lengthValue() {
        return length.get(JAVA_INT, 0);
    }

    /** A {@link TimeSpec}. */
    public MemorySegment timespec() {
        return timespec;
    }

    /** A {@link MsgHdr}. */
    public MemorySegment message() {
        return message;
    }

    /** An array of one of {@link PollFds}. */
    public MemorySegment pollFd() {
        return pollFd;
    }

    /** {@value #VALUE_SIZE} bytes for an option's value, a pair of descriptors, an eventfd's count. */
    public MemorySegment value() {
        return value;
    }

    /** {@value #ADDRESS_SIZE} bytes for a socket address. */
    public MemorySegment address() {
        return address;
    }

    /** An array of {@value #IOVECS} iovecs. */
    public MemorySegment iovecs() {
        return iovecs;
    }

    /** {@value #BOUNCE_SIZE} bytes through which data of the Java heap travels. Allocated when first asked for. */
    public MemorySegment bounce() {
        if (bounce == null) {
            bounce = Arena.ofAuto().allocate(BOUNCE_SIZE, DATA_ALIGNMENT);
        }
        return bounce;
    }
}
