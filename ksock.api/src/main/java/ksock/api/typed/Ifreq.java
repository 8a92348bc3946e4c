// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.SysIoctl;

/**
 * {@code struct ifreq}: an interface, and one thing about it, that the caller owns and uses again and again.
 *
 * <pre>{@code
 * Ifreq lo = new Ifreq("lo");
 * int mtu = lo.ioctl(socket, SIOCGIFMTU).mtu();
 * boolean up = (lo.ioctl(socket, SIOCGIFFLAGS).flags() & Ifreq.IFF_UP) != 0;
 * }</pre>
 *
 * <p>As in C, behind the name there is room for one answer: which of the accessors means something depends on the
 * request that was made last. Any socket will do, of any family of the host's.
 *
 * <p>Not thread-safe: one request at a time.
 */
public final class Ifreq {

    /** The size of the structure in bytes. */
    public static final int SIZE = 40;

    /** Up. */
    public static final int IFF_UP = 0x1;

    /** Has a broadcast address. */
    public static final int IFF_BROADCAST = 0x2;

    /** The loopback. */
    public static final int IFF_LOOPBACK = 0x8;

    /** Point to point. */
    public static final int IFF_POINTOPOINT = 0x10;

    /** Has what it needs to work. */
    public static final int IFF_RUNNING = 0x40;

    /** Receives all packets. */
    public static final int IFF_PROMISC = 0x100;

    /** Can do multicast. */
    public static final int IFF_MULTICAST = 0x1000;

    private static final int UNION = Text.SIZE;
    private static final int SOCKADDR = 16;
    private static final int HARDWARE_ADDRESS = 6;
    /** {@code struct ifconf}: an int, and at 8 a pointer. */
    private static final int IFCONF = 16;

    private final MemorySegment segment;

    /**
     * A request of an interface, in memory that is freed when this object is no longer reachable.
     *
     * @param name the interface's name, up to 15 bytes; empty where the request is by index
     * @throws IllegalArgumentException if the name is too long
     */
    public Ifreq(String name) {
        this(Arena.ofAuto().allocate(SIZE, Long.BYTES));
        name(name);
    }

    private Ifreq(MemorySegment segment) {
        this.segment = segment;
    }

    /**
     * All interfaces that have an IPv4 address, each once for each of them ({@code SIOCGIFCONF}).
     *
     * @param socket any socket of the host's
     * @return for each, its name and its {@link #addr}
     * @throws KernelSocketException as {@link KernelSocket#ioctl(int, MemorySegment)}
     */
    public static List<Ifreq> list(KernelSocket socket) throws KernelSocketException {
        for (int room = 32 * SIZE;; room *= 2) {
            try (Arena arena = Arena.ofShared()) {
                MemorySegment requests = arena.allocate(room, Long.BYTES);
                MemorySegment conf = arena.allocate(IFCONF, Long.BYTES);
                conf.set(ValueLayout.JAVA_INT, 0, room);
                conf.set(ValueLayout.ADDRESS, Long.BYTES, requests);
                socket.ioctl(SysIoctl.SIOCGIFCONF, conf);
                int length = conf.get(ValueLayout.JAVA_INT, 0);
                // The host says nothing of what found no room: one that is filled may have been too small.
                if (length <= room - SIZE) {
                    return copies(requests.asSlice(0, length));
                }
            }
        }
    }

    private static List<Ifreq> copies(MemorySegment requests) {
        List<Ifreq> all = new ArrayList<>();
        for (long at = 0; at + SIZE <= requests.byteSize(); at += SIZE) {
            Ifreq one = new Ifreq("");
            MemorySegment.copy(requests, at, one.segment, 0, SIZE);
            all.add(one);
        }
        return List.copyOf(all);
    }

    /**
     * The memory, for {@link KernelSocket#ioctl(int, MemorySegment)}.
     *
     * @return the memory itself, no copy
     */
    public MemorySegment segment() {
        return segment;
    }

    /**
     * Makes a request.
     *
     * @param socket any socket of the host's
     * @param request {@code SIOCGIFMTU} and its kin of {@link SysIoctl}
     * @return this, with the answer
     * @throws KernelSocketException ENODEV: no such interface; EADDRNOTAVAIL: it has no such address; EPERM: to change
     *         it needs CAP_NET_ADMIN; else as {@link KernelSocket#ioctl(int, MemorySegment)}
     */
    public Ifreq ioctl(KernelSocket socket, int request) throws KernelSocketException {
        try {
            socket.ioctl(request, segment);
        } catch (KernelSocketException e) {
            throw new KernelSocketException(e.operation(), e.number(), e.detail() + ", interface '" + name() + "'");
        }
        return this;
    }

    /** {@return the interface's name; of {@code SIOCGIFNAME}} */
    public String name() {
        return Text.decode(segment.asSlice(0, UNION));
    }

    /**
     * Turns to another interface.
     *
     * @param name its name, up to 15 bytes; empty where the request is by index
     * @return this
     * @throws IllegalArgumentException if the name is too long
     */
    public Ifreq name(String name) {
        MemorySegment bytes = Text.encode(name);
        segment.fill((byte) 0);
        MemorySegment.copy(bytes, 0, segment, 0, bytes.byteSize());
        return this;
    }

    /** {@return the interface's index; of {@code SIOCGIFINDEX}} */
    public int index() {
        return number();
    }

    /**
     * Sets the index, for {@code SIOCGIFNAME}.
     *
     * @param index the interface's index
     * @return this
     */
    public Ifreq index(int index) {
        return number(index);
    }

    /** {@return {@code IFF_} bits; of {@code SIOCGIFFLAGS}} */
    public int flags() {
        return Short.toUnsignedInt(segment.get(ValueLayout.JAVA_SHORT, UNION));
    }

    /**
     * Sets the flags, for {@code SIOCSIFFLAGS}.
     *
     * @param flags {@code IFF_} bits
     * @return this
     */
    public Ifreq flags(int flags) {
        segment.set(ValueLayout.JAVA_SHORT, UNION, (short) flags);
        return this;
    }

    /** {@return the MTU in bytes; of {@code SIOCGIFMTU}} */
    public int mtu() {
        return number();
    }

    /** {@return the metric; of {@code SIOCGIFMETRIC}} */
    public int metric() {
        return number();
    }

    /** {@return the length of the queue in packets; of {@code SIOCGIFTXQLEN}} */
    public int qlen() {
        return number();
    }

    /**
     * An address.
     *
     * @return the address; of {@code SIOCGIFADDR}, {@code SIOCGIFDSTADDR}, {@code SIOCGIFBRDADDR},
     *         {@code SIOCGIFNETMASK}, and of {@link #list}
     */
    public SockAddr addr() {
        SockAddrBuffer address = new SockAddrBuffer();
        MemorySegment.copy(segment, UNION, address.segment(), 0, SOCKADDR);
        address.length(SOCKADDR);
        return address.get();
    }

    /**
     * The address of the hardware.
     *
     * @return six bytes; of {@code SIOCGIFHWADDR}
     */
    public byte[] hwaddr() {
        return segment.asSlice(UNION + 2, HARDWARE_ADDRESS).toArray(ValueLayout.JAVA_BYTE);
    }

    private int number() {
        return segment.get(ValueLayout.JAVA_INT, UNION);
    }

    private Ifreq number(int value) {
        segment.set(ValueLayout.JAVA_INT, UNION, value);
        return this;
    }

    /** {@return the interface's name} */
    @Override
    public String toString() {
        return name();
    }
}
