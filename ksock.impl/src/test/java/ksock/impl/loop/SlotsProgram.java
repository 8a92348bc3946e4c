// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Has registrations grow where there is memory for some of what they grow by: with ever more of it, until there is
 * enough. Prints how often there was not, and "good" if each time all went on afterwards.
 */
final class SlotsProgram {

    /** As many as there are slots at one moment. */
    private static final int SLOTS = 1 << 19;
    private static final int PIECE = 1 << 19;

    private SlotsProgram() {
    }

    @SuppressWarnings("SystemOut") // what it is for
    public static void main(String[] args) {
        int refused = 0;
        for (int room = 0; grow(room); room++) {
            refused++;
        }
        System.out.println(refused);
        System.out.println("good");
    }

    /** Whether there was too little room. */
    private static boolean grow(int room) {
        Slots slots = new Slots();
        for (int i = 0; i < SLOTS; i++) {
            slots.allocate();
        }
        boolean refused = isRefused(slots, room);
        Set<Long> keys = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            keys.add(slots.allocate());
        }
        int first = refused ? SLOTS : SLOTS + 1;
        if (!keys.equals(Set.of((long) first, first + 1L, first + 2L))) {
            throw new AssertionError("with " + room + " pieces of room: " + keys);
        }
        keys.forEach(slots::free);
        if (slots.handler(first) != null || slots.allocate() >>> 32 != 1) {
            throw new AssertionError("with " + room + " pieces of room: a key that was freed");
        }
        return refused;
    }

    private static boolean isRefused(Slots slots, int room) {
        Deque<byte[]> full = new ArrayDeque<>(1000);
        try {
            while (true) {
                full.push(new byte[PIECE]);
            }
        } catch (OutOfMemoryError e) {
            for (int i = 0; i < room && !full.isEmpty(); i++) {
                full.pop();
            }
        }
        try {
            slots.allocate();
            return false;
        } catch (OutOfMemoryError e) {
            return true;
        } finally {
            full.clear();
        }
    }
}
