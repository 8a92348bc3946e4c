// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * {@code struct sigaction} as libc (not the kernel) lays it out: handler at 0, mask of 1024 bits at 8, flags at 136,
 * restorer at 144; and {@code sigset_t}.
 */
public final class SigAction {

    /** Bytes the structure takes. */
    public static final long SIZE = 152;

    /** Bytes a {@code sigset_t} takes. */
    public static final long SIGSET_SIZE = 128;

    private static final long FLAGS = 136;

    private SigAction() {
    }

    /** Writes an action with an empty mask and no flags: no SA_RESTART, so that a system call ends with EINTR. */
    public static void set(MemorySegment action, MemorySegment handler) {
        action.asSlice(0, SIZE).fill((byte) 0);
        action.set(ADDRESS, 0, handler);
        action.set(JAVA_INT, FLAGS, 0);
    }

    /** The address of the handler; 0 is {@code SIG_DFL}. */
    public static long handler(MemorySegment action) {
        return action.get(JAVA_LONG, 0);
    }

    /** Writes a {@code sigset_t} that holds one signal. */
    public static void setOnly(MemorySegment sigset, int signal) {
        sigset.asSlice(0, SIGSET_SIZE).fill((byte) 0);
        int bit = signal - 1;
        sigset.set(JAVA_BYTE, bit / 8, (byte) (1 << (bit % 8)));
    }
}
