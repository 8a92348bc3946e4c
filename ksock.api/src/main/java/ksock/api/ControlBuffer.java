// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Control data ({@code msg_control}) that the caller owns and uses again and again.
 *
 * <p>A row of control messages, each a {@code struct cmsghdr} and its data, aligned to 8 bytes:
 *
 * <pre>
 *   |length 8: header and data, without padding|level 4|type 4|data ...|padding to 8|
 * </pre>
 *
 * <p>Descriptors ({@code SCM_RIGHTS}) do not travel here but in {@link MessageHeader#rights()}, as
 * sockets; {@code sendmsg} refuses them here with EINVAL.
 *
 * <p>Not thread-safe: one call at a time.
 */
public final class ControlBuffer {

    private static final int HEADER = 16;

    private final MemorySegment segment;
    private int length;

    /**
     * Empty control data in memory that is freed when this object is no longer reachable.
     *
     * @param capacity how many bytes fit, headers and padding included; 0 or more, rounded up to a multiple of 8, since
     *        each message is padded to one
     */
    public ControlBuffer(int capacity) {
        this(Arena.ofAuto(), capacity);
    }

    /**
     * Empty control data in memory of an arena.
     *
     * @param arena what the memory lives and ends with; the threads it admits are the threads that
     *        may use this object
     * @param capacity how many bytes fit, headers and padding included; 0 or more, rounded up to a multiple of 8, since
     *        each message is padded to one
     */
    public ControlBuffer(Arena arena, int capacity) {
        segment = arena.allocate(align(capacity), 8);
    }

    /**
     * The memory; {@link #length()} of its bytes count.
     *
     * @return the memory itself, no copy
     */
    public MemorySegment segment() {
        return segment;
    }

    /** {@return how many bytes count, headers and padding included} */
    public int length() {
        return length;
    }

    /**
     * Says how many bytes count, after they were written.
     *
     * @param bytes 0 to the capacity
     * @throws IllegalArgumentException if it is out of range
     */
    public void length(int bytes) {
        if (bytes < 0 || bytes > segment.byteSize()) {
            throw new IllegalArgumentException("control data here has 0 to " + segment.byteSize() + " bytes, not "
                    + bytes);
        }
        length = bytes;
    }

    /** Takes all messages away. */
    public void clear() {
        length = 0;
    }

    /**
     * Adds a control message.
     *
     * @param level its level, {@code SOL_SOCKET} or a protocol's
     * @param type its type, at that level
     * @param data its data; is copied
     * @return this
     * @throws IllegalArgumentException if it does not fit
     */
    public ControlBuffer add(int level, int type, MemorySegment data) {
        long needed = HEADER + align(data.byteSize());
        if (needed > segment.byteSize() - length) {
            throw new IllegalArgumentException("a control message of " + needed + " bytes does not fit into the "
                    + (segment.byteSize() - length) + " that are left");
        }
        segment.asSlice(length, needed).fill((byte) 0);
        segment.set(ValueLayout.JAVA_LONG, length, HEADER + data.byteSize());
        segment.set(ValueLayout.JAVA_INT, length + 8L, level);
        segment.set(ValueLayout.JAVA_INT, length + 12L, type);
        MemorySegment.copy(data, 0, segment, length + (long) HEADER, data.byteSize());
        length += (int) needed;
        return this;
    }

    /**
     * Adds a control message whose data is one int.
     *
     * @param level its level, {@code SOL_SOCKET} or a protocol's
     * @param type its type, at that level
     * @param value its data
     * @return this
     * @throws IllegalArgumentException if it does not fit
     */
    public ControlBuffer addInt(int level, int type, int value) {
        return add(level, type, MemorySegment.ofArray(new int[] {value}));
    }

    /**
     * Adds a control message of a known kind.
     *
     * @param <T> the type of its data
     * @param type its kind
     * @param value its data
     * @return this
     * @throws IllegalArgumentException if it does not fit
     */
    public <T> ControlBuffer add(ControlType<T> type, T value) {
        return add(type.level(), type.number(), type.encode(value));
    }

    /**
     * The first message of a kind.
     *
     * @param <T> the type of its data
     * @param type its kind
     * @return its data; {@code null} if there is none
     * @throws IllegalArgumentException if its data are too short
     */
    public <T> T get(ControlType<T> type) {
        for (long at = 0, size; (size = sizeAt(at)) >= 0; at += align(size)) {
            if (segment.get(ValueLayout.JAVA_INT, at + 8) == type.level()
                    && segment.get(ValueLayout.JAVA_INT, at + 12) == type.number()) {
                return type.decode(segment.asSlice(at + HEADER, size - HEADER));
            }
        }
        return null;
    }

    /**
     * The messages.
     *
     * @return one for each, in order; their data are views of this buffer. A message whose length is
     *         false ends the list
     */
    public List<ControlMessage> messages() {
        List<ControlMessage> messages = new ArrayList<>();
        for (long at = 0, size; (size = sizeAt(at)) >= 0; at += align(size)) {
            messages.add(new ControlMessage(segment.get(ValueLayout.JAVA_INT, at + 8),
                    segment.get(ValueLayout.JAVA_INT, at + 12), segment.asSlice(at + HEADER, size - HEADER)));
        }
        return messages;
    }

    /** The length of the message that begins at a place; -1 if none does, or its length is false. */
    private long sizeAt(long at) {
        if (length - at < HEADER) {
            return -1;
        }
        long size = segment.get(ValueLayout.JAVA_LONG, at);
        return size < HEADER || size > length - at ? -1 : size;
    }

    /**
     * A control message.
     *
     * @param level its level, {@code SOL_SOCKET} or a protocol's
     * @param type its type, at that level
     * @param data its data, a view of the buffer it came from
     */
    public record ControlMessage(int level, int type, MemorySegment data) {
    }

    private static long align(long bytes) {
        return bytes + 7 & ~7L;
    }
}
