// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_NETLINK;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.MSG_OOB;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_RAW;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import ksock.impl.callback.Sockets.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Room, pushing back, urgent data, and datagrams. */
@Timeout(300)
class FlowTest {

    private static final byte[] DATA = new byte[16 * 1024];

    private final Sockets sockets = new Sockets();
    private final Recorder recorder = new Recorder();

    @AfterEach
    void close() {
        sockets.close();
        assertThat(recorder.overlaps).hasValue(0);
    }

    /** Sends until it is refused. */
    private static long fill(KernelSocket socket) throws KernelSocketException {
        long total = 0;
        long sent;
        while ((sent = socket.send(DATA, 0, DATA.length, MSG_DONTWAIT)) > 0) {
            total += sent;
        }
        return total;
    }

    /** As {@link #fill(KernelSocket)}, and what was on its way to a TCP peer makes no more room. */
    private static long fill(KernelSocket socket, Recorder recorder) throws Exception {
        long total = fill(socket);
        while (socket.domain() != AF_UNIX) {
            String told = recorder.told.poll(300, TimeUnit.MILLISECONDS);
            if (told == null) {
                break;
            }
            assertThat(told).isEqualTo("xmit(1)");
            total += fill(socket);
        }
        return total;
    }

    private static void drain(KernelSocket socket, long total) throws KernelSocketException {
        byte[] buffer = new byte[64 * 1024];
        for (long left = total; left > 0;) {
            left -= socket.recv(buffer, 0, buffer.length, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfRoomOnlyAfterASendWasRefused(Kind kind) throws Exception {
        KernelSocket[] pair = sockets.connected(kind);
        pair[0].callbacks(recorder.all(), null);
        recorder.expect("connected");
        pair[0].send(DATA, 0, 10, 0);
        drain(pair[1], 10);
        Sockets.settle();
        assertThat(recorder.rest()).as("nothing was refused").isEmpty();

        long total = fill(pair[0], recorder);
        Sockets.settle();
        assertThat(recorder.rest()).as("no room yet").isEmpty();
        drain(pair[1], total);
        recorder.expect("xmit(1)");
        Sockets.settle();
        assertThat(recorder.rest()).as("once").isEmpty();
    }

    @Test
    void shouldTellOfRoomWheneverTheCallbacksAreReplaced() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        KernelSocket[] pair = sockets.connected(Kind.UNIX);
        pair[0].callbacks(recorder.all(), null);
        for (int round = 0; round < 300; round++) {
            long total = fill(pair[0]);
            int spins = random.nextInt(4000);
            Thread peer = Thread.ofPlatform().start(() -> {
                try {
                    drain(pair[1], total);
                } catch (KernelSocketException e) {
                    throw new AssertionError(e);
                }
            });
            for (int spin = 0; spin < spins; spin++) {
                Thread.onSpinWait();
            }
            for (int times = random.nextInt(4); times >= 0; times--) {
                pair[0].callbacks(recorder.all(), null);
            }
            peer.join();
            String told = recorder.told.poll(60, TimeUnit.SECONDS);
            if ("connected".equals(told)) {
                told = recorder.told.poll(60, TimeUnit.SECONDS);
            }
            assertThat(told).as("round %d, seed %d", round, seed).isEqualTo("xmit(1)");
        }
    }

    @Test
    void shouldTellThatNothingCanBeSentAnyMore() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.UNIX);
        pair[0].callbacks(recorder.all(), null);
        recorder.expect("connected");
        recorder.taking = false;
        fill(pair[0]);
        pair[1].close();
        recorder.expect("xmit(0)");
    }

    @Test
    void shouldLetAReceiverHoldItsPeerBack() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.TCP);
        recorder.taking = false;
        pair[1].callbacks(recorder.all(), null);
        Recorder sender = new Recorder();
        pair[0].callbacks(sender.all(), null);
        sender.expect("connected");

        long total = fill(pair[0], sender);
        Sockets.settle();
        assertThat(sender.rest()).as("held back").isEmpty();

        recorder.taking = true;
        pair[1].rearm();
        sender.expect("xmit(1)");
        long more = fill(pair[0]);
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(recorder.received.get()).isGreaterThanOrEqualTo(total));
        assertThat(more).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"TCP", "TCP6", "UNIX"})
    void shouldTellOncePerByteOfUrgentData(Kind kind) throws Exception {
        KernelSocket[] pair = sockets.connected(kind);
        recorder.taking = false;
        pair[1].callbacks(recorder.all(), null);
        byte[] one = {42};
        for (byte urgent = 1; urgent <= 3; urgent++) {
            pair[0].send(new byte[] {urgent}, 0, 1, MSG_OOB);
            recorder.expectAfter("recv(-1)", "exception(1)");
            pair[0].send(DATA, 0, 10, 0);
            Sockets.settle();
            assertThat(recorder.rest()).as("data does not tell it again").doesNotContain("exception(1)");
            assertThat(pair[1].recv(one, 0, 1, MSG_OOB)).isEqualTo(1);
            assertThat(one[0]).isEqualTo(urgent);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TCP", "UNIX"})
    void shouldTellOfUrgentDataAlthoughTheFormerWasTakenBeforeItWasTold(Kind kind) throws Exception {
        KernelSocket[] pair = sockets.connected(kind);
        recorder.taking = false;
        pair[1].callbacks(recorder.all(), null);
        byte[] one = new byte[1];
        for (int round = 0; round < 100; round++) {
            pair[0].send(new byte[] {1}, 0, 1, MSG_OOB);
            // Not waiting for the event: now and then the byte is gone before the loop looks for it.
            while (!received(pair[1], one)) {
                Thread.onSpinWait();
            }
            Sockets.settle();
            recorder.rest();
            pair[0].send(new byte[] {2}, 0, 1, MSG_OOB);
            recorder.expectAfter("recv(-1)", "exception(1)");
            assertThat(received(pair[1], one)).isTrue();
            pair[1].recv(new byte[64], 0, 64, MSG_DONTWAIT);
        }
    }

    private static boolean received(KernelSocket socket, byte[] one) throws KernelSocketException {
        try {
            return socket.recv(one, 0, 1, MSG_OOB) == 1;
        } catch (KernelSocketException e) {
            assertThat(e.errno()).isEqualTo(Errno.EINVAL);
            return false;
        }
    }

    @Test
    void shouldTellOfUrgentDataAgainWhenTheFormerWasPassedUnread() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.TCP);
        pair[1].callbacks(recorder.all(), null);
        for (int i = 0; i < 3; i++) {
            pair[0].send(new byte[] {1}, 0, 1, MSG_OOB);
            recorder.expectAfter("recv(-1)", "exception(1)");
            // Taking what lies behind it passes it.
            pair[0].send(DATA, 0, 10, 0);
            long behind = 10L * (i + 1);
            org.awaitility.Awaitility.await()
                    .untilAsserted(() -> assertThat(recorder.received.get()).isGreaterThanOrEqualTo(behind));
            Sockets.settle();
        }
    }

    @Test
    void shouldTellOfUrgentDataAgainWhenAReceiveThatFoundNothingPassedTheFormer() throws Exception {
        KernelSocket[] pair = sockets.connected(Kind.TCP);
        recorder.taking = false;
        pair[1].callbacks(recorder.all(), null);
        for (int i = 0; i < 3; i++) {
            pair[0].send(new byte[] {1}, 0, 1, MSG_OOB);
            recorder.expectAfter("recv(-1)", "exception(1)");
            // With nothing before the mark, the host goes over it.
            assertThat(pair[1].recv(DATA, 0, DATA.length, MSG_DONTWAIT)).isEqualTo(KernelSocket.WOULD_BLOCK);
        }
    }

    @Test
    void shouldTellOfEachDatagram() throws Exception {
        KernelSocket receiver = sockets.socket(AF_INET, SOCK_DGRAM);
        receiver.bind(SockAddr.loopback4(0));
        receiver.callbacks(recorder.all(), null);
        KernelSocket sender = sockets.socket(AF_INET, SOCK_DGRAM);
        sender.connect(receiver.getsockname());
        for (int i = 1; i <= 3; i++) {
            sender.send(DATA, 0, 10, 0);
            recorder.expect("recv(-1)");
            long expected = 10L * i;
            org.awaitility.Awaitility.await()
                    .untilAsserted(() -> assertThat(recorder.received.get()).isEqualTo(expected));
        }
    }

    @Test
    void shouldNotTakeAnEmptyDatagramForAnEnd() throws Exception {
        KernelSocket receiver = sockets.socket(AF_INET, SOCK_DGRAM);
        receiver.bind(SockAddr.loopback4(0));
        receiver.callbacks(recorder.all(), null);
        receiver.countReceived(true);
        KernelSocket sender = sockets.socket(AF_INET, SOCK_DGRAM);
        sender.connect(receiver.getsockname());
        recorder.taking = false;
        sender.send(DATA, 0, 0, 0);
        recorder.expect("recv(-1)");
    }

    @Test
    void shouldLeaveADatagramsErrorToTheCallThatMeetsIt() throws Exception {
        KernelSocket nobody = sockets.socket(AF_INET, SOCK_DGRAM);
        nobody.bind(SockAddr.loopback4(0));
        SockAddr address = nobody.getsockname();
        nobody.close();
        KernelSocket sender = sockets.socket(AF_INET, SOCK_DGRAM);
        recorder.taking = false;
        sender.callbacks(recorder.all(), null);
        sender.connect(address);
        recorder.expect("connected");
        sender.send(DATA, 0, 10, 0);
        recorder.expect("recv(-1)");
        ConnectionCallbacksTest.assertErrno(Errno.ECONNREFUSED, () -> sender.recv(new byte[1], 0, 1, MSG_DONTWAIT));
    }

    @Test
    void shouldTellOfANetlinkAnswer() throws Exception {
        int routeProtocol = 0;
        try (KernelSocket route = Sockets.SERVICE.socket(AF_NETLINK, SOCK_RAW, routeProtocol)) {
            route.callbacks(recorder.all(), null);
            // nlmsghdr: RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP; rtgenmsg: AF_UNSPEC.
            ByteBuffer request = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
            request.putInt(20).putShort((short) 18).putShort((short) 0x301).putInt(1).putInt(0).putInt(0).flip();
            route.send(request, 0);
            recorder.expect("recv(-1)");
            org.awaitility.Awaitility.await().untilAsserted(() -> assertThat(recorder.received.get()).isPositive());
        }
    }
}
