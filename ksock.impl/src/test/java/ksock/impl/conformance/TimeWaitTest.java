// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.EADDRINUSE;
import static ksock.api.NetinetTcp.TCP_LINGER2;
import static ksock.api.SysPoll.POLLRDHUP;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SOL_TCP;
import static ksock.api.SysSocket.SO_REUSEADDR;
import static ksock.impl.conformance.SocketKind.TCP;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's socket_inet_loopback_isolated: who keeps a port after a connection, and for whom. */
class TimeWaitTest {

    @TestFactory
    Stream<DynamicContainer> port() {
        return each(TCP, kind -> Stream.of(
                row("TCPActiveCloseTimeWaitTest: who closes first keeps it", g -> ended(g, kind, true),
                        e -> e.ground.bound(kind, e.address), EADDRINUSE),
                row("from who would share it too", g -> ended(g, kind, true),
                        e -> reusing(e.ground, kind).bind(e.address), EADDRINUSE),
                row("TCPActiveCloseTimeWaitReuseTest: unless both share, even to listen there",
                        g -> ended(g, kind, reusing(g, kind), true), e -> {
                    KernelSocket listener = reusing(e.ground, kind);
                    listener.bind(e.address);
                    listener.listen(1);
                    e.ground.socket(kind).connect(e.address);
                    e.ground.adopt(listener.accept());
                }, OK),
                row("TCPPassiveCloseNoTimeWaitTest: who closes last does not", g -> ended(g, kind, false),
                        // Its last segment must have been acknowledged.
                        e -> await().untilAsserted(() -> assertThatCode(() -> e.ground.bound(kind, e.address))
                                .doesNotThrowAnyException()), OK),
                row("TCPFinWait2Test: nor does who still waits for the other's end let it go", g -> {
                    KernelSocket listener = g.listening(kind);
                    KernelSocket client = g.socket(kind);
                    client.connect(listener.getsockname());
                    g.adopt(listener.accept()).close();
                    g.await(client, POLLRDHUP);
                    SockAddr address = listener.getsockname();
                    listener.close();
                    return new Ended(g, address);
                }, e -> e.ground.bound(kind, e.address), EADDRINUSE),
                row("TCPLinger2TimeoutAfterClose: nor does who closes, for as long as he said", g -> {
                    KernelSocket listener = g.listening(kind);
                    // A port that is bound is nobody else's; one that connect finds, others' connections may have, too.
                    KernelSocket client = g.bound(kind);
                    client.connect(listener.getsockname());
                    KernelSocket server = g.adopt(listener.accept());
                    listener.close();
                    client.setsockopt(SOL_TCP, TCP_LINGER2, 1);
                    SockAddr address = client.getsockname();
                    client.close();
                    g.await(server, POLLRDHUP);
                    assertThatThrownBy(() -> g.bound(kind, address)).isInstanceOfSatisfying(
                            KernelSocketException.class, e -> assertThat(e.errno()).isEqualTo(EADDRINUSE));
                    return new Ended(g, address);
                }, // A second, and not the minute of the host's.
                        e -> await().atMost(Ground.PATIENCE.dividedBy(2)).untilAsserted(() -> assertThatCode(
                                () -> e.ground.bound(kind, e.address)).doesNotThrowAnyException()), OK)));
    }

    /** The address at which a connection was accepted that is over now. */
    private record Ended(Ground ground, SockAddr address) {
    }

    private static Ended ended(Ground ground, SocketKind kind, boolean actively) throws KernelSocketException {
        return ended(ground, kind, ground.socket(kind), actively);
    }

    private static Ended ended(Ground ground, SocketKind kind, KernelSocket listener, boolean actively)
            throws KernelSocketException {
        listener.bind(ground.freshAddress(kind));
        listener.listen(1);
        SockAddr address = listener.getsockname();
        KernelSocket client = ground.socket(kind);
        client.connect(address);
        KernelSocket server = ground.adopt(listener.accept());
        listener.close();
        KernelSocket first = actively ? server : client;
        KernelSocket last = actively ? client : server;
        first.close();
        ground.await(last, POLLRDHUP);
        last.close();
        return new Ended(ground, address);
    }

    private static KernelSocket reusing(Ground ground, SocketKind kind) throws KernelSocketException {
        KernelSocket socket = ground.socket(kind);
        socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
        return socket;
    }
}
