// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static ksock.api.Errno.*;
import static ksock.api.KernelSocket.IN_PROGRESS;
import static ksock.api.NetinetIn.IPPROTO_MPTCP;
import static ksock.api.NetinetIn.IPPROTO_UDPLITE;
import static ksock.api.SysPoll.POLLOUT;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.TCP4;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** Protocols beside TCP and UDP, and a family that has no address of its own here; where the host has them. */
class OtherProtocolsTest {

    private static final int UDPLITE_SEND_CSCOV = 10;
    private static final int SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW = 8;
    private static final int VMADDR_ANY = -1;
    private static final int VMADDR_CID_LOCAL = 1;

    @TestFactory
    Stream<DynamicContainer> mptcp() {
        return onBothThreads("MPTCP", () -> Stream.of(
                row("carries bytes both ways", OtherProtocolsTest::mptcpPair, pair -> {
                    assertThat(pair.near().getsockopt(SOL_SOCKET, SO_PROTOCOL)).isEqualTo(IPPROTO_MPTCP);
                    assertThat(pair.far().protocol()).isEqualTo(IPPROTO_MPTCP);
                    Ground.send(pair.near(), "there");
                    assertThat(Ground.recv(pair.far(), 5, MSG_WAITALL)).isEqualTo("there");
                    Ground.send(pair.far(), "back");
                    assertThat(Ground.recv(pair.near(), 2, MSG_PEEK)).isEqualTo("ba");
                    assertThat(Ground.recv(pair.near(), 4, MSG_WAITALL)).isEqualTo("back");
                }, OK),
                row("ends one way at a time", OtherProtocolsTest::mptcpPair, pair -> {
                    pair.near().shutdown(SHUT_WR);
                    assertThat(Ground.recv(pair.far(), 1)).isEmpty();
                    Ground.send(pair.far(), "still");
                    assertThat(Ground.recv(pair.near(), 5, MSG_WAITALL)).isEqualTo("still");
                    Ground.send(pair.near(), "no more");
                }, EPIPE),
                row("finds nobody", OtherProtocolsTest::mptcp, Made::refused, ECONNREFUSED),
                row("connects without waiting", OtherProtocolsTest::mptcp, made -> {
                    KernelSocket listener = made.ground.listening(TCP4);
                    made.ground.nonBlocking(made.socket);
                    assertThat(made.socket.connect(listener.getsockname())).isEqualTo(IN_PROGRESS);
                    assertThat(made.ground.await(made.socket, POLLOUT)).isEqualTo(POLLOUT);
                    return made.socket.getsockopt(SOL_SOCKET, SO_ERROR);
                }, 0),
                row("tells of what comes, and of the end", OtherProtocolsTest::mptcpPair, pair -> {
                    BlockingQueue<String> told = telling(pair.far());
                    Ground.send(pair.near(), "x");
                    assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("recv x");
                    pair.near().close();
                    assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("end");
                    pair.far().callbacks(null, null);
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> udplite() {
        return onBothThreads("UDP-Lite", () -> Stream.of(
                row("carries datagrams", OtherProtocolsTest::udplitePair, pair -> {
                    Ground.send(pair.near(), "a datagram");
                    return Ground.recv(pair.far(), 64).length();
                }, "a datagram".length()),
                row("covers as much by its checksum as is said", OtherProtocolsTest::udplitePair, pair -> {
                    pair.near().setsockopt(IPPROTO_UDPLITE, UDPLITE_SEND_CSCOV, 8);
                    Ground.send(pair.near(), "covered in part");
                    assertThat(Ground.recv(pair.far(), 64)).isEqualTo("covered in part");
                    return pair.near().getsockopt(IPPROTO_UDPLITE, UDPLITE_SEND_CSCOV);
                }, 8),
                row("tells of what comes", OtherProtocolsTest::udplitePair, pair -> {
                    BlockingQueue<String> told = telling(pair.far());
                    Ground.send(pair.near(), "x");
                    assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("recv x");
                    pair.far().callbacks(null, null);
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> vsock() {
        return onBothThreads("VSOCK, by raw addresses", () -> Stream.of(
                row("the host chooses a port", OtherProtocolsTest::vsock, made -> {
                    made.socket.bind(vsockAddress(VMADDR_ANY, VMADDR_ANY));
                    SockAddr.Raw bound = (SockAddr.Raw) made.socket.getsockname();
                    assertThat(bound.family()).isEqualTo(AF_VSOCK);
                    ByteBuffer data = ByteBuffer.wrap(bound.data()).order(ByteOrder.nativeOrder());
                    assertThat(data.getInt(2)).as("port").isNotIn(0, VMADDR_ANY);
                    made.socket.listen(1);
                    assertThat(made.ground.nonBlocking(made.socket).accept()).isNull();
                }, OK),
                row("an address that is too short", OtherProtocolsTest::vsock,
                        made -> made.socket.bind(new SockAddr.Raw(AF_VSOCK, new byte[4])), EINVAL),
                row("finds nobody, again and again", OtherProtocolsTest::vsock, made -> {
                    for (int i = 0; i < 3; i++) {
                        KernelSocketException failure = catchThrowableOfType(KernelSocketException.class,
                                () -> made.socket.connect(vsockAddress(4711, VMADDR_CID_LOCAL)));
                        // Without a way to there; with one, without a listener.
                        assertThat(failure.errno()).isIn(ENODEV, ENETUNREACH, ETIMEDOUT, ECONNRESET);
                    }
                }, OK),
                row("carries bytes, where there is a way to there", OtherProtocolsTest::vsockPair, pair -> {
                    BlockingQueue<String> told = telling(pair.far());
                    Ground.send(pair.near(), "x");
                    assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("recv x");
                    Ground.send(pair.far(), "back");
                    assertThat(Ground.recv(pair.near(), 4, MSG_WAITALL)).isEqualTo("back");
                    pair.near().close();
                    assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("end");
                    pair.far().callbacks(null, null);
                }, OK)));
    }

    /** A socket of a protocol that the host may lack. */
    private record Made(Ground ground, KernelSocket socket) {

        void refused() throws KernelSocketException {
            socket.connect(ground.deserted(TCP4));
        }
    }

    private static Made made(Ground ground, int domain, int type, int protocol) throws KernelSocketException {
        assumeTrue(ground.sockets().supports(domain, type, protocol), "not on this host");
        return new Made(ground, ground.socket(domain, type, protocol));
    }

    private static Made mptcp(Ground ground) throws KernelSocketException {
        return made(ground, AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
    }

    private static Made vsock(Ground ground) throws KernelSocketException {
        Made made = made(ground, AF_VSOCK, SOCK_STREAM, 0);
        // A tenth of a second, as a struct timeval; the host would take two.
        made.socket.setsockopt(AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW,
                MemorySegment.ofArray(new long[] {0, 100_000}));
        return made;
    }

    private static Ground.Pair mptcpPair(Ground ground) throws KernelSocketException {
        KernelSocket listener = mptcp(ground).socket;
        listener.bind(SockAddr.loopback4(0));
        listener.listen(1);
        KernelSocket near = mptcp(ground).socket;
        near.connect(listener.getsockname());
        return new Ground.Pair(near, ground.adopt(listener.accept()));
    }

    private static Ground.Pair udplitePair(Ground ground) throws KernelSocketException {
        KernelSocket far = made(ground, AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE).socket;
        far.bind(SockAddr.loopback4(0));
        KernelSocket near = made(ground, AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE).socket;
        near.connect(far.getsockname());
        return new Ground.Pair(near, far);
    }

    private static Ground.Pair vsockPair(Ground ground) throws KernelSocketException {
        KernelSocket listener = vsock(ground).socket;
        listener.bind(vsockAddress(VMADDR_ANY, VMADDR_ANY));
        listener.listen(1);
        int port = ByteBuffer.wrap(((SockAddr.Raw) listener.getsockname()).data()).order(ByteOrder.nativeOrder())
                .getInt(2);
        KernelSocket near = vsock(ground).socket;
        try {
            near.connect(vsockAddress(port, VMADDR_CID_LOCAL));
        } catch (KernelSocketException e) {
            assumeTrue(e.errno() == ECONNRESET, "no way to itself on this host: " + e.errno());
            throw e;
        }
        return new Ground.Pair(near, ground.adopt(listener.accept()));
    }

    /** {@code struct sockaddr_vm} behind its family. */
    private static SockAddr vsockAddress(int port, int cid) {
        return new SockAddr.Raw(AF_VSOCK, ByteBuffer.allocate(14).order(ByteOrder.nativeOrder())
                .putShort((short) 0).putInt(port).putInt(cid).array());
    }

    /** What the recv callback of a socket takes, and that the end has come, once. */
    private static BlockingQueue<String> telling(KernelSocket socket) throws KernelSocketException {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        byte[] data = new byte[64];
        socket.callbacks(SocketCallbacks.builder().recv((s, arg, length) -> {
            for (long count = s.recv(data, 0, data.length, 0); count >= 0; count = s.recv(data, 0, data.length, 0)) {
                if (count == 0) {
                    told.add("end");
                    break;
                }
                told.add("recv " + new String(data, 0, (int) count, US_ASCII));
            }
        }).build(), null);
        return told;
    }
}
