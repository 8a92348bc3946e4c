// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.EADDRINUSE;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.NetinetIn.*;
import static ksock.api.SysIoctl.FIONBIO;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.TCP4;
import static ksock.impl.conformance.SocketKind.TCP6;
import static ksock.impl.conformance.SocketKind.UDP4;
import static ksock.impl.conformance.SocketKind.UDP6;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** gVisor's socket_inet_loopback and socket_ipv4_udp_unbound: who may have a port that somebody else has. */
class PortReuseTest {

    private static final int PORTS_TRIED = 10;

    /** Where to. */
    private enum Address { ANY4, LOOP4, ANY6, LOOP6, MAPPED }

    /** How a socket asks. */
    private enum Share {
        NONE(false, false), ADDR(true, false), PORT(false, true), BOTH(true, true);

        private final boolean address;
        private final boolean port;

        Share(boolean address, boolean port) {
            this.address = address;
            this.port = port;
        }
    }

    @TestFactory
    Stream<DynamicContainer> ofTwoFamilies() {
        return Stream.of(TCP4, UDP4).flatMap(kind -> onBothThreads(kind == TCP4 ? "TCP" : "UDP", () -> Stream.of(
                taken("DualStackV6AnyReservesEverything, 127.0.0.1", kind, Address.ANY6, false, Address.LOOP4, true),
                taken("DualStackV6AnyReservesEverything, 0.0.0.0", kind, Address.ANY6, false, Address.ANY4, true),
                taken("DualStackV6AnyReservesEverything, ::1", kind, Address.ANY6, false, Address.LOOP6, true),
                taken("DualStackV6AnyReservesEverything, mapped", kind, Address.ANY6, false, Address.MAPPED, true),
                taken("V6OnlyV6AnyReservesV6, 127.0.0.1 is free", kind, Address.ANY6, true, Address.LOOP4, false),
                taken("V6OnlyV6AnyReservesV6, 0.0.0.0 is free", kind, Address.ANY6, true, Address.ANY4, false),
                taken("V6OnlyV6AnyReservesV6, ::1", kind, Address.ANY6, true, Address.LOOP6, true),
                taken("the IPv4 loopback leaves ::1", kind, Address.LOOP4, false, Address.LOOP6, false),
                taken("the IPv4 loopback, any IPv4", kind, Address.LOOP4, false, Address.ANY4, true),
                taken("the IPv4 loopback, any of both", kind, Address.LOOP4, false, Address.ANY6, true),
                taken("V4MappedLoopbackOnlyReservesV4, 127.0.0.1", kind, Address.MAPPED, false, Address.LOOP4, true),
                taken("V4MappedLoopbackOnlyReservesV4, ::1 is free", kind, Address.MAPPED, false, Address.LOOP6,
                        false))));
    }

    @TestFactory
    Stream<DynamicContainer> ofOptions() {
        return Stream.of(TCP4, TCP6, UDP4, UDP6).flatMap(kind -> onBothThreads(kind.name(), () -> Stream.of(
                shared("BindNoReuse", kind, true, Share.NONE, Share.NONE),
                shared("PortReuseTwoSockets, both", kind, false, Share.PORT, Share.PORT),
                shared("PortReuseTwoSockets, the first alone", kind, true, Share.PORT, Share.NONE),
                shared("PortReuseTwoSockets, the second alone", kind, true, Share.NONE, Share.PORT),
                shared("MultipleBindsAllowedNoListeningReuseAddr", kind, false, Share.ADDR, Share.ADDR, Share.ADDR),
                shared("BindReuseAddr, the first alone", kind, true, Share.ADDR, Share.NONE),
                shared("BindReuseAddr, the second alone", kind, true, Share.NONE, Share.ADDR),
                shared("BindReuseAddrThenReusePort", kind, true, Share.ADDR, Share.PORT),
                shared("BindReusePortThenReuseAddr", kind, true, Share.PORT, Share.ADDR),
                shared("BindReuseAddrReusePortConvertibleToReusePort", kind, false, Share.BOTH, Share.PORT),
                shared("BindReuseAddrReusePortConvertibleToReuseAddr", kind, false, Share.BOTH, Share.ADDR),
                shared("BindDoubleReuseAddrReusePortThenReusePort", kind, false, Share.BOTH, Share.BOTH, Share.PORT),
                shared("BindDoubleReuseAddrReusePortThenReuseAddr", kind, false, Share.BOTH, Share.BOTH, Share.ADDR))));
    }

    @TestFactory
    Stream<DynamicContainer> ofListenersAndConnections() {
        return Stream.of(TCP4, TCP6).flatMap(kind -> onBothThreads(kind.name(), () -> Stream.of(
                row("SO_REUSEADDR beside a listener: bind", g -> {
                    KernelSocket first = bound(g, kind, Share.ADDR, 0);
                    first.listen(5);
                    return new Object[] {g, first};
                }, both -> bound((Ground) both[0], kind, Share.ADDR, port((KernelSocket) both[1])), EADDRINUSE),
                row("SO_REUSEADDR: of two that are bound only one listens", g -> {
                    KernelSocket first = bound(g, kind, Share.ADDR, 0);
                    KernelSocket second = bound(g, kind, Share.ADDR, port(first));
                    first.listen(5);
                    return second;
                }, second -> second.listen(5), EADDRINUSE),
                row("SO_REUSEPORT: both listen", g -> {
                    KernelSocket first = bound(g, kind, Share.PORT, 0);
                    KernelSocket second = bound(g, kind, Share.PORT, port(first));
                    first.listen(5);
                    return second;
                }, second -> second.listen(5), OK),
                row("DualStackV6AnyReuseAddrDoesNotReserveV4Any", g -> ofBoth(g, kind, false),
                        both -> any4((Ground) both[0], port((KernelSocket) both[1])), OK),
                row("DualStackV6AnyReuseAddrListenReservesV4Any", g -> ofBoth(g, kind, true),
                        both -> any4((Ground) both[0], port((KernelSocket) both[1])), EADDRINUSE),
                row("TcpPortReuse: each connection comes to one of them", g -> {
                    List<KernelSocket> listeners = new ArrayList<>();
                    listeners.add(bound(g, kind, Share.PORT, 0));
                    listeners.add(bound(g, kind, Share.PORT, port(listeners.getFirst())));
                    for (KernelSocket listener : listeners) {
                        listener.listen(40);
                        listener.ioctl(FIONBIO, 1);
                    }
                    for (int i = 0; i < 30; i++) {
                        g.socket(kind).connect(listeners.getFirst().getsockname());
                    }
                    return new Object[] {g, listeners.get(0), listeners.get(1)};
                }, all -> accepted((Ground) all[0], (KernelSocket) all[1])
                        + accepted((Ground) all[0], (KernelSocket) all[2]), 30),
                row("EphemeralPortReserved: a client's port", g -> {
                    Ground.Pair pair = g.connected(kind);
                    return new Object[] {g, pair.near()};
                }, both -> bound((Ground) both[0], kind, Share.NONE, port((KernelSocket) both[1])), EADDRINUSE),
                row("EphemeralPortReservedReuseAddr: not even if the other asks for it", g -> {
                    Ground.Pair pair = g.connected(kind);
                    return new Object[] {g, pair.near()};
                }, both -> bound((Ground) both[0], kind, Share.ADDR, port((KernelSocket) both[1])), EADDRINUSE),
                row("AcceptedReleasesNothing: the listener's port is the accepted one's", g -> {
                    Ground.Pair pair = g.connected(kind);
                    return new Object[] {g, pair.far()};
                }, both -> bound((Ground) both[0], kind, Share.NONE, port((KernelSocket) both[1])), EADDRINUSE),
                row("TCPPassiveCloseNoTimeWait: who closes second keeps no port", g -> {
                    KernelSocket listener = g.listening(kind);
                    KernelSocket client = g.socket(kind);
                    client.connect(listener.getsockname());
                    KernelSocket accepted = g.adopt(listener.accept());
                    listener.close();
                    int port = port(accepted);
                    client.shutdown(SHUT_WR);
                    assertThat(Ground.recv(accepted, 1)).isEmpty();
                    accepted.close();
                    assertThat(Ground.recv(client, 1)).isEmpty();
                    return new Object[] {g, port};
                }, both -> bound((Ground) both[0], kind, Share.ADDR, (int) both[1]), OK))));
    }

    @TestFactory
    Stream<DynamicContainer> ofDatagrams() {
        return Stream.of(UDP4, UDP6).flatMap(kind -> onBothThreads(kind.name(), () -> Stream.of(
                row("UdpPortReuse: each datagram comes to one of them", g -> {
                    KernelSocket first = bound(g, kind, Share.PORT, 0);
                    KernelSocket second = bound(g, kind, Share.PORT, port(first));
                    for (int i = 0; i < 30; i++) {
                        KernelSocket sender = g.socket(kind);
                        sender.connect(first.getsockname());
                        Ground.send(sender, "x");
                    }
                    return new Ground.Pair(first, second);
                }, pair -> received(pair.near()) + received(pair.far()), 30),
                row("ReuseAddrDistribution: one of them has them all", g -> {
                    KernelSocket first = bound(g, kind, Share.ADDR, 0);
                    KernelSocket second = bound(g, kind, Share.ADDR, port(first));
                    for (int i = 0; i < 10; i++) {
                        KernelSocket sender = g.socket(kind);
                        sender.connect(first.getsockname());
                        Ground.send(sender, "x");
                    }
                    return new Ground.Pair(first, second);
                }, pair -> Math.max(received(pair.near()), received(pair.far())), 10),
                row("BindReuseAddrReusePortConversionReversable", g -> {
                    KernelSocket first = bound(g, kind, Share.BOTH, 0);
                    bound(g, kind, Share.PORT, port(first)).close();
                    return new Object[] {g, first};
                }, both -> bound((Ground) both[0], kind, Share.ADDR, port((KernelSocket) both[1])), OK),
                row("a port that is free again", g -> {
                    KernelSocket first = bound(g, kind, Share.NONE, 0);
                    int port = port(first);
                    first.close();
                    return new Object[] {g, port};
                }, both -> bound((Ground) both[0], kind, Share.NONE, (int) both[1]), OK))));
    }

    /** One is bound, and then another to the same port elsewhere. */
    private static DynamicTest taken(String name, SocketKind kind, Address first, boolean v6Only, Address second,
            boolean refused) {
        Table.SetUp<Object[]> setUp = g -> new Object[] {g, boundFirst(g, kind, first, v6Only)};
        Table.Action<Object[]> bindSecond = both -> ofFamily((Ground) both[0], kind, second)
                .bind(address(second, port((KernelSocket) both[1])));
        if (refused) {
            return row(name, setUp, bindSecond, EADDRINUSE);
        }
        // The port that the first was given may by chance be somebody else's at the second's address, or have been his.
        return row(name, g -> g, g -> {
            for (int tries = 1;; tries++) {
                try {
                    bindSecond.on(setUp.on(g));
                    return;
                } catch (KernelSocketException e) {
                    if (e.errno() != EADDRINUSE || tries == PORTS_TRIED) {
                        throw e;
                    }
                }
            }
        }, OK);
    }

    private static KernelSocket boundFirst(Ground ground, SocketKind kind, Address address, boolean v6Only)
            throws KernelSocketException {
        KernelSocket socket = ofFamily(ground, kind, address);
        if (socket.domain() == AF_INET6) {
            socket.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, v6Only ? 1 : 0);
        }
        socket.bind(address(address, 0));
        return socket;
    }

    /** Several are bound to one port of the loopback, each asking in its way; the last is refused or not. */
    private static DynamicTest shared(String name, SocketKind kind, boolean refused, Share... shares) {
        Table.SetUp<Object[]> setUp = g -> {
            KernelSocket first = bound(g, kind, shares[0], 0);
            for (int i = 1; i < shares.length - 1; i++) {
                bound(g, kind, shares[i], port(first));
            }
            return new Object[] {g, first};
        };
        Table.Action<Object[]> call = both ->
                bound((Ground) both[0], kind, shares[shares.length - 1], port((KernelSocket) both[1]));
        return refused ? row(name, setUp, call, EADDRINUSE) : row(name, setUp, call, OK);
    }

    private static KernelSocket bound(Ground ground, SocketKind kind, Share share, int port)
            throws KernelSocketException {
        KernelSocket socket = ground.socket(kind);
        socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, share.address ? 1 : 0);
        socket.setsockopt(SOL_SOCKET, SO_REUSEPORT, share.port ? 1 : 0);
        socket.bind(kind.domain() == AF_INET ? SockAddr.loopback4(port) : SockAddr.loopback6(port));
        return socket;
    }

    /** Bound to any address of both families, sharing it. */
    private static Object[] ofBoth(Ground ground, SocketKind kind, boolean listening) throws KernelSocketException {
        KernelSocket socket = ground.socket(AF_INET6, kind.type(), 0);
        socket.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 0);
        socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
        socket.bind(address(Address.ANY6, 0));
        if (listening) {
            socket.listen(1);
        }
        return new Object[] {ground, socket};
    }

    private static void any4(Ground ground, int port) throws KernelSocketException {
        KernelSocket socket = ground.socket(TCP4);
        socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
        socket.bind(address(Address.ANY4, port));
    }

    private static KernelSocket ofFamily(Ground ground, SocketKind kind, Address address)
            throws KernelSocketException {
        boolean four = address == Address.ANY4 || address == Address.LOOP4;
        return ground.socket(four ? AF_INET : AF_INET6, kind.type(), 0);
    }

    private static SockAddr address(Address address, int port) {
        return switch (address) {
            case ANY4 -> SockAddr.inet4(INADDR_ANY, port);
            case LOOP4 -> SockAddr.loopback4(port);
            case ANY6 -> SockAddr.inet("::", port);
            case LOOP6 -> SockAddr.loopback6(port);
            case MAPPED -> new SockAddr.Inet6(0, 0xffff_7f00_0001L, port, 0, 0);
        };
    }

    private static int port(KernelSocket socket) throws KernelSocketException {
        return switch (socket.getsockname()) {
            case SockAddr.Inet4 inet -> inet.port();
            case SockAddr.Inet6 inet -> inet.port();
            case SockAddr other -> throw new AssertionError("no port: " + other);
        };
    }

    private static long accepted(Ground ground, KernelSocket listener) throws KernelSocketException {
        long count = 0;
        for (KernelSocket one = listener.accept(); one != null; one = listener.accept()) {
            ground.adopt(one);
            count++;
        }
        return count;
    }

    private static long received(KernelSocket socket) throws KernelSocketException {
        long count = 0;
        while (socket.recv(new byte[8], 0, 8, MSG_DONTWAIT) != WOULD_BLOCK) {
            count++;
        }
        return count;
    }
}
