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

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(Registration[].class);
    private static final int GENERATION_MASK = Integer.MAX_VALUE;

    private volatile Registration[] registrations = new Registration[64];
    private int[] generations = new int[64]; // guarded by this
    private int[] free = new int[64]; // a stack of slots; guarded by this
    private int freed; // how many there are on it; guarded by this
    private int used; // slots from here on were never used; guarded by this

    /** A key for a new registration: not negative. */
    synchronized long allocate() {
        int slot = freed > 0 ? free[--freed] : used++;
        if (slot == registrations.length) {
            registrations = Arrays.copyOf(registrations, slot * 2);
            generations = Arrays.copyOf(generations, slot * 2);
            free = Arrays.copyOf(free, slot * 2);
        }
        return (long) generations[slot] << 32 | slot;
    }

    /** Events of the registration's key reach it from now on. */
    synchronized void set(Registration registration) {
        ELEMENT.setRelease(registrations, slot(registration.key()), registration);
    }

    /** Frees a key: events that still carry it reach nobody, whoever gets the slot next. */
    synchronized void free(long key) {
        int slot = slot(key);
        ELEMENT.setRelease(registrations, slot, null);
        generations[slot] = (generations[slot] + 1) & GENERATION_MASK;
        free[freed++] = slot;
    }

    /** The registration with this key; null if it has gone. */
    Registration get(long key) {
        Registration[] current = registrations;
        int slot = slot(key);
        if (slot >= current.length) {
            return null;
        }
        Registration registration = (Registration) ELEMENT.getAcquire(current, slot);
        return registration != null && registration.key() == key ? registration : null;
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
}
