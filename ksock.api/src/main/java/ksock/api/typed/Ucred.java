// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code struct ucred}: who is at the other end of a UNIX socket, or sent a message over it. The kernel vouches for it.
 *
 * @param pid the process; 0 if it is not to be seen from here
 * @param uid its user, unsigned
 * @param gid its group, unsigned
 */
public record Ucred(int pid, int uid, int gid) {

    static final int SIZE = 12;

    static Ucred decode(MemorySegment value) {
        return new Ucred(value.get(ValueLayout.JAVA_INT_UNALIGNED, 0), value.get(ValueLayout.JAVA_INT_UNALIGNED, 4),
                value.get(ValueLayout.JAVA_INT_UNALIGNED, 8));
    }

    MemorySegment encode() {
        return MemorySegment.ofArray(new int[] {pid, uid, gid});
    }

    /** {@return {@code pid 4711, uid 0, gid 0}} */
    @Override
    public String toString() {
        return "pid " + pid + ", uid " + Integer.toUnsignedString(uid) + ", gid " + Integer.toUnsignedString(gid);
    }
}
