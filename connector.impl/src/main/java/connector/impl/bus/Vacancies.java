// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

/**
 * The registrations that nobody has, by the time of their vacancy, linked through themselves: who comes and goes
 * touches its own and its neighbours, however many there are. Bounded. Guarded by the registry's lock.
 */
final class Vacancies {

    /** How many ids are remembered that nobody has. */
    static final int MAX = 1 << 17;

    private Registration oldest;
    private Registration newest;
    private int size;

    /** Takes a registration up; gives the one that is to be forgotten for it, null for none. */
    Registration add(Registration registration) {
        registration.older = newest;
        if (newest == null) {
            oldest = registration;
        } else {
            newest.newer = registration;
        }
        newest = registration;
        size++;
        if (size <= MAX) {
            return null;
        }
        Registration forgotten = oldest;
        remove(forgotten);
        return forgotten;
    }

    void remove(Registration registration) {
        if (registration.older == null) {
            oldest = registration.newer;
        } else {
            registration.older.newer = registration.newer;
        }
        if (registration.newer == null) {
            newest = registration.older;
        } else {
            registration.newer.older = registration.older;
        }
        registration.older = null;
        registration.newer = null;
        size--;
    }
}
