// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.function.Function;

/**
 * A socket option and the type of its value, for {@link KernelSocket#getsockopt(SocketOption)} and
 * {@link KernelSocket#setsockopt(SocketOption, Object)}.
 *
 * <p>The common ones are constants of {@link ksock.api.typed}. One that is missing there is a line of your own:
 *
 * <pre>{@code
 * static final SocketOption<Integer> SO_TXREHASH = SocketOption.ofInt("SO_TXREHASH", SOL_SOCKET, 74);
 * }</pre>
 *
 * <p>Immutable; any thread.
 *
 * @param <T> the type of its value
 */
public final class SocketOption<T> {

    private final String name;
    private final int level;
    private final int number;
    private final int leastSize;
    private final int size;
    private final Function<? super MemorySegment, ? extends T> decoder;
    private final Function<? super T, MemorySegment> encoder;

    private SocketOption(String name, int level, int number, int leastSize, int size,
            Function<? super MemorySegment, ? extends T> decoder, Function<? super T, MemorySegment> encoder) {
        this.name = Objects.requireNonNull(name, "name");
        this.level = level;
        this.number = number;
        this.leastSize = leastSize;
        this.size = size;
        this.decoder = Objects.requireNonNull(decoder, "decoder");
        this.encoder = Objects.requireNonNull(encoder, "encoder");
    }

    /**
     * An option that is an int.
     *
     * @param name its name, for messages
     * @param level {@code SOL_SOCKET} or a protocol's
     * @param number its number at that level
     * @return the option
     */
    public static SocketOption<Integer> ofInt(String name, int level, int number) {
        return new SocketOption<>(name, level, number, Integer.BYTES, Integer.BYTES,
                value -> value.get(ValueLayout.JAVA_INT_UNALIGNED, 0),
                value -> MemorySegment.ofArray(new int[] {value}));
    }

    /**
     * An option that is an int and means whether: any number but 0 is true, true is 1.
     *
     * @param name its name, for messages
     * @param level {@code SOL_SOCKET} or a protocol's
     * @param number its number at that level
     * @return the option
     */
    public static SocketOption<Boolean> ofBoolean(String name, int level, int number) {
        return new SocketOption<>(name, level, number, Integer.BYTES, Integer.BYTES,
                value -> value.get(ValueLayout.JAVA_INT_UNALIGNED, 0) != 0,
                value -> MemorySegment.ofArray(new int[] {value ? 1 : 0}));
    }

    /**
     * An option that is a structure.
     *
     * @param <T> the type of its value
     * @param name its name, for messages
     * @param level {@code SOL_SOCKET} or a protocol's
     * @param number its number at that level
     * @param size the structure's size in bytes
     * @param decoder reads it; the segment has at least that size and no alignment, and is not kept
     * @param encoder writes it
     * @return the option
     */
    public static <T> SocketOption<T> of(String name, int level, int number, int size,
            Function<? super MemorySegment, ? extends T> decoder, Function<? super T, MemorySegment> encoder) {
        return of(name, level, number, size, size, decoder, encoder);
    }

    /**
     * An option whose value may have several lengths: a name, or a structure that has grown from kernel to kernel.
     *
     * @param <T> the type of its value
     * @param name its name, for messages
     * @param level {@code SOL_SOCKET} or a protocol's
     * @param number its number at that level
     * @param leastSize how many bytes the decoder needs, 0 or more
     * @param size how many bytes there may be
     * @param decoder reads what came; the segment has as many bytes, has no alignment, and is not kept
     * @param encoder writes it
     * @return the option
     */
    public static <T> SocketOption<T> of(String name, int level, int number, int leastSize, int size,
            Function<? super MemorySegment, ? extends T> decoder, Function<? super T, MemorySegment> encoder) {
        if (leastSize < 0 || size < leastSize) {
            throw new IllegalArgumentException(name + ": from " + leastSize + " to " + size + " bytes");
        }
        return new SocketOption<>(name, level, number, leastSize, size, decoder, encoder);
    }

    /** {@return its name} */
    public String name() {
        return name;
    }

    /** {@return its level} */
    public int level() {
        return level;
    }

    /** {@return its number at that level} */
    public int number() {
        return number;
    }

    /** {@return how many bytes its value has at most} */
    public int size() {
        return size;
    }

    /**
     * Reads a value.
     *
     * @param value its bytes, as C has them
     * @return the value
     * @throws IllegalArgumentException if there are too few
     */
    public T decode(MemorySegment value) {
        if (value.byteSize() < leastSize) {
            throw new IllegalArgumentException(name + " has " + leastSize + " bytes, not " + value.byteSize());
        }
        return decoder.apply(value);
    }

    /**
     * Writes a value.
     *
     * @param value the value
     * @return its bytes, as C has them
     */
    public MemorySegment encode(T value) {
        return encoder.apply(Objects.requireNonNull(value, name));
    }

    /** {@return its name} */
    @Override
    public String toString() {
        return name;
    }
}
