// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.EACCES;
import static ksock.api.Errno.EPERM;
import static ksock.api.LinuxNetlink.NETLINK_ROUTE;
import static ksock.api.NetinetIn.IP_TRANSPARENT;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static ksock.impl.conformance.Table.row;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import ksock.api.ControlBuffer;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.MessageHeader;
import ksock.api.NetinetIn;
import ksock.api.SockAddr;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * gVisor's socket_capability, and what else takes a privilege: what is said to those who have none. A privilege is a
 * thread's, so that each row has a platform thread of its own for its call.
 */
class PrivilegeTest {

    /** Makes the call of a row, as somebody who may not. */
    @FunctionalInterface
    private interface Call<T> {
        void on(T subject) throws Exception;
    }

    private static <T> DynamicTest refused(String name, Table.SetUp<T> setUp, Call<T> call, Errno expected) {
        return row(name, setUp, subject -> {
            Unprivileged.call(_ -> call.on(subject));
        }, expected);
    }

    @TestFactory
    Stream<DynamicTest> sockets() {
        return Stream.of(
                refused("a raw socket", g -> g, g -> g.socket(AF_INET, SOCK_RAW, NetinetIn.IPPROTO_ICMP), EPERM),
                refused("a raw socket of IPv6", g -> g, g -> g.socket(AF_INET6, SOCK_RAW, NetinetIn.IPPROTO_RAW),
                        EPERM),
                refused("a packet socket", g -> g, g -> g.socket(AF_PACKET, SOCK_RAW, 0), EPERM),
                refused("IP_TRANSPARENT", g -> g.socket(TCP4),
                        s -> s.setsockopt(NetinetIn.IPPROTO_IP, IP_TRANSPARENT, 1), EPERM),
                refused("to send to a netlink group", g -> g.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE),
                        s -> s.sendto(ByteBuffer.wrap(new byte[16]), 0, new SockAddr.Netlink(0, 1)), EPERM));
    }

    @TestFactory
    Stream<DynamicTest> addresses() {
        return Stream.of(
                refused("a port of the system's", PrivilegeTest::withReservedPorts,
                        g -> g.bound(TCP4, SockAddr.loopback4(1)), EACCES),
                refused("a port of the system's, of UDP", PrivilegeTest::withReservedPorts,
                        g -> g.bound(UDP6, SockAddr.loopback6(1)), EACCES),
                refused("a path in a directory that is read only", g -> {
                    Path folder = g.freshPath();
                    Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("r-xr-xr-x")));
                    return new At(g, SockAddr.unix(folder.resolve("s").toString()));
                }, at -> at.ground.bound(UNIX_STREAM, at.address), EACCES),
                refused("UnixConnectNeedsWritePerm", g -> readOnly(g, g.listening(UNIX_STREAM)),
                        at -> at.ground.socket(UNIX_STREAM).connect(at.address), EACCES),
                refused("nor may it be sent to", g -> readOnly(g, g.bound(UNIX_DGRAM)),
                        at -> at.ground.socket(UNIX_DGRAM).sendto(ByteBuffer.wrap(new byte[1]), 0, at.address),
                        EACCES));
    }

    @TestFactory
    Stream<DynamicTest> options() {
        return UDP.stream().flatMap(kind -> Stream.of(
                refused("SetMarkNeedsNetAdminOrRaw: " + kind, g -> g.socket(kind),
                        s -> s.setsockopt(SOL_SOCKET, SO_MARK, 1), EPERM),
                refused("SO_PRIORITY beyond 6: " + kind, g -> g.socket(kind),
                        s -> s.setsockopt(SOL_SOCKET, SO_PRIORITY, 7), EPERM),
                refused("SO_RCVBUFFORCE: " + kind, g -> g.socket(kind),
                        s -> s.setsockopt(SOL_SOCKET, SO_RCVBUFFORCE, 1 << 20), EPERM),
                refused("SO_DEBUG: " + kind, g -> g.socket(kind), s -> s.setsockopt(SOL_SOCKET, SO_DEBUG, 1), EACCES)));
    }

    @TestFactory
    Stream<DynamicTest> credentials() {
        return UNIX.stream().flatMap(kind -> Stream.of(
                refused("CredPassDifferentPIDUnprivileged: " + kind, g -> g.socketpair(kind).near(),
                        s -> s.sendmsg(credentials((int) ProcessHandle.current().parent().orElseThrow().pid(),
                                uid(), gid()), 0), EPERM),
                refused("credentials of another user: " + kind, g -> g.socketpair(kind).near(),
                        s -> s.sendmsg(credentials((int) ProcessHandle.current().pid(), uid() + 1, gid()), 0), EPERM),
                refused("credentials of another group: " + kind, g -> g.socketpair(kind).near(),
                        s -> s.sendmsg(credentials((int) ProcessHandle.current().pid(), uid(), gid() + 1), 0), EPERM)));
    }

    /** An address, and those who would use it. */
    private record At(Ground ground, SockAddr address) {
    }

    private static At readOnly(Ground ground, KernelSocket socket) throws Exception {
        SockAddr.Unix address = (SockAddr.Unix) socket.getsockname();
        Files.setPosixFilePermissions(Path.of(address.name()), PosixFilePermissions.fromString("r--r--r--"));
        return new At(ground, address);
    }

    private static Ground withReservedPorts(Ground ground) throws Exception {
        Path first = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
        assumeTrue(Integer.parseInt(Files.readString(first).trim()) > 1, "here every port is free for all");
        return ground;
    }

    private static MessageHeader credentials(int... credentials) {
        return new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]))
                .control(new ControlBuffer(32).add(SOL_SOCKET, SCM_CREDENTIALS, MemorySegment.ofArray(credentials)));
    }

    private static int uid() {
        return (int) new UnixSystem().getUid();
    }

    private static int gid() {
        return (int) new UnixSystem().getGid();
    }
}
