// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A {@code struct sockaddr_storage} that the caller owns and uses again and again: the form of an
 * address that costs no allocation.
 *
 * <p>{@code recvfrom} and {@code accept} write the sender's address into it, {@code sendto} takes the
 * receiver's out of it. The bytes are the host's:
 *
 * <pre>
 *   AF_INET      |family 2|port 2 BE|address 4 BE|zero 8|                              length 16
 *   AF_INET6     |family 2|port 2 BE|flowinfo 4 BE|address 16|scope 4|                 length 28
 *   AF_UNIX      |family 2|path, NUL-terminated, or NUL and an abstract name|          length 2 to 110
 *   AF_NETLINK   |family 2|pad 2|port id 4|groups 4|                                   length 12
 * </pre>
 *
 * <p>Not thread-safe: one call at a time.
 */
public final class SockAddrBuffer {

    /** The size of {@code struct sockaddr_storage} in bytes. */
    public static final int CAPACITY = 128;

    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt NETWORK_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong NETWORK_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment segment;
    private int length;

    /** An empty address in memory that is freed when this object is no longer reachable. */
    public SockAddrBuffer() {
        this(Arena.ofAuto());
    }

    /**
     * An empty address in memory of an arena.
     *
     * @param arena what the memory lives and ends with; the threads it admits are the threads that
     *        may use this object
     */
    public SockAddrBuffer(Arena arena) {
        segment = arena.allocate(CAPACITY, 8);
    }

    /**
     * The host's structure; {@link #CAPACITY} bytes, of which {@link #length()} count.
     *
     * @return the memory itself, no copy
     */
    public MemorySegment segment() {
        return segment;
    }

    /**
     * How many bytes of the structure count.
     *
     * @return 0 for no address, else 2 to {@link #CAPACITY}
     */
    public int length() {
        return length;
    }

    /**
     * Says how many bytes of the structure count, after they were written.
     *
     * @param bytes 0 to {@link #CAPACITY}
     * @throws IllegalArgumentException if it is out of range
     */
    public void length(int bytes) {
        if (bytes < 0 || bytes > CAPACITY) {
            throw new IllegalArgumentException("an address has 0 to " + CAPACITY + " bytes, not " + bytes);
        }
        length = bytes;
    }

    /** {@return the address family, 0 ({@code AF_UNSPEC}) if there is no address} */
    public int family() {
        return length < 2 ? 0 : Short.toUnsignedInt(segment.get(ValueLayout.JAVA_SHORT, 0));
    }

    /**
     * The port of an AF_INET or AF_INET6 address.
     *
     * @return 0 to 65535
     * @throws IllegalStateException if the address is of another family
     */
    public int port() {
        int family = family();
        if (family != SysSocket.AF_INET && family != SysSocket.AF_INET6) {
            throw otherFamily("AF_INET or AF_INET6");
        }
        return Short.toUnsignedInt(segment.get(NETWORK_SHORT, 2));
    }

    /**
     * The address of an AF_INET address.
     *
     * @return its 32 bits, {@code 0x7f000001} for 127.0.0.1
     * @throws IllegalStateException if the address is of another family
     */
    public int inet4Address() {
        require(SysSocket.AF_INET, "AF_INET");
        return segment.get(NETWORK_INT, 4);
    }

    /**
     * The port id of an AF_NETLINK address.
     *
     * @return unsigned, 0 is the kernel
     * @throws IllegalStateException if the address is of another family
     */
    public int netlinkPortId() {
        require(SysSocket.AF_NETLINK, "AF_NETLINK");
        return segment.get(ValueLayout.JAVA_INT, 4);
    }

    /**
     * The groups of an AF_NETLINK address; in a received message, the group it was sent to.
     *
     * @return a bit for each of the groups 1 to 32, bit 0 for group 1
     * @throws IllegalStateException if the address is of another family
     */
    public int netlinkGroups() {
        require(SysSocket.AF_NETLINK, "AF_NETLINK");
        return segment.get(ValueLayout.JAVA_INT, 8);
    }

    /** Leaves no address. */
    public void clear() {
        length = 0;
    }

    /**
     * Puts an address in the place of what is there.
     *
     * @param address any address
     * @return this
     */
    public SockAddrBuffer set(SockAddr address) {
        segment.fill((byte) 0);
        segment.set(ValueLayout.JAVA_SHORT, 0, (short) address.family());
        switch (address) {
            case SockAddr.Inet4 inet -> setInet4(inet);
            case SockAddr.Inet6 inet -> setInet6(inet);
            case SockAddr.Unix unix -> setUnix(unix);
            case SockAddr.Netlink netlink -> setNetlink(netlink.portId(), netlink.groups());
            case SockAddr.Raw raw -> setRaw(raw);
        }
        return this;
    }

    /**
     * Puts a netlink address in the place of what is there, without allocation.
     *
     * @param portId unsigned, 0 is the kernel
     * @param groups a bit for each of the groups 1 to 32, bit 0 for group 1
     */
    public void setNetlink(int portId, int groups) {
        segment.set(ValueLayout.JAVA_SHORT, 0, (short) SysSocket.AF_NETLINK);
        segment.set(ValueLayout.JAVA_SHORT, 2, (short) 0);
        segment.set(ValueLayout.JAVA_INT, 4, portId);
        segment.set(ValueLayout.JAVA_INT, 8, groups);
        length = 12;
    }

    /**
     * The address as a value.
     *
     * @return a new address; one too short for its family is a {@link SockAddr.Raw}; no address at
     *         all is {@code null}
     */
    public SockAddr get() {
        if (length < 2) {
            return null;
        }
        int family = family();
        if (family == SysSocket.AF_INET && length >= 8) {
            return new SockAddr.Inet4(inet4Address(), port());
        }
        if (family == SysSocket.AF_INET6 && length >= 28) {
            return new SockAddr.Inet6(segment.get(NETWORK_LONG, 8), segment.get(NETWORK_LONG, 16), port(),
                    segment.get(NETWORK_INT, 4), segment.get(ValueLayout.JAVA_INT, 24));
        }
        if (family == SysSocket.AF_UNIX) {
            return unix();
        }
        if (family == SysSocket.AF_NETLINK && length >= 12) {
            return new SockAddr.Netlink(netlinkPortId(), netlinkGroups());
        }
        return new SockAddr.Raw(family, bytes(2, length));
    }

    /** {@return the address as text, {@code (none)} if there is none} */
    @Override
    public String toString() {
        SockAddr address = get();
        return address == null ? "(none)" : address.toString();
    }

    private void setInet4(SockAddr.Inet4 inet) {
        segment.set(NETWORK_SHORT, 2, (short) inet.port());
        segment.set(NETWORK_INT, 4, inet.address());
        length = 16;
    }

    private void setInet6(SockAddr.Inet6 inet) {
        segment.set(NETWORK_SHORT, 2, (short) inet.port());
        segment.set(NETWORK_INT, 4, inet.flowInfo());
        segment.set(NETWORK_LONG, 8, inet.high());
        segment.set(NETWORK_LONG, 16, inet.low());
        segment.set(ValueLayout.JAVA_INT, 24, inet.scopeId());
        length = 28;
    }

    private void setUnix(SockAddr.Unix unix) {
        byte[] bytes = unix.bytes();
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 2, bytes.length);
        // The terminating NUL of a path counts where there is room for it; in an abstract name each
        // byte counts, so that it must not.
        boolean terminated = !unix.isUnnamed() && !unix.isAbstract() && bytes.length < SockAddr.UNIX_PATH_MAX;
        length = 2 + bytes.length + (terminated ? 1 : 0);
    }

    private void setRaw(SockAddr.Raw raw) {
        byte[] data = raw.data();
        MemorySegment.copy(data, 0, segment, ValueLayout.JAVA_BYTE, 2, data.length);
        length = 2 + data.length;
    }

    private SockAddr.Unix unix() {
        int end = Math.min(length, 2 + SockAddr.UNIX_PATH_MAX);
        boolean isPath = length > 2 && segment.get(ValueLayout.JAVA_BYTE, 2) != 0;
        if (isPath) {
            int nul = 2;
            while (nul < end && segment.get(ValueLayout.JAVA_BYTE, nul) != 0) {
                nul++;
            }
            end = nul;
        }
        return SockAddr.Unix.ofBytes(bytes(2, end));
    }

    private byte[] bytes(int from, int to) {
        return segment.asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE);
    }

    private void require(int family, String name) {
        if (family() != family) {
            throw otherFamily(name);
        }
    }

    private IllegalStateException otherFamily(String wanted) {
        return new IllegalStateException("the address is of family " + family() + ", not " + wanted);
    }
}
