// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CbId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Registrations by their ids. Reading takes no lock; who writes holds the registry's.
 * <p>
 * Open addressing on primitive keys: whether an id is there is seen in the array of keys alone, and eight ids with
 * neighbouring vals, which are likely to be in use together, lie on one cache line of it. With a node for each id, as
 * general maps have, a table of 100,000 would cost a registration the cache misses of all the nodes that it passes.
 * <p>
 * A group is eight slots. Its place is the hash of idx and val without the three lowest bits, which are the place in
 * the group. If that slot is another id's, the next place of the next group is tried, so that all slots are in the end.
 * A key stays in its slot for the life of the arrays; an id that was removed has its key there and no registration. At
 * most half of the slots have a key.
 */
final class RegistrationTable {

    private static final int GROUP_BITS = 3;
    private static final int GROUP = 1 << GROUP_BITS;
    private static final int LEAST = 64;
    /** 2^64 by the golden ratio: neighbouring groups come to lie far from each other. */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private static final VarHandle KEY = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(Registration[].class);

    /** Keys, 0 for none, and what they stand for. The key is written first: it may be seen without its registration. */
    private static final class Slots {

        private final long[] keys;
        private final Registration[] values;

        Slots(int size) {
            keys = new long[size];
            values = new Registration[size];
        }

        /** The slot of a key, or else the one where it belongs. */
        int find(long key) {
            int mask = keys.length - 1;
            int slot = home(key) & mask;
            while (true) {
                long there = (long) KEY.getAcquire(keys, slot);
                if (there == key || there == 0) {
                    return slot;
                }
                slot = (slot + GROUP + 1) & mask;
            }
        }
    }

    private volatile Slots slots = new Slots(LEAST);
    // Guarded by the registry's lock.
    private int keys;
    private int size;

    /** The registration of an id, or null. Any thread. */
    Registration get(CbId id) {
        Slots now = slots;
        long key = key(id);
        int slot = now.find(key);
        // A slot without the key has no registration either, or one that is just being put there.
        return (long) KEY.getAcquire(now.keys, slot) == key ? (Registration) VALUE.getAcquire(now.values, slot) : null;
    }

    /** Adds one whose id is not there. */
    void add(Registration registration) {
        if (2 * (keys + 1) > slots.keys.length) {
            rebuild();
        }
        put(slots, registration);
        size++;
    }

    /** Removes one that is there. */
    void remove(Registration registration) {
        Slots now = slots;
        VALUE.setRelease(now.values, now.find(key(registration.id())), null);
        size--;
    }

    /** All of them; those that come or go meanwhile are among them or not. Any thread. */
    Stream<Registration> stream() {
        Registration[] values = slots.values;
        return IntStream.range(0, values.length)
                .mapToObj(slot -> (Registration) VALUE.getAcquire(values, slot)).filter(Objects::nonNull);
    }

    private void put(Slots to, Registration registration) {
        long key = key(registration.id());
        int slot = to.find(key);
        if (to.keys[slot] == 0) {
            KEY.setRelease(to.keys, slot, key);
            keys++;
        }
        VALUE.setRelease(to.values, slot, registration);
    }

    /** Without the keys of those that were removed; a quarter full at most, so that there is room for as many again. */
    private void rebuild() {
        int length = LEAST;
        while (length < 4 * size) {
            length *= 2;
        }
        Slots fresh = new Slots(length);
        keys = 0;
        stream().forEach(registration -> put(fresh, registration));
        slots = fresh;
    }

    /** Never 0, which is {-1, -1}: the connector's own id, that nobody registers. */
    private static long key(CbId id) {
        return ~((long) id.idx() << Integer.SIZE | id.unsignedVal());
    }

    private static int home(long key) {
        long spread = (key >>> GROUP_BITS) * SPREAD;
        return (int) (spread ^ spread >>> Integer.SIZE) << GROUP_BITS | ((int) key & (GROUP - 1));
    }
}
