// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What waits in a receive queue, first in first out, in an array that grows. It grows before anything is put in, and is
 * left as it was where there is no memory for that: an {@code ArrayDeque} has the new one in by then, and for want of
 * room forgets all others. Putting in and taking out call nothing, for which there may be no stack. Not safe for use by
 * several threads at once.
 */
final class GrowingQueue<E> {

    /** A power of two, as all sizes are. */
    private static final int LEAST = 8;

    private Object[] places = new Object[LEAST];
    private int first;
    private int size;

    /** Sees to it that {@link #add} finds room. */
    void makeRoom() {
        Object[] full = places;
        if (size == full.length) {
            Object[] grown = new Object[2 * size];
            System.arraycopy(full, first, grown, 0, size - first);
            System.arraycopy(full, 0, grown, size - first, first);
            places = grown;
            first = 0;
        }
    }

    /** Puts something in, for which there is room. */
    void add(E element) {
        places[(first + size) & (places.length - 1)] = element;
        size++;
    }

    /** The first; null if there is none. */
    @SuppressWarnings("unchecked") // Nothing else is put in.
    E peek() {
        return (E) places[first];
    }

    /** Takes the first out; null if there is none. */
    @SuppressWarnings("unchecked") // Nothing else is put in.
    E poll() {
        E head = (E) places[first];
        if (head != null) {
            places[first] = null;
            first = (first + 1) & (places.length - 1);
            size--;
        }
        return head;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    @SuppressWarnings("unchecked") // Nothing else is put in.
    Stream<E> stream() {
        return IntStream.range(0, size).mapToObj(i -> (E) places[(first + i) & (places.length - 1)]);
    }
}
