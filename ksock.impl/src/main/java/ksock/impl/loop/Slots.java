// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The registrations by their keys. A key is a slot and the slot's generation, and is what the kernel hands back with
 * each event: never a descriptor, whose number may belong to another socket by the time the event is looked at.
 *
 * <p>Reading takes no lock; changes are made under the instance's monitor.
 */
final class Slots {

    private static final VarHandle HANDLER = MethodHandles.arrayElementVarHandle(Handler[].class);
    private static final VarHandle GENERATION = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int GENERATION_MASK = Integer.MAX_VALUE;

    /** What the loop reads: of each slot the generation of its key, and whom its events go to. */
    private static final class Table {

        final int[] generations;
        final Handler[] handlers;

        Table(int[] generations, Handler[] handlers) {
            this.generations = generations;
            this.handlers = handlers;
        }

        Table copy(int slots) {
            return new Table(Arrays.copyOf(generations, slots), Arrays.copyOf(handlers, slots));
        }
    }

    private volatile Table table = new Table(new int[64], new Handler[64]); // written under this, and what is in it too
    private Registration[] registrations = new Registration[64]; // guarded by this
    private int[] free = new int[64]; // a stack of slots; guarded by this
    private int freed; // how many there are on it; guarded by this
    private int used; // slots from here on were never used; guarded by this

    /** A key for a new registration: not negative. */
    synchronized long allocate() {
        if (freed == 0 && used == registrations.length) {
            grow(2 * used);
        }
        int slot = freed > 0 ? free[--freed] : used++;
        return (long) table.generations[slot] << 32 | slot;
    }

    private void grow(int slots) {
        // All of it before any of it is put in place: there may be memory for a part only.
        Table longer = table.copy(slots);
        Registration[] moreRegistrations = Arrays.copyOf(registrations, slots);
        int[] moreFree = Arrays.copyOf(free, slots);
        table = longer;
        registrations = moreRegistrations;
        free = moreFree;
    }

    /** Events of the registration's key reach it from now on. */
    synchronized void set(Registration registration) {
        int slot = slot(registration.key());
        registrations[slot] = registration;
        HANDLER.setRelease(table.handlers, slot, registration.handler());
    }

    /** Frees a key: events that still carry it reach nobody, whoever gets the slot next. */
    synchronized void free(long key) {
        int slot = slot(key);
        // In this order: who reads a handler, and then that the generation is the same, has the right one.
        GENERATION.setRelease(table.generations, slot, (generation(key) + 1) & GENERATION_MASK);
        HANDLER.setRelease(table.handlers, slot, null);
        registrations[slot] = null;
        free[freed++] = slot;
    }

    /** Whom events with this key go to; null if that has gone. */
    Handler handler(long key) {
        Table current = table;
        int slot = slot(key);
        if (slot >= current.handlers.length) {
            return null;
        }
        Handler handler = (Handler) HANDLER.getAcquire(current.handlers, slot);
        return (int) GENERATION.getAcquire(current.generations, slot) == generation(key) ? handler : null;
    }

    /** All registrations at this moment. */
    synchronized List<Registration> all() {
        List<Registration> all = new ArrayList<>();
        for (Registration registration : registrations) {
            if (registration != null) {
                all.add(registration);
            }
        }
        return all;
    }

    private static int slot(long key) {
        return (int) key;
    }

    private static int generation(long key) {
        return (int) (key >>> 32);
    }
}
