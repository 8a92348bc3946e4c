// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.LinuxNetlink.*;
import static ksock.api.NetinetIn.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSockets;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** gVisor's socket, socket_netlink and socket_inet_loopback: what can be made, and what can not. */
class SocketCreationTest {

    @TestFactory
    Stream<DynamicContainer> socket() {
        return onBothThreads("socket", () -> Stream.of(
                made("ProtocolUnix, none", AF_UNIX, SOCK_STREAM, 0),
                made("ProtocolUnix, PF_UNIX", AF_UNIX, SOCK_STREAM, 1),
                refused("ProtocolUnix, another", AF_UNIX, SOCK_STREAM, IPPROTO_TCP).gives(EPROTONOSUPPORT),
                refused("ProtocolUnix, unknown type", AF_UNIX, SOCK_RDM, 0).gives(ESOCKTNOSUPPORT),
                made("ProtocolInet, TCP", AF_INET, SOCK_STREAM, IPPROTO_TCP),
                made("ProtocolInet, UDP", AF_INET, SOCK_DGRAM, IPPROTO_UDP),
                refused("ProtocolInet, UDP as stream", AF_INET, SOCK_STREAM, IPPROTO_UDP).gives(EPROTONOSUPPORT),
                refused("ProtocolInet, TCP as datagrams", AF_INET, SOCK_DGRAM, IPPROTO_TCP).gives(EPROTONOSUPPORT),
                refused("ProtocolInet, packets", AF_INET, SOCK_SEQPACKET, 0).gives(ESOCKTNOSUPPORT),
                refused("ProtocolInet, raw without protocol", AF_INET, SOCK_RAW, 0).gives(EPROTONOSUPPORT),
                refused("ProtocolInet, out of range", AF_INET, SOCK_STREAM, 1 << 20).gives(EINVAL),
                refused("ProtocolInet, negative", AF_INET, SOCK_STREAM, -1).gives(EINVAL),
                refused("unknown domain", 4711, SOCK_STREAM, 0).gives(EAFNOSUPPORT),
                refused("negative domain", -1, SOCK_STREAM, 0).gives(EAFNOSUPPORT),
                refused("AF_UNSPEC", AF_UNSPEC, SOCK_STREAM, 0).gives(EAFNOSUPPORT),
                refused("type 0", AF_INET, 0, 0).gives(ESOCKTNOSUPPORT),
                refused("type beyond the last", AF_INET, 0xf, 0).gives(EINVAL),
                refused("flags in the type", AF_INET, SOCK_STREAM | 0x100, 0).gives(EINVAL),
                refused("SOCK_NONBLOCK is no part of the type", AF_INET, SOCK_STREAM | 0x800, 0).gives(EINVAL),
                refused("SOCK_CLOEXEC is no part of the type", AF_INET, SOCK_STREAM | 0x80000, 0).gives(EINVAL),
                refused("Netlink.Types, stream", AF_NETLINK, SOCK_STREAM, NETLINK_ROUTE).gives(ESOCKTNOSUPPORT),
                refused("Netlink.Types, packets", AF_NETLINK, SOCK_SEQPACKET, NETLINK_ROUTE).gives(ESOCKTNOSUPPORT),
                refused("Netlink.Types, rdm", AF_NETLINK, SOCK_RDM, NETLINK_ROUTE).gives(ESOCKTNOSUPPORT),
                made("Netlink.Types, raw", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE),
                made("Netlink.Types, datagrams", AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE),
                refused("Netlink, protocol out of range", AF_NETLINK, SOCK_RAW, 4711).gives(EPROTONOSUPPORT)));
    }

    @TestFactory
    Stream<DynamicContainer> socketOfANamedFamily() {
        return onBothThreads("socketOfANamedFamily", () -> Stream.of(
                row("the host's", Ground::sockets, s -> s.socket(KernelSockets.HOST_FAMILY, AF_INET, SOCK_STREAM, 0)
                        .close(), OK),
                row("nobody's", Ground::sockets, s -> s.socket("nobody", AF_INET, SOCK_STREAM, 0), EAFNOSUPPORT),
                row("the empty name", Ground::sockets, s -> s.socket("", AF_INET, SOCK_STREAM, 0), EAFNOSUPPORT)));
    }

    @TestFactory
    Stream<DynamicContainer> socketpair() {
        return onBothThreads("socketpair", () -> Stream.of(
                row("UnixSocketPairProtocol", Ground::sockets, s -> closeAll(s.socketpair(AF_UNIX, SOCK_STREAM, 1)),
                        OK),
                row("UnixSocketPairProtocol, another", Ground::sockets, s -> s.socketpair(AF_UNIX, SOCK_STREAM, 255),
                        EPROTONOSUPPORT),
                row("BadCallsToSocketPair, AF_INET", Ground::sockets, s -> s.socketpair(AF_INET, SOCK_STREAM, 0),
                        EOPNOTSUPP),
                row("BadCallsToSocketPair, AF_INET6", Ground::sockets, s -> s.socketpair(AF_INET6, SOCK_DGRAM, 0),
                        EOPNOTSUPP),
                row("BadCallsToSocketPair, AF_NETLINK", Ground::sockets,
                        s -> s.socketpair(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), EOPNOTSUPP),
                row("unknown domain", Ground::sockets, s -> s.socketpair(4711, SOCK_STREAM, 0), EAFNOSUPPORT)));
    }

    @TestFactory
    Stream<DynamicContainer> identity() {
        return each(SocketKind.ALL, kind -> Stream.of(
                row("GetSockoptDomain", g -> g.socket(kind), s -> s.getsockopt(SOL_SOCKET, SO_DOMAIN), kind.domain()),
                row("GetSockoptType", g -> g.socket(kind), s -> s.getsockopt(SOL_SOCKET, SO_TYPE), kind.type()),
                row("domain()", g -> g.socket(kind), KernelSocket::domain, kind.domain()),
                row("type()", g -> g.socket(kind), KernelSocket::type, kind.type()),
                row("GetSockoptProtocol", g -> g.socket(kind), s -> s.getsockopt(SOL_SOCKET, SO_PROTOCOL),
                        kind.isUnix() ? 0 : kind.connects() ? IPPROTO_TCP : IPPROTO_UDP)));
    }

    @TestFactory
    Stream<DynamicContainer> supports() {
        return onBothThreads("supports", () -> Stream.of(
                row("TCP", Ground::sockets, s -> assertThat(s.supports(AF_INET, SOCK_STREAM, 0)).isTrue(), OK),
                row("UDP-Lite", Ground::sockets, s -> s.supports(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE), OK),
                row("no such domain", Ground::sockets, s -> assertThat(s.supports(4711, SOCK_STREAM, 0)).isFalse(),
                        OK),
                row("no such type", Ground::sockets, s -> assertThat(s.supports(AF_INET, SOCK_SEQPACKET, 0))
                        .isFalse(), OK),
                row("no such protocol", Ground::sockets, s -> assertThat(s.supports(AF_INET, SOCK_STREAM, IPPROTO_UDP))
                        .isFalse(), OK)));
    }

    private static DynamicTest made(String name, int domain, int type, int protocol) {
        return row(name, g -> g.socket(domain, type, protocol), s -> s.isOpen() ? 1 : 0, 1);
    }

    private static Refusal refused(String name, int domain, int type, int protocol) {
        return errno -> row(name, Ground::sockets, s -> s.socket(domain, type, protocol), errno);
    }

    private static void closeAll(KernelSocket... sockets) {
        for (KernelSocket socket : sockets) {
            socket.close();
        }
    }

    /** A row that lacks its error yet. */
    @FunctionalInterface
    private interface Refusal {
        DynamicTest gives(ksock.api.Errno errno);
    }
}
