// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.runtime.GateDTO;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.NlMsgHdr;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnOverrunException;
import connector.client.CnSocket;
import connector.impl.netlink.PortLimits;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import ksock.api.KernelSocket;
import ksock.api.KernelSockets;
import ksock.api.SendBatch;
import ksock.api.SockAddr;
import ksock.api.SysSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages for a group, one by one: each client has nothing else waiting, and they are written to together. */
@Timeout(300)
class LoneMessagesTest {

    /** More than go into one system call. */
    private static final int CLIENTS = 150;
    private static final int ROUNDS = 60;
    private static final int GROUP = 88;
    private static final int FRAME = 56;
    private static final int FROM = 32;
    private static final int ANSWER = 36;
    private static final CbId ID = new CbId(14, 1110);
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private RunningBus platform;
    private Gate gate;
    private final List<CnSocket> clients = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        platform = new RunningBus();
    }

    private GateSettings settings(int queueBytes) {
        return GateSettings.at(directory.resolve("gate.sock")).limits(CLIENTS + 1,
                new ClientLimits(new PortLimits(queueBytes, 1 << 20, 16 << 10, 4, 4), 0), UserLimits.DEFAULT);
    }

    private void openGate(int queueBytes) throws Exception {
        openGate(queueBytes, platform.sockets);
    }

    private void openGate(int queueBytes, KernelSockets sockets) throws Exception {
        GateSettings settings = settings(queueBytes);
        gate = Gate.open(settings, sockets, platform.netlink);
        for (int i = 0; i < CLIENTS; i++) {
            CnSocket client = CnSocket.socket(settings.path());
            clients.add(client);
            client.addMembership(GROUP);
        }
    }

    @AfterEach
    void close() {
        clients.forEach(CnSocket::close);
        gate.close();
        platform.close();
    }

    @Test
    void shouldReachEachClientOnceInOrderAndBeCounted() throws Exception {
        openGate(1 << 20);
        for (int i = 0; i < CLIENTS; i += 3) {
            clients.get(i).pktinfo(true);
        }
        for (int seq = 0; seq < ROUNDS; seq++) {
            send(seq, 20);
            for (int i = 0; i < CLIENTS; i++) {
                CnMessage message = clients.get(i).recv(SOON);
                assertThat(message.seq()).as("client %d", i).isEqualTo(seq);
                assertThat(message.data()).containsExactly(data(seq, 20));
                assertThat(message.group()).as("told whence it comes").isEqualTo(i % 3 == 0 ? GROUP : 0);
                assertThat(message.busSequence()).isEqualTo(i % 3 == 0 ? seq + 1 : 0);
            }
        }
        long messages = (long) ROUNDS * CLIENTS;
        long answers = CLIENTS + CLIENTS / 3;
        await().atMost(SOON).untilAsserted(() -> {
            GateDTO counted = gate.toDTO();
            assertThat(counted.framesOut).isEqualTo(messages + answers);
            assertThat(counted.bytesOut).isEqualTo(messages * FRAME + messages / 3 * FROM + answers * ANSWER);
        });
    }

    @Test
    void shouldTellTheOneThatReadsTooLateExactlyWhatItLost() throws Exception {
        openGate(64 << 10);
        List<CnSocket> readers = clients.subList(1, CLIENTS);
        int sent = 0;
        while (clientsThatLost() == 0) {
            send(sent, 4000);
            for (CnSocket reader : readers) {
                assertThat(reader.recv(SOON).seq()).isEqualTo(sent);
            }
            sent++;
        }
        BitSet accounted = new BitSet();
        long lost = 0;
        while (accounted.cardinality() < sent) {
            try {
                int seq = clients.getFirst().recv(SOON).seq();
                assertThat(accounted.get(seq)).as("message %d", seq).isFalse();
                accounted.set(seq);
            } catch (CnOverrunException e) {
                assertThat(e.group()).isEqualTo(GROUP);
                assertThat(e.last() - e.first() + 1).isEqualTo(e.lost());
                // The bus counts from 1.
                assertThat(accounted.get((int) e.first() - 1, (int) e.last()).isEmpty()).as("%s", e).isTrue();
                accounted.set((int) e.first() - 1, (int) e.last());
                lost += e.lost();
            }
        }
        assertThat(accounted.length()).isEqualTo(sent);
        assertThat(lost).isPositive();
    }

    private long clientsThatLost() {
        return platform.netlink.ports().stream().filter(port -> port.toDTO().dropped > 0).count();
    }

    @Test
    void shouldDisconnectTheOneWhoseResultFailsAndServeAllOthers() throws Exception {
        AtomicInteger results = new AtomicInteger();
        openGate(1 << 20, failing("result", () -> results.incrementAndGet() == 5));
        for (int seq = 0; seq < ROUNDS; seq++) {
            send(seq, 20);
            int alive = 0;
            for (CnSocket client : List.copyOf(clients)) {
                try {
                    assertThat(client.recv(SOON).seq()).isEqualTo(seq);
                    alive++;
                } catch (CnException e) {
                    clients.remove(client);
                    client.close();
                }
            }
            // It was sent its message before the failure.
            assertThat(alive).isGreaterThanOrEqualTo(CLIENTS - 1);
        }
        assertThat(clients).hasSize(CLIENTS - 1);
        assertThat(gate.toDTO().clients).isEqualTo(CLIENTS - 1);
    }

    @Test
    void shouldGoOnWithTheNextWhereABatchCouldNotBeSent() throws Exception {
        AtomicInteger sends = new AtomicInteger();
        openGate(1 << 20, failing("send", () -> sends.incrementAndGet() == 2));
        send(0, 20);
        await().atMost(SOON).until(() -> gate.toDTO().clients < CLIENTS);
        int left = gate.toDTO().clients;
        assertThat(left).as("only those of that batch are gone").isPositive();
        int served = 0;
        for (CnSocket client : clients) {
            try {
                assertThat(client.recv(SOON).seq()).isZero();
                send(served + 1, 20);
                served++;
                break;
            } catch (CnException e) {
                client.close();
            }
        }
        assertThat(served).isOne();
        await().atMost(SOON).until(() -> gate.toDTO().framesOut >= CLIENTS + left);
    }

    @Test
    void shouldReachEachClientWhereNoBatchCanBeMadeForWhateverReason() throws Exception {
        openGate(1 << 20, (KernelSockets) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {KernelSockets.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("sendBatch")) {
                        throw new NoClassDefFoundError("as of a class that had no memory to be initialised");
                    }
                    return invoke(method, platform.sockets, arguments);
                }));
        for (int seq = 0; seq < 2; seq++) {
            send(seq, 20);
            for (CnSocket client : clients) {
                assertThat(client.recv(SOON).seq()).isEqualTo(seq);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"framesOut", "bytesOut"})
    void shouldReachEachClientOnceThoughThereIsNoMemoryToCountIt(String counter) throws Exception {
        openGate(1 << 20);
        AtomicInteger failures = new AtomicInteger();
        replace(counter, new LongAdder() {
            @Override
            public void add(long count) {
                if (Thread.currentThread().getName().endsWith("crowd writer") && failures.getAndIncrement() == 0) {
                    throw new OutOfMemoryError("as if there were none");
                }
                super.add(count);
            }
        });
        for (int seq = 0; seq < 3; seq++) {
            send(seq, 20);
            for (CnSocket client : clients) {
                assertThat(client.recv(SOON).seq()).isEqualTo(seq);
            }
        }
        assertThat(failures).hasPositiveValue();
    }

    private void replace(String counter, LongAdder with) throws ReflectiveOperationException {
        Field counters = Gate.class.getDeclaredField("counters");
        counters.setAccessible(true);
        Field replaced = GateCounters.class.getDeclaredField(counter);
        replaced.setAccessible(true);
        replaced.set(counters.get(gate), with);
    }

    /** The platform's sockets, with batches of which one call fails as nothing in it expects. */
    private KernelSockets failing(String call, BooleanSupplier now) {
        return (KernelSockets) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {KernelSockets.class},
                (proxy, method, arguments) -> {
                    Object made = invoke(method, platform.sockets, arguments);
                    return !(made instanceof SendBatch batch) ? made : Proxy.newProxyInstance(
                            getClass().getClassLoader(), new Class<?>[] {SendBatch.class},
                            (self, called, with) -> {
                                if (called.getName().equals(call) && now.getAsBoolean()) {
                                    throw new InternalError("as if");
                                }
                                return invoke(called, batch, with);
                            });
                });
    }

    private static Object invoke(Method method, Object on, Object... arguments) throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Test
    void shouldBeOneDatagramToEachOfASeqpacketGate() throws Exception {
        GateSettings settings = settings(1 << 20).type(SocketType.SEQPACKET);
        gate = Gate.open(settings, platform.sockets, platform.netlink);
        List<KernelSocket> sockets = new ArrayList<>();
        byte[] join = new byte[GateControl.VALUE + Integer.BYTES];
        GateControl.putSetSockOpt(NlMsgHdr.buffer(join), 1, GateControl.SOL_NETLINK,
                GateControl.NETLINK_ADD_MEMBERSHIP, GROUP);
        byte[] datagram = new byte[2 * FRAME];
        for (int i = 0; i < CLIENTS; i++) {
            KernelSocket socket = platform.sockets.socket(SysSocket.AF_UNIX, SysSocket.SOCK_SEQPACKET, 0);
            sockets.add(socket);
            socket.connect(SockAddr.unix(settings.path().toString()));
            assertThat(socket.send(join, 0, join.length, 0)).isEqualTo(join.length);
            assertThat(socket.recv(datagram, 0, datagram.length, 0)).as("the answer").isEqualTo(ANSWER);
        }
        for (int seq = 0; seq < ROUNDS; seq++) {
            send(seq, 20);
            for (KernelSocket socket : sockets) {
                assertThat(socket.within(SOON).recv(datagram, 0, datagram.length, 0)).isEqualTo(FRAME);
                assertThat(CnMsgHdr.seq(NlMsgHdr.buffer(datagram), NlMsgHdr.SIZE)).isEqualTo(seq);
            }
        }
        sockets.forEach(KernelSocket::close);
    }

    @Test
    void shouldReachAllOthersWhileClientsComeAndGo() throws Exception {
        openGate(1 << 20);
        for (int seq = 0; seq < CLIENTS - 1; seq++) {
            send(seq, 20);
            // Before, while or after it is written to.
            clients.get(seq).close();
            for (CnSocket other : clients.subList(seq + 1, CLIENTS)) {
                assertThat(other.recv(SOON).seq()).isEqualTo(seq);
            }
        }
        await().atMost(SOON).until(() -> gate.toDTO().clients == 1);
    }

    private void send(int seq, int length) {
        assertThat(platform.connector.netlinkSend(CnMsg.of(ID, seq, 0, data(seq, length)), GROUP)).isZero();
    }

    private static byte[] data(int seq, int length) {
        byte[] data = new byte[length];
        data[0] = (byte) seq;
        data[length - 1] = (byte) (seq >> 8);
        return data;
    }
}
