// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.EACCES;
import static ksock.api.Errno.EADDRINUSE;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_BROADCAST;
import static ksock.impl.conformance.SocketKind.UDP4;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's IPv4 broadcast cases, on the loopback device: who may send to all, and who hears it. */
class BroadcastTest {

    /** Of the loopback device's net. */
    private static final String ALL = "127.255.255.255";

    @TestFactory
    Stream<DynamicContainer> broadcasts() {
        return onBothThreads("broadcasts", () -> Stream.of(
                row("sent without SO_BROADCAST", g -> g.socket(UDP4),
                        s -> s.sendto(ByteBuffer.wrap(new byte[1]), 0, SockAddr.inet(ALL, 9)), EACCES),
                row("connected without SO_BROADCAST", g -> g.socket(UDP4), s -> s.connect(SockAddr.inet(ALL, 9)),
                        EACCES),
                row("connected with it", BroadcastTest::sender, s -> s.connect(SockAddr.inet(ALL, 9)), OK),
                row("connected, and SO_BROADCAST taken back: what is connected stays so", g -> {
                    KernelSocket socket = sender(g);
                    socket.connect(SockAddr.inet(ALL, 9));
                    socket.setsockopt(SOL_SOCKET, SO_BROADCAST, 0);
                    return socket;
                }, s -> s.send(new byte[1], 0, 1, 0), 1),
                row("heard by who is bound to any address", g -> g.bound(UDP4, SockAddr.inet("0.0.0.0", 0)),
                        BroadcastTest::assertHears, OK),
                row("TestBindToBcastThenReceive", g -> g.bound(UDP4, SockAddr.inet(ALL, 0)),
                        BroadcastTest::assertHears, OK),
                row("TestBindToBcastThenSend: it can", g -> g.bound(UDP4, SockAddr.inet(ALL, 0)), s -> {
                    try (Ground ground = new Ground()) {
                        KernelSocket receiver = ground.bound(UDP4);
                        s.sendto(ByteBuffer.wrap(Ground.bytes("x")), 0, receiver.getsockname());
                        assertThat(Ground.recv(receiver.within(Ground.PATIENCE), 8)).isEqualTo("x");
                    }
                }, OK),
                row("not heard by who is bound to an address of his own", g -> g.bound(UDP4), s -> {
                    try (Ground ground = new Ground()) {
                        int port = ((SockAddr.Inet4) s.getsockname()).port();
                        sender(ground).sendto(ByteBuffer.wrap(Ground.bytes("to all")), 0, SockAddr.inet(ALL, port));
                        ground.socket(UDP4).sendto(ByteBuffer.wrap(Ground.bytes("to one")), 0, s.getsockname());
                        assertThat(Ground.recv(s.within(Ground.PATIENCE), 8)).isEqualTo("to one");
                    }
                }, OK),
                row("bound twice", g -> g.bound(UDP4, SockAddr.inet(ALL, 0)), s -> {
                    try (Ground ground = new Ground()) {
                        ground.bound(UDP4, s.getsockname());
                    }
                }, EADDRINUSE)));
    }

    private static KernelSocket sender(Ground ground) throws KernelSocketException {
        KernelSocket socket = ground.socket(UDP4);
        socket.setsockopt(SOL_SOCKET, SO_BROADCAST, 1);
        return socket;
    }

    private static void assertHears(KernelSocket receiver) throws KernelSocketException {
        try (Ground ground = new Ground()) {
            int port = ((SockAddr.Inet4) receiver.getsockname()).port();
            sender(ground).sendto(ByteBuffer.wrap(Ground.bytes("x")), 0, SockAddr.inet(ALL, port));
            assertThat(Ground.recv(receiver.within(Ground.PATIENCE), 8)).isEqualTo("x");
        }
    }
}
