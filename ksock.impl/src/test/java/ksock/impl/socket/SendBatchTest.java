// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_WAITALL;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_SNDBUF;
import static ksock.impl.socket.Batches.bytes;
import static ksock.impl.socket.Batches.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SendBatch;
import ksock.api.SocketCallbacks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of what is sent to many, by a ring and one by one: the same. */
@Timeout(300)
@ParameterizedClass(name = "by a ring: {0}")
@ValueSource(booleans = {true, false})
class SendBatchTest {

    private static final int SENDS = 50;
    private static final int BYTES = 1 << 18;

    private final boolean ring;
    private final Fixture fixture = new Fixture();
    private final MemoryFamily memory = new MemoryFamily();
    private SendBatch batch;

    SendBatchTest(boolean ring) {
        this.ring = ring;
    }

    @BeforeEach
    void open() throws Exception {
        batch = Batches.batch(fixture, ring, SENDS, BYTES);
        fixture.core.putFamily(new FamilyEntry(memory, "memory", MemoryFamily.DOMAIN, FamilyEntry.ALL, 0, 7));
    }

    @AfterEach
    void close() {
        if (batch != null) {
            batch.close();
        }
        fixture.close();
    }

    private KernelSocket[] memoryPair() throws KernelSocketException {
        KernelSocket[] pair = fixture.sockets.socketpair(MemoryFamily.DOMAIN, SOCK_DGRAM, 0);
        return new KernelSocket[] {fixture.keep(pair[0]), fixture.keep(pair[1])};
    }

    private static Totals totals(KernelSocket socket) {
        return SocketHandle.stateOf(socket).totals();
    }

    @Test
    void shouldSendToEachWhatWasAddedForItInThatOrder() throws Exception {
        KernelSocket[][] pairs = {fixture.pair(SOCK_STREAM), fixture.connection(), fixture.pair(SOCK_STREAM)};
        String[] expected = {"", "", ""};
        for (int i = 0; i < SENDS; i++) {
            int to = i * 7 % 5 % 3;
            assertThat(batch.add(pairs[to][0], bytes(i + ";"))).isTrue();
            expected[to] += i + ";";
        }

        batch.send();

        for (int i = 0; i < SENDS; i++) {
            assertThat(batch.result(i)).isEqualTo(batch.length(i)).isEqualTo((i + ";").length());
            assertThat(batch.unsent(i).hasRemaining()).isFalse();
        }
        for (int i = 0; i < pairs.length; i++) {
            byte[] all = new byte[expected[i].length()];
            assertThat(pairs[i][1].recv(all, 0, all.length, MSG_WAITALL)).isEqualTo(all.length);
            assertThat(new String(all, US_ASCII)).isEqualTo(expected[i]);
        }
    }

    @Test
    void shouldKeepTheOrderBetweenFamilies() throws Exception {
        KernelSocket[] host = fixture.pair(SOCK_STREAM);
        KernelSocket[] other = memoryPair();
        List<String> sentBefore = new ArrayList<>();
        // Told by the thread that sends, before its send returns.
        memory.made.get(1).readiness(events -> {
            try {
                sentBefore.add(received(host[1]));
            } catch (KernelSocketException e) {
                throw new IllegalStateException(e);
            }
        });
        batch.add(host[0], bytes("a"));
        batch.add(host[0], bytes("b"));
        batch.add(other[0], bytes("1"));
        batch.add(host[0], bytes("c"));
        batch.add(other[0], bytes("2"));
        batch.add(other[0], bytes("3"));
        batch.add(host[0], bytes("d"));

        batch.send();

        assertThat(sentBefore).containsExactly("ab", "c", "");
        assertThat(received(host[1])).isEqualTo("d");
        assertThat(List.of(received(other[1]), received(other[1]), received(other[1]))).containsExactly("1", "2", "3");
        for (int i = 0; i < 7; i++) {
            assertThat(batch.result(i)).isEqualTo(1);
        }
    }

    @Test
    void shouldSayWhatAFullStreamTookAndTellWhenThereIsRoomAgain() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        pair[0].setsockopt(SOL_SOCKET, SO_SNDBUF, 8192);
        BlockingQueue<Long> told = new LinkedBlockingQueue<>();
        pair[0].callbacks(SocketCallbacks.builder().xmit((socket, arg, room) -> told.add(room)).build(), null);
        byte[] data = new byte[BYTES];
        new SplittableRandom(1).nextBytes(data);
        batch.add(pair[0], ByteBuffer.wrap(data));
        batch.addAgain(pair[0]);

        batch.send();

        int taken = (int) batch.result(0);
        assertThat(taken).isPositive().isLessThan(data.length);
        assertThat(batch.result(1)).isEqualTo(KernelSocket.WOULD_BLOCK);
        assertThat(batch.unsent(0)).isEqualTo(ByteBuffer.wrap(data, taken, data.length - taken))
                .matches(ByteBuffer::isReadOnly);
        assertThat(batch.unsent(1)).isEqualTo(ByteBuffer.wrap(data));
        assertThat(totals(pair[0]).refusedSends).isEqualTo(2);
        assertThat(totals(pair[0]).sends).isEqualTo(1);
        assertThat(totals(pair[0]).sentBytes).isEqualTo(taken);
        assertThat(told).isEmpty();
        byte[] first = new byte[taken];
        for (int there = 0; there < taken;) {
            there += (int) pair[1].recv(first, there, taken - there, 0);
        }
        assertThat(told.poll(60, TimeUnit.SECONDS)).isPositive();
        assertThat(first).isEqualTo(java.util.Arrays.copyOf(data, taken));
    }

    @Test
    void shouldCountARefusalOfAFamilysOwnSocket() throws Exception {
        KernelSocket[] pair = memoryPair();
        for (int i = 0; i < 6; i++) {
            batch.add(pair[0], bytes("x"));
        }
        batch.send();
        assertThat(batch.result(3)).isEqualTo(1);
        assertThat(batch.result(4)).isEqualTo(KernelSocket.WOULD_BLOCK);
        assertThat(totals(pair[0]).refusedSends).isEqualTo(2);
        assertThat(totals(pair[0]).sends).isEqualTo(4);
    }

    @Test
    void shouldTellAKeptErrorOnce() throws Exception {
        // On TCP: a send on a UNIX stream does not meet the error.
        KernelSocket[] pair = fixture.connection();
        SocketHandle.stateOf(pair[0]).keepError(Errno.EHOSTUNREACH.number());
        batch.add(pair[0], bytes("a"));
        batch.add(pair[0], bytes("b"));
        batch.add(pair[0], bytes("c"));

        batch.send();

        Fixture.assertErrno(Errno.EHOSTUNREACH, () -> batch.result(0));
        assertThat(batch.unsent(0)).isEqualTo(bytes("a"));
        assertThat(batch.result(1)).isEqualTo(1);
        assertThat(received(pair[1])).isEqualTo("bc");
    }

    @Test
    void shouldSendEmptyDatagrams() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_DGRAM);
        KernelSocket[] stream = fixture.pair(SOCK_STREAM);
        assertThat(batch.add(pair[0], bytes(""))).isTrue();
        assertThat(batch.addAgain(pair[0])).isTrue();
        assertThat(batch.addAgain(stream[0])).isTrue();
        assertThat(batch.add(pair[0], bytes("x"))).isTrue();

        batch.send();

        byte[] one = new byte[1];
        assertThat(List.of(batch.result(0), batch.result(1), batch.result(2), batch.result(3)))
                .containsExactly(0L, 0L, 0L, 1L);
        assertThat(pair[1].recv(one, 0, 1, 0)).isZero();
        assertThat(pair[1].recv(one, 0, 1, 0)).isZero();
        assertThat(pair[1].recv(one, 0, 1, 0)).isEqualTo(1);
        assertThat(totals(pair[0]).sends).as("those that sent something").isEqualTo(1);
        assertThat(totals(stream[0]).refusedSends).isZero();
    }

    @Test
    void shouldHaveRoomForAnEmptyDatagramWhereThereIsNoneForAnother() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_DGRAM);
        batch.add(pair[0], ByteBuffer.allocate(BYTES));
        assertThat(batch.add(pair[0], bytes("x"))).isFalse();
        assertThat(batch.add(pair[0], bytes(""))).isTrue();
        batch.send();
        assertThat(batch.length(1)).isZero();
        assertThat(batch.unsent(1).remaining()).isZero();
    }

    @Test
    void shouldHaveOnceWhatIsSentToMany() throws Exception {
        List<KernelSocket[]> pairs = new ArrayList<>();
        try (SendBatch small = Batches.batch(fixture, ring, SENDS, 10)) {
            for (int i = 0; i < SENDS; i++) {
                pairs.add(fixture.pair(SOCK_STREAM));
                assertThat(i == 0 ? small.add(pairs.get(i)[0], bytes("0123456789"))
                        : small.addAgain(pairs.get(i)[0])).isTrue();
            }
            assertThat(small.addAgain(pairs.getFirst()[0])).isFalse();
            small.send();
            for (int i = 0; i < SENDS; i++) {
                assertThat(small.result(i)).isEqualTo(small.length(i)).isEqualTo(10);
                assertThat(received(pairs.get(i)[1])).isEqualTo("0123456789");
            }
        }
    }

    @Test
    void shouldBeginAnewAfterASend() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        batch.add(pair[0], bytes("one"));
        batch.add(pair[0], bytes("two"));
        batch.send();
        batch.send();
        assertThat(batch.size()).isEqualTo(2);
        assertThat(received(pair[1])).as("sent once").isEqualTo("onetwo");
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> batch.addAgain(pair[0]));

        batch.add(pair[0], bytes("three"));

        assertThat(batch.size()).isEqualTo(1);
        assertThat(batch.length(0)).isEqualTo(5);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.result(0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.unsent(0));
        batch.send();
        assertThat(batch.result(0)).isEqualTo(5);
        assertThat(received(pair[1])).isEqualTo("three");
    }

    @Test
    void shouldGoOnRoundAfterRound() throws Exception {
        KernelSocket[][] pairs = {fixture.pair(SOCK_STREAM), memoryPair(), fixture.pair(SOCK_STREAM)};
        SplittableRandom random = new SplittableRandom(7);
        try (SendBatch five = Batches.batch(fixture, ring, 5, 1024)) {
            for (int round = 0; round < 2000; round++) {
                String[] expected = {"", "", ""};
                int sends = random.nextInt(6);
                for (int i = 0; i < sends; i++) {
                    int to = expected[1].isEmpty() && random.nextInt(100) == 0 ? 1 : 2 * random.nextInt(2);
                    String text = round + "/" + i + ";";
                    five.add(pairs[to][0], bytes(text));
                    expected[to] += text;
                }
                five.send();
                for (int i = 0; i < sends; i++) {
                    assertThat(five.result(i)).isEqualTo(five.length(i));
                }
                for (int i = 0; i < pairs.length; i++) {
                    assertThat(received(pairs[i][1])).as("round %d", round).isEqualTo(expected[i]);
                }
            }
        }
    }

    @Test
    void shouldLeaveOthersAloneWhereOneFails() throws Exception {
        KernelSocket[] good = fixture.pair(SOCK_STREAM);
        KernelSocket[] closed = fixture.pair(SOCK_STREAM);
        KernelSocket[] broken = fixture.pair(SOCK_STREAM);
        KernelSocket unconnected = fixture.keep(fixture.sockets.socket(AF_UNIX, SOCK_STREAM, 0));
        broken[1].close();
        for (KernelSocket socket : List.of(good[0], closed[0], good[0], broken[0], unconnected, good[0])) {
            batch.add(socket, bytes(String.valueOf(batch.size())));
        }
        closed[0].close();

        batch.send();

        assertThat(received(good[1])).isEqualTo("025");
        assertThat(List.of(batch.result(0), batch.result(2), batch.result(5))).containsOnly(1L);
        Fixture.assertErrno(Errno.ENOTSOCK, () -> batch.result(1));
        Fixture.assertErrno(Errno.EPIPE, () -> batch.result(3));
        Fixture.assertErrno(Errno.ENOTCONN, () -> batch.result(4));
        assertThat(batch.unsent(3)).isEqualTo(bytes("3"));
    }

    @Test
    void shouldNotHoldASocketThatIsClosedBeforeTheSend() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        batch.add(pair[0], bytes("never"));
        batch.addAgain(pair[0]);

        pair[0].close();

        assertThat(pair[1].recv(new byte[1], 0, 1, 0)).as("the peer sees the end").isZero();
        assertThat(SocketHandle.stateOf(pair[0]).released()).isTrue();
        batch.send();
        Fixture.assertErrno(Errno.ENOTSOCK, () -> batch.result(0));
        Fixture.assertErrno(Errno.ENOTSOCK, () -> batch.result(1));
    }

    @Test
    void shouldLetASocketCloseAfterTheSend() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        for (int i = 0; i < SENDS; i++) {
            batch.add(pair[0], bytes("x"));
        }
        batch.send();
        assertThat(SocketHandle.stateOf(pair[0]).calls()).isZero();
        pair[0].close();
        assertThat(SocketHandle.stateOf(pair[0]).released()).isTrue();
        assertThat(batch.result(0)).isEqualTo(1);
    }

    @Test
    void shouldCountBytesAndSends() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        batch.add(pair[0], bytes("four"));
        batch.addAgain(pair[0]);
        batch.add(pair[0], bytes("x"));
        batch.send();
        assertThat(totals(pair[0]).sends).isEqualTo(3);
        assertThat(totals(pair[0]).sentBytes).isEqualTo(9);
        assertThat(totals(pair[0]).refusedSends).isZero();
    }

    @Test
    void shouldSendByAViewWithATimeAsByItsSocket() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        batch.add(pair[0].within(java.time.Duration.ZERO), bytes("x"));
        batch.send();
        assertThat(batch.result(0)).isEqualTo(1);
    }

    @Test
    void shouldAllocateNothingInSteadyState() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        ByteBuffer data = ByteBuffer.allocateDirect(16);
        ByteBuffer heap = ByteBuffer.wrap("0123456789abcdef".getBytes(US_ASCII));
        ByteBuffer drained = ByteBuffer.allocateDirect(64);
        java.lang.foreign.MemorySegment to = java.lang.foreign.MemorySegment.ofBuffer(drained);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int turns = 10_000;
        // However long the just-in-time compiler takes to get there.
        await().atMost(Fixture.PATIENCE).until(() -> {
            long before = threads.getCurrentThreadAllocatedBytes();
            long sent = 0;
            for (int i = 0; i < turns; i++) {
                batch.add(pair[0], data);
                batch.addAgain(pair[0]);
                batch.add(pair[0], heap);
                batch.send();
                sent += batch.result(0) + batch.result(1) + batch.result(2);
                pair[1].recv(to, 0, 48, 0);
            }
            assertThat(sent).isEqualTo(turns * 48L);
            return threads.getCurrentThreadAllocatedBytes() - before < turns;
        });
    }
}
