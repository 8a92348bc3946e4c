// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_INET6;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SHUT_RD;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the callbacks of sockets without connections are told: UNIX datagrams, UDP over IPv4 and IPv6. */
@Timeout(300)
class DatagramCallbacksTest {

    private static final byte[] DATA = new byte[100];

    private final Sockets sockets = new Sockets();
    private final Recorder recorder = new Recorder();

    enum Kind {
        UNIX(AF_UNIX), UDP4(AF_INET), UDP6(AF_INET6);

        private final int domain;

        Kind(int domain) {
            this.domain = domain;
        }

        /** Bound to an address that nobody else has. */
        KernelSocket bound(Sockets sockets) throws KernelSocketException {
            KernelSocket socket = sockets.socket(domain, SOCK_DGRAM);
            socket.bind(switch (this) {
                case UNIX -> SockAddr.Unix.UNNAMED;
                case UDP4 -> SockAddr.loopback4(0);
                case UDP6 -> SockAddr.loopback6(0);
            });
            Sockets.nonBlocking(socket);
            return socket;
        }
    }

    @AfterEach
    void close() {
        sockets.close();
        assertThat(recorder.overlaps).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfEachDatagramWithItsLengthWhereThatIsAskedFor(Kind kind) throws Exception {
        KernelSocket receiver = kind.bound(sockets);
        KernelSocket sender = kind.bound(sockets);
        receiver.countReceived(true);
        receiver.callbacks(recorder.all(), null);
        for (int i = 1; i <= 3; i++) {
            sender.sendto(ByteBuffer.wrap(DATA, 0, i), 0, receiver.getsockname());
            recorder.expect("recv(" + i + ')');
            int total = i * (i + 1) / 2;
            await().untilAsserted(() -> assertThat(recorder.received).hasValue(total));
        }
        Sockets.settle();
        assertThat(recorder.rest()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfWhatWasThereBeforeAndAgainOnRequest(Kind kind) throws Exception {
        KernelSocket receiver = kind.bound(sockets);
        kind.bound(sockets).sendto(ByteBuffer.wrap(DATA), 0, receiver.getsockname());
        recorder.taking = false;
        receiver.callbacks(recorder.all(), null);
        recorder.expect("recv(-1)");
        recorder.taking = true;
        receiver.rearm();
        recorder.expect("recv(-1)");
        await().untilAsserted(() -> assertThat(recorder.received).hasValue(100));
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfAnEmptyDatagramAsOfAnyOther(Kind kind) throws Exception {
        KernelSocket receiver = kind.bound(sockets);
        receiver.countReceived(true);
        recorder.taking = false;
        receiver.callbacks(recorder.all(), null);
        kind.bound(sockets).sendto(ByteBuffer.allocate(0), 0, receiver.getsockname());
        // recv(0) would be the end.
        recorder.expect("recv(-1)");
        assertThat(receiver.recv(new byte[1], 0, 1, 0)).isZero();
        assertThat(receiver.recv(new byte[1], 0, 1, 0)).isEqualTo(KernelSocket.WOULD_BLOCK);
    }

    @ParameterizedTest
    @EnumSource
    void shouldCallItConnectedOnceItHasAPeerAndOnlyOnce(Kind kind) throws Exception {
        KernelSocket socket = kind.bound(sockets);
        socket.callbacks(recorder.all(), null);
        socket.connect(kind.bound(sockets).getsockname());
        recorder.expect("connected");
        socket.connect(kind.bound(sockets).getsockname());
        Sockets.settle();
        assertThat(recorder.rest()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfNoEndWhenItIsShutForReceiving(Kind kind) throws Exception {
        KernelSocket socket = kind.bound(sockets);
        socket.connect(kind.bound(sockets).getsockname());
        socket.callbacks(recorder.all(), null);
        recorder.expect("connected");
        socket.shutdown(SHUT_RD);
        Sockets.settle();
        // A receive that does not wait gives EAGAIN, before and after: Linux knows no end of datagrams there.
        assertThat(socket.recv(new byte[1], 0, 1, 0)).isEqualTo(KernelSocket.WOULD_BLOCK);
        assertThat(recorder.rest()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"UDP4", "UDP6"})
    void shouldTellOfAnErrorThatTheReceiverThenMeets(Kind kind) throws Exception {
        KernelSocket gone = kind.bound(sockets);
        SockAddr nobody = gone.getsockname();
        gone.close();
        KernelSocket socket = kind.bound(sockets);
        socket.connect(nobody);
        recorder.taking = false;
        socket.callbacks(recorder.all(), null);
        recorder.expect("connected");
        socket.send(DATA, 0, 1, 0);
        recorder.expect("recv(-1)");
        assertThatThrownBy(() -> socket.recv(new byte[1], 0, 1, 0)).hasMessageContaining("ECONNREFUSED");
        Sockets.settle();
        assertThat(recorder.rest()).as("no disconnect").isEmpty();
    }

    @Test
    void shouldTellOfRoomAfterAFullUnixPeerWasRead() throws Exception {
        KernelSocket receiver = Kind.UNIX.bound(sockets);
        KernelSocket sender = Kind.UNIX.bound(sockets);
        sender.connect(receiver.getsockname());
        sender.callbacks(recorder.all(), null);
        recorder.expect("connected");
        int sent = 0;
        while (sender.send(DATA, 0, 1, 0) != KernelSocket.WOULD_BLOCK) {
            sent++;
        }
        assertThat(sent).isPositive();
        for (int i = 0; i < sent; i++) {
            assertThat(receiver.recv(DATA, 0, 100, MSG_DONTWAIT)).isOne();
        }
        assertThat(recorder.next()).isEqualTo("xmit(1)");
        assertThat(sender.send(DATA, 0, 1, 0)).isOne();
        Sockets.settle();
        assertThat(recorder.rest()).isEmpty();
    }

    @Test
    void shouldTellAUnixSocketThatItsPeerHasOthersToTalkTo() throws Exception {
        KernelSocket faithless = Kind.UNIX.bound(sockets);
        KernelSocket left = Kind.UNIX.bound(sockets);
        faithless.connect(left.getsockname());
        left.connect(faithless.getsockname());
        recorder.taking = false;
        left.callbacks(recorder.all(), null);
        recorder.expect("connected");
        // Linux: what was queued for it is dropped, and it gets ECONNRESET.
        left.send(DATA, 0, 1, 0);
        faithless.connect(Kind.UNIX.bound(sockets).getsockname());
        recorder.expect("recv(-1)");
        assertThatThrownBy(() -> left.recv(new byte[1], 0, 1, 0)).hasMessageContaining("ECONNRESET");
    }
}
