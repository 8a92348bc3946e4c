// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.function.Function;

/**
 * A kind of control message and the type of its data, for {@link ControlBuffer#get(ControlType)} and
 * {@link ControlBuffer#add(ControlType, Object)}.
 *
 * <p>The common ones are constants of {@link ksock.api.typed}.
 *
 * <p>Immutable; any thread.
 *
 * @param <T> the type of its data
 */
public final class ControlType<T> {

    private final String name;
    private final int level;
    private final int number;
    private final int leastSize;
    private final Function<? super MemorySegment, ? extends T> decoder;
    private final Function<? super T, MemorySegment> encoder;

    private ControlType(String name, int level, int number, int leastSize,
            Function<? super MemorySegment, ? extends T> decoder, Function<? super T, MemorySegment> encoder) {
        this.name = Objects.requireNonNull(name, "name");
        this.level = level;
        this.number = number;
        this.leastSize = leastSize;
        this.decoder = Objects.requireNonNull(decoder, "decoder");
        this.encoder = Objects.requireNonNull(encoder, "encoder");
    }

    /**
     * One whose data is an int.
     *
     * @param name its name, for messages
     * @param level {@code SOL_SOCKET} or a protocol's
     * @param number its type, at that level
     * @return the kind
     */
    public static ControlType<Integer> ofInt(String name, int level, int number) {
        return new ControlType<>(name, level, number, Integer.BYTES,
                data -> data.get(ValueLayout.JAVA_INT_UNALIGNED, 0),
                value -> MemorySegment.ofArray(new int[] {value}));
    }

    /**
     * One whose data is a structure.
     *
     * @param <T> the type of its data
     * @param name its name, for messages
     * @param level {@code SOL_SOCKET} or a protocol's
     * @param number its type, at that level
     * @param leastSize how many bytes the decoder needs
     * @param decoder reads it; the segment has at least as many, has no alignment, and is not kept
     * @param encoder writes it
     * @return the kind
     */
    public static <T> ControlType<T> of(String name, int level, int number, int leastSize,
            Function<? super MemorySegment, ? extends T> decoder, Function<? super T, MemorySegment> encoder) {
        return new ControlType<>(name, level, number, leastSize, decoder, encoder);
    }

    /** {@return its name} */
    public String name() {
        return name;
    }

    /** {@return its level} */
    public int level() {
        return level;
    }

    /** {@return its type, at that level} */
    public int number() {
        return number;
    }

    /**
     * Reads the data of a message.
     *
     * @param data its bytes, as C has them
     * @return the value
     * @throws IllegalArgumentException if there are too few
     */
    public T decode(MemorySegment data) {
        if (data.byteSize() < leastSize) {
            throw new IllegalArgumentException(name + " has " + leastSize + " bytes, not " + data.byteSize());
        }
        return decoder.apply(data);
    }

    /**
     * Writes the data of a message.
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
