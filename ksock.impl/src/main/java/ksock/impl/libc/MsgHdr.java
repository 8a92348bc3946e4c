// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * {@code struct msghdr} and the {@code struct iovec} array it points to.
 *
 * <pre>
 *  0 msg_name     8 msg_namelen (+4 padding)   16 msg_iov   24 msg_iovlen
 * 32 msg_control 40 msg_controllen             48 msg_flags (+4 padding)
 * </pre>
 */
public final class MsgHdr {

    /** Bytes the header takes. */
    public static final long SIZE = 56;

    /** Bytes an element of the iovec array takes. */
    public static final long IOVEC_SIZE = 16;

    private static final long NAME = 0;
    private static final long NAME_LENGTH = 8;
    private static final long IOV = 16;
    private static final long IOV_LENGTH = 24;
    private static final long CONTROL = 32;
    private static final long CONTROL_LENGTH = 40;
    private static final long FLAGS = 48;

    private MsgHdr() {
    }

    /** Writes the whole header, with no flags. A null {@code name} or {@code control} is none. */
    public static void set(MemorySegment header, MemorySegment name, int nameLength, MemorySegment iov, int iovLength,
            MemorySegment control, long controlLength) {
        header.set(ADDRESS, NAME, name == null ? MemorySegment.NULL : name);
        // As a long: the padding behind the 32-bit length is part of the length on some C libraries.
        header.set(JAVA_LONG, NAME_LENGTH, nameLength);
        header.set(ADDRESS, IOV, iov);
        header.set(JAVA_LONG, IOV_LENGTH, iovLength);
        header.set(ADDRESS, CONTROL, control == null ? MemorySegment.NULL : control);
        header.set(JAVA_LONG, CONTROL_LENGTH, controlLength);
        header.set(JAVA_LONG, FLAGS, 0);
    }

    /** Writes element {@code index} of an iovec array. */
    public static void setIovec(MemorySegment iov, int index, MemorySegment base, long offset, long length) {
        iov.set(JAVA_LONG, index * IOVEC_SIZE, base.address() + offset);
        iov.set(JAVA_LONG, index * IOVEC_SIZE + 8, length);
    }

    /** The length of the name that the kernel wrote; longer than the room for it if it was cut. */
    public static int nameLength(MemorySegment header) {
        return header.get(JAVA_INT, NAME_LENGTH);
    }

    /** The length of the control data that the kernel wrote. */
    public static long controlLength(MemorySegment header) {
        return header.get(JAVA_LONG, CONTROL_LENGTH);
    }

    /** The flags that came with the message: a set of {@code MSG_*}. */
    public static int flags(MemorySegment header) {
        return header.get(JAVA_INT, FLAGS);
    }
}
