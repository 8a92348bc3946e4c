// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A socket address: what C calls a {@code struct sockaddr}, as a value.
 *
 * <p>One record or class for each family that has a meaning here, and {@link Raw} for all others.
 * Numbers are in host order; {@link SockAddrBuffer} turns an address into the host's bytes and back,
 * and is the form that costs no allocation.
 *
 * <p>Immutable; any thread.
 */
public sealed interface SockAddr {

    /** The longest path or abstract name of a UNIX address, in bytes. */
    int UNIX_PATH_MAX = 108;

    /**
     * The address family.
     *
     * @return one of the {@code AF_} numbers of {@link SysSocket}, or another of the host's
     */
    int family();

    /**
     * An IPv4 address.
     *
     * @param address the 32 bits of the address, {@code 0x7f000001} for 127.0.0.1
     * @param port 0 to 65535, 0 lets the host choose
     * @return the address
     * @throws IllegalArgumentException if the port is out of range
     */
    static Inet4 inet4(int address, int port) {
        return new Inet4(address, port);
    }

    /**
     * 127.0.0.1.
     *
     * @param port 0 to 65535, 0 lets the host choose
     * @return the address
     * @throws IllegalArgumentException if the port is out of range
     */
    static Inet4 loopback4(int port) {
        return new Inet4(NetinetIn.INADDR_LOOPBACK, port);
    }

    /**
     * ::1.
     *
     * @param port 0 to 65535, 0 lets the host choose
     * @return the address
     * @throws IllegalArgumentException if the port is out of range
     */
    static Inet6 loopback6(int port) {
        return new Inet6(0, 1, port, 0, 0);
    }

    /**
     * An Internet address from its text; names are not looked up.
     *
     * @param literal {@code "127.0.0.1"}, {@code "::1"}, {@code "::ffff:127.0.0.1"}, which is one of IPv6,
     *        {@code "fe80::1%2"}, where the scope is the interface's index
     * @param port 0 to 65535, 0 lets the host choose
     * @return an {@link Inet4} or an {@link Inet6}
     * @throws IllegalArgumentException if it is no address literal, or the port is out of range
     */
    static SockAddr inet(String literal, int port) {
        int percent = literal.indexOf('%');
        String number = percent < 0 ? literal : literal.substring(0, percent);
        try {
            byte[] bytes = InetAddress.ofLiteral(number).getAddress();
            ByteBuffer words = ByteBuffer.wrap(bytes);
            boolean mapped = bytes.length == 4 && number.indexOf(':') >= 0;
            if (bytes.length == 4 && !mapped && percent < 0) {
                return new Inet4(words.getInt(), port);
            }
            if (bytes.length == 16 || mapped) {
                int scope = percent < 0 ? 0 : Integer.parseUnsignedInt(literal.substring(percent + 1));
                // Java gives the four bytes of an address that is mapped into IPv6.
                return mapped ? new Inet6(0, 0xffff_0000_0000L | Integer.toUnsignedLong(words.getInt()), port, 0, scope)
                        : new Inet6(words.getLong(), words.getLong(), port, 0, scope);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + literal + "': the scope after % must be an interface index", e);
        }
        throw new IllegalArgumentException("'" + literal + "' is neither an IPv4 nor an IPv6 address");
    }

    /**
     * A UNIX address in the file system.
     *
     * @param path 1 to {@value #UNIX_PATH_MAX} bytes of UTF-8, without a NUL
     * @return the address
     * @throws IllegalArgumentException if the path is empty, too long, or has a NUL in it
     */
    static Unix unix(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("a UNIX path has no NUL in it: '" + path + "'");
            }
        }
        if (bytes.length == 0) {
            throw new IllegalArgumentException("an empty UNIX path: for an unnamed address take Unix.UNNAMED");
        }
        return new Unix(bytes);
    }

    /**
     * A UNIX address in the abstract name space, which ends with its last socket.
     *
     * @param name up to 107 bytes, each of them significant, NUL included
     * @return the address
     * @throws IllegalArgumentException if the name is too long
     */
    static Unix unixAbstract(byte[] name) {
        byte[] bytes = new byte[name.length + 1];
        System.arraycopy(name, 0, bytes, 1, name.length);
        return new Unix(bytes);
    }

    /**
     * A UNIX address in the abstract name space, its name as UTF-8.
     *
     * @param name up to 107 bytes of UTF-8
     * @return the address
     * @throws IllegalArgumentException if the name is too long
     */
    static Unix unixAbstract(String name) {
        return unixAbstract(name.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A netlink address.
     *
     * @param portId unsigned; 0 is the kernel, or lets the family choose in {@code bind}
     * @param groups a bit for each of the groups 1 to 32, bit 0 for group 1
     * @return the address
     */
    static Netlink netlink(int portId, int groups) {
        return new Netlink(portId, groups);
    }

    /**
     * An IPv4 address and port.
     *
     * @param address the 32 bits of the address, {@code 0x7f000001} for 127.0.0.1
     * @param port 0 to 65535
     */
    record Inet4(int address, int port) implements SockAddr {

        /**
         * Checks the port.
         *
         * @throws IllegalArgumentException if the port is out of range
         */
        public Inet4 {
            checkPort(port);
        }

        @Override
        public int family() {
            return SysSocket.AF_INET;
        }

        /** {@return {@code 127.0.0.1:7}} */
        @Override
        public String toString() {
            return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "."
                    + (address & 0xff) + ":" + port;
        }
    }

    /**
     * An IPv6 address and port.
     *
     * @param high the first 64 bits of the address
     * @param low the last 64 bits of the address
     * @param port 0 to 65535
     * @param flowInfo traffic class and flow label, 0 if unused
     * @param scopeId the interface index of a link-local address, 0 if unused
     */
    record Inet6(long high, long low, int port, int flowInfo, int scopeId) implements SockAddr {

        /**
         * Checks the port.
         *
         * @throws IllegalArgumentException if the port is out of range
         */
        public Inet6 {
            checkPort(port);
        }

        @Override
        public int family() {
            return SysSocket.AF_INET6;
        }

        /** {@return {@code [fe80:0:0:0:0:0:0:1%2]:7}} */
        @Override
        public String toString() {
            byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
            String text;
            try {
                // A mapped IPv4 address comes back as one of four bytes and is shown with its prefix.
                InetAddress address = InetAddress.getByAddress(bytes);
                text = bytes.length == address.getAddress().length
                        ? address.getHostAddress()
                        : "::ffff:" + address.getHostAddress();
            } catch (UnknownHostException e) {
                throw new AssertionError("sixteen bytes are an address", e);
            }
            return "[" + text + (scopeId == 0 ? "" : "%" + Integer.toUnsignedString(scopeId)) + "]:" + port;
        }
    }

    /**
     * A UNIX address: a path, an abstract name, or none.
     *
     * <p>An abstract name is kept with the NUL that it begins with on the wire.
     */
    final class Unix implements SockAddr {

        /** The address of a socket that was never bound; in {@code bind}, asks for an abstract name. */
        public static final Unix UNNAMED = new Unix(new byte[0]);

        private final byte[] bytes;

        private Unix(byte[] bytes) {
            if (bytes.length > UNIX_PATH_MAX) {
                throw new IllegalArgumentException("a UNIX address has at most " + UNIX_PATH_MAX + " bytes, this has "
                        + bytes.length + ": '" + new String(bytes, StandardCharsets.UTF_8) + "'");
            }
            this.bytes = bytes;
        }

        /** {@return the address that has these bytes after its family} */
        static Unix ofBytes(byte[] bytes) {
            return bytes.length == 0 ? UNNAMED : new Unix(bytes);
        }

        @Override
        public int family() {
            return SysSocket.AF_UNIX;
        }

        /** {@return whether this is the address of a socket that was never bound} */
        public boolean isUnnamed() {
            return bytes.length == 0;
        }

        /** {@return whether this is an abstract name} */
        public boolean isAbstract() {
            return bytes.length > 0 && bytes[0] == 0;
        }

        /**
         * The path, or the abstract name without its leading NUL, as UTF-8.
         *
         * @return the text, empty for an unnamed address
         */
        public String name() {
            int start = isAbstract() ? 1 : 0;
            return new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
        }

        /**
         * What follows the family in the host's structure.
         *
         * @return a copy of the bytes; an abstract name begins with NUL
         */
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Unix unix && Arrays.equals(bytes, unix.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        /** {@return the path, {@code @name} for an abstract name, {@code (unnamed)} for none} */
        @Override
        public String toString() {
            return isUnnamed() ? "(unnamed)" : isAbstract() ? "@" + name() : name();
        }
    }

    /**
     * A netlink address.
     *
     * @param portId unsigned; 0 is the kernel
     * @param groups a bit for each of the groups 1 to 32, bit 0 for group 1
     */
    record Netlink(int portId, int groups) implements SockAddr {

        @Override
        public int family() {
            return SysSocket.AF_NETLINK;
        }

        /** {@return {@code netlink:4711/0x1}, port id and group mask} */
        @Override
        public String toString() {
            return "netlink:" + Integer.toUnsignedString(portId) + "/0x" + Integer.toHexString(groups);
        }
    }

    /** An address of any other family, as the host's own bytes. */
    final class Raw implements SockAddr {

        private final int family;
        private final byte[] data;

        /**
         * An address as bytes.
         *
         * @param family the family, 0 to 65535
         * @param data what follows the family's two bytes in the host's structure; is copied
         * @throws IllegalArgumentException if the family is out of range, or there are more bytes
         *         than {@code struct sockaddr_storage} holds (126)
         */
        public Raw(int family, byte[] data) {
            if (family < 0 || family > 0xffff) {
                throw new IllegalArgumentException("an address family is 0 to 65535, not " + family);
            }
            if (data.length > SockAddrBuffer.CAPACITY - 2) {
                throw new IllegalArgumentException("an address has at most " + (SockAddrBuffer.CAPACITY - 2)
                        + " bytes after its family, this has " + data.length);
            }
            this.family = family;
            this.data = data.clone();
        }

        @Override
        public int family() {
            return family;
        }

        /**
         * What follows the family in the host's structure.
         *
         * @return a copy of the bytes
         */
        public byte[] data() {
            return data.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Raw raw && family == raw.family && Arrays.equals(data, raw.data);
        }

        @Override
        public int hashCode() {
            return 31 * family + Arrays.hashCode(data);
        }

        /** {@return {@code af17:0102...}, the family's number and the bytes in hex} */
        @Override
        public String toString() {
            return "af" + family + ":" + HexFormat.of().formatHex(data);
        }
    }

    private static void checkPort(int port) {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
        }
    }
}
