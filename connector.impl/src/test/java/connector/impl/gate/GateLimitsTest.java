// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.NetlinkErrno;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnOverrunException;
import connector.client.CnSocket;
import connector.impl.netlink.PortLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class GateLimitsTest {

    private static final CbId ID = new CbId(14, 1110);

    @TempDir
    Path directory;

    private final List<CnSocket> connected = new ArrayList<>();

    private GateSettings limited(int clients, int perUser) {
        return GateSettings.at(directory.resolve("gate.sock"))
                .limits(clients, ClientLimits.DEFAULT, UserLimits.DEFAULT.clients(perUser));
    }

    private void shouldRefuseTheThird(GateSettings settings, String why) throws IOException {
        List<CnSocket> clients = new ArrayList<>();
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(settings, platform.sockets, platform.netlink)) {
            for (int i = 0; i < 2; i++) {
                CnSocket client = CnSocket.socket(settings.path());
                clients.add(client);
                client.bind(0, 0);
            }
            try (CnSocket third = CnSocket.socket(settings.path())) {
                assertThatThrownBy(third::recv).isInstanceOfSatisfying(CnException.class, e ->
                        assertThat(e.errno()).isEqualTo(NetlinkErrno.EMFILE)).hasMessageContaining(why);
            }
            assertThat(gate.toDTO().refused).isEqualTo(1);

            clients.getFirst().close();
            await().atMost(Duration.ofSeconds(60)).until(() -> gate.toDTO().clients == 1);
            try (CnSocket next = CnSocket.socket(settings.path())) {
                next.bind(0, 0);
            }
        } finally {
            clients.forEach(CnSocket::close);
        }
    }

    @Test
    void shouldRefuseOneClientTooMany() throws IOException {
        shouldRefuseTheThird(limited(2, 10), "as many clients as it may, 2");
    }

    @Test
    void shouldRefuseOneClientTooManyOfAUser() throws IOException {
        shouldRefuseTheThird(limited(10, 2), "as many clients as it may at all gates, 2");
    }

    @AfterEach
    void disconnect() {
        connected.forEach(CnSocket::close);
    }

    private CnSocket connect(GateSettings settings) throws CnException {
        CnSocket client = CnSocket.socket(settings.path());
        connected.add(client);
        return client;
    }

    @Test
    void shouldGiveNoFreshRateToAUserWhoseLastClientConnectsAgain() throws IOException {
        UserLimits once = new UserLimits(10, 1 << 20, 10, 10, 1);
        GateSettings settings = GateSettings.at(directory.resolve("gate.sock"))
                .limits(10, ClientLimits.DEFAULT, once);
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(settings, platform.sockets, platform.netlink)) {
            platform.connector.addCallback(ID, "test", (msg, sender) -> { });
            // Sooner or later two of them come within the second that the rate takes to fill up.
            await().atMost(Duration.ofSeconds(60)).until(
                    () -> sentByAClientOfItsOwn(settings.path(), gate) == NetlinkErrno.EAGAIN);
        }
    }

    private static int sentByAClientOfItsOwn(Path path, Gate gate) throws IOException {
        try (CnSocket client = CnSocket.socket(path)) {
            return client.sendAcked(new CnMessage(14, 1110, 1, 0, new byte[0]), 0, 0).errno();
        } finally {
            await().atMost(Duration.ofSeconds(60)).until(() -> gate.toDTO().clients == 0);
        }
    }

    private GateSettings with(PortLimits port, int messagesPerSecond, UserLimits user) {
        return GateSettings.at(directory.resolve("gate.sock"))
                .limits(100, new ClientLimits(port, messagesPerSecond), user);
    }

    @Test
    void shouldDropWhatIsTooManyASecondAndSaySoWhereAskedWithoutHoldingUpAnother() throws IOException {
        GateSettings settings = with(PortLimits.DEFAULT, 20, UserLimits.DEFAULT);
        AtomicInteger delivered = new AtomicInteger();
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(settings, platform.sockets, platform.netlink)) {
            CnSocket flood = connect(settings);
            CnSocket other = connect(settings);
            platform.connector.addCallback(ID, "test", (msg, sender) -> delivered.incrementAndGet());
            Set<Integer> errnos = new TreeSet<>();
            int accepted = 0;
            int sent = 0;
            // However slow this machine is just now, at some time a second's worth is used up.
            while (errnos.size() < 2) {
                int errno = flood.sendAcked(new CnMessage(ID.idx(), ID.val(), sent++, 0, new byte[0]), 0, 0).errno();
                errnos.add(errno);
                accepted += errno == 0 ? 1 : 0;
            }
            assertThat(errnos).containsExactly(0, NetlinkErrno.EAGAIN);
            assertThat(accepted).isGreaterThanOrEqualTo(20);
            assertThat(other.sendAcked(new CnMessage(ID.idx(), ID.val(), 0, 0, new byte[0]), 0, 0).isOk())
                    .as("another client of the same user has a bucket of its own").isTrue();
            assertThat(delivered).hasValue(accepted + 1);
            assertThat(gate.toDTO().limited).isEqualTo(1);
            assertThat(gate.toDTO().users).singleElement().satisfies(user -> {
                assertThat(user.limited).isEqualTo(1);
                assertThat(user.clients).isEqualTo(2);
            });
        }
    }

    @Test
    void shouldLimitAUsersMessagesOverAllItsClients() throws IOException {
        GateSettings settings = with(PortLimits.DEFAULT, 0, new UserLimits(10, 1 << 20, 10, 10, 5));
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(settings, platform.sockets, platform.netlink)) {
            CnSocket one = connect(settings);
            CnSocket two = connect(settings);
            AtomicInteger delivered = new AtomicInteger();
            platform.connector.addCallback(ID, "test", (msg, sender) -> delivered.incrementAndGet());
            // Without an answer each time, a hundred come within far less than the seconds that they would need.
            for (int i = 0; i < 100; i++) {
                one.send(new CnMessage(ID.idx(), ID.val(), i, 0, new byte[0]));
                two.send(new CnMessage(ID.idx(), ID.val(), i, 0, new byte[0]));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> gate.toDTO().framesIn == 200);
            assertThat(gate.toDTO().limited).isPositive();
            await().atMost(Duration.ofSeconds(60)).until(() -> delivered.get() + gate.toDTO().limited == 200);
        }
    }

    @Test
    void shouldLimitMembershipsOfAClientAndOfAUser() throws IOException {
        PortLimits three = new PortLimits(212_992, 1 << 20, 16 << 10, 3, 1);
        GateSettings settings = with(three, 0, new UserLimits(10, 1 << 20, 4, 1, 0));
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(settings, platform.sockets, platform.netlink)) {
            CnSocket one = connect(settings);
            CnSocket two = connect(settings);
            one.bind(0, 0b11);
            one.addMembership(-1);
            assertErrno(NetlinkErrno.EMFILE, () -> one.addMembership(7));
            one.addMembership(-1);
            assertErrno(NetlinkErrno.EMFILE, () -> two.bind(0, 0b11));
            two.addMembership(1);
            assertErrno(NetlinkErrno.EMFILE, () -> two.addMembership(2));
            assertThat(gate.toDTO().users[0].memberships).isEqualTo(4);

            one.bind(one.getsockname().port(), 0);
            two.addMembership(2);
            assertThat(gate.toDTO().users[0].memberships).isEqualTo(3);

            one.close();
            await().atMost(Duration.ofSeconds(60)).until(() -> gate.toDTO().users[0].memberships == 2);
        }
    }

    @Test
    void shouldLimitSubscriptionsOfAUser() throws IOException {
        GateSettings settings = with(PortLimits.DEFAULT, 0, new UserLimits(10, 1 << 20, 10, 1, 0));
        int[] all = {0, -1};
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(settings, platform.sockets, platform.netlink)) {
            CnSocket one = connect(settings);
            CnSocket two = connect(settings);
            one.subscribe(all, all);
            one.subscribe(all, all);
            assertErrno(NetlinkErrno.ENOSPC, () -> two.subscribe(all, all));
            one.close();
            await().atMost(Duration.ofSeconds(60)).until(() -> gate.toDTO().users[0].subscriptions == 0);
            two.subscribe(all, all);
        }
    }

    @Test
    void shouldNotQueueMoreForAUserThanItMayHaveAndLetAReaderCatchUp() throws IOException {
        GateSettings settings = with(PortLimits.DEFAULT, 0, new UserLimits(10, 8192, 10, 1, 0));
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(settings, platform.sockets, platform.netlink)) {
            CnSocket deaf = connect(settings);
            CnSocket reader = connect(settings);
            deaf.addMembership(9);
            reader.addMembership(8);
            CnMsg big = CnMsg.of(ID, 0, 0, new byte[4000]);
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                platform.connector.netlinkSend(big, 9);
                return gate.toDTO().users[0].queuedBytes > 8192;
            });
            long held = gate.toDTO().users[0].queuedBytes;
            assertThat(held).isLessThan(8192 + 4200);

            assertThat(platform.connector.netlinkSend(CnMsg.of(ID, 1, 0), 8)).isEqualTo(NetlinkErrno.ESRCH);
            assertThatThrownBy(reader::recv).isInstanceOf(CnOverrunException.class);
            assertThat(gate.toDTO().users[0].queuedBytes).isEqualTo(held);

            deaf.close();
            await().atMost(Duration.ofSeconds(60)).until(() -> gate.toDTO().users[0].queuedBytes == 0);
            assertThat(platform.connector.netlinkSend(CnMsg.of(ID, 2, 0), 8)).isZero();
            assertThat(reader.recv().seq()).isEqualTo(2);
        }
    }

    private static void assertErrno(int errno, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(CnException.class, e ->
                assertThat(e.errno()).isEqualTo(errno));
    }

    @Test
    void shouldNameTheSettingThatIsWrong() {
        assertThatThrownBy(() -> limited(0, 1)).hasMessage("max.clients 0 must be 1 to 100000");
        assertThatThrownBy(() -> limited(1, -5)).hasMessage("max.clients.per.user -5 must be 1 to 100000");
        assertThatThrownBy(() -> with(PortLimits.DEFAULT, -1, UserLimits.DEFAULT))
                .hasMessage("messages.per.second -1 must be 0 to 100000000");
        assertThatThrownBy(() -> new UserLimits(1, 1, 1, 1, 1))
                .hasMessage("queued.bytes.per.user 1 must be 4096 to 2147483647");
        assertThatThrownBy(() -> with(new PortLimits(9000, 8000, 1, 1, 1), 0, UserLimits.DEFAULT))
                .hasMessage("receive.buffer.bytes 9000 must be 4096 to 8000");
        assertThatThrownBy(() -> SocketType.of("dgram")).hasMessage("type 'dgram' must be stream or seqpacket");
        assertThatThrownBy(() -> GateSettings.mode("rw")).hasMessageContaining("mode 'rw'");
        assertThatThrownBy(() -> GateSettings.at(Path.of("gate.sock"))).hasMessageContaining("must be absolute");
    }
}
