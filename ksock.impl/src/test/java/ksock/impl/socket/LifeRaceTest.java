// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.PollFd;
import ksock.api.SockAddr;
import ksock.api.SysPoll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Close, cancel and interrupt against calls that are just beginning, blocked, or just ending. */
@Timeout(300)
class LifeRaceTest {

    private static final int ROUNDS = 1500;

    private final Fixture fixture = new Fixture();
    private long seed;

    @BeforeEach
    void seed() {
        seed = Long.getLong("ksock.test.seed", System.nanoTime());
        System.out.println("LifeRaceTest: -Dksock.test.seed=" + seed);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldEndReceiversHoweverLateOrEarlyTheCloseComes(Threads threads) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            KernelSocket[] pair = fixture.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
            CountDownLatch started = new CountDownLatch(1);
            FutureTask<Errno> receiver = threads.run(() -> {
                started.countDown();
                return errnoOf(() -> pair[0].recv(new byte[1], 0, 1, 0));
            });
            started.await();
            spin(random.nextInt(20_000));
            pair[0].close();
            assertThat(receiver.get()).as("round " + round).isIn(Errno.EINTR, Errno.ENOTSOCK);
            pair[1].close();
        }
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldEndOnlyTheCallThatWasCancelled(Threads threads) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        KernelSocket[] pair = fixture.pair(SOCK_SEQPACKET);
        AtomicLong received = new AtomicLong();
        AtomicLong cancelled = new AtomicLong();
        FutureTask<Void> receiver = new FutureTask<>(() -> {
            byte[] buffer = new byte[8];
            while (true) {
                try {
                    if (pair[0].recv(buffer, 0, 8, 0) == 8) {
                        return null;
                    }
                    received.incrementAndGet();
                } catch (KernelSocketException e) {
                    assertThat(e.errno()).isEqualTo(Errno.ECANCELED);
                    cancelled.incrementAndGet();
                }
            }
        });
        Thread thread = threads.start(receiver);
        long sent = 0;
        long hits = 0;
        for (int round = 0; round < 20 * ROUNDS; round++) {
            if (random.nextBoolean()) {
                pair[1].send(new byte[1], 0, 1, 0);
                sent++;
            } else if (pair[0].cancel(thread)) {
                hits++;
            }
            spin(random.nextInt(3_000));
        }
        pair[1].send(new byte[8], 0, 8, 0);
        receiver.get();
        assertThat(received.get()).as("nothing is lost").isEqualTo(sent);
        assertThat(cancelled.get()).as("a cancel ends one call at most").isLessThanOrEqualTo(hits);
        assertThat(hits).isGreaterThan(0);
    }

    /** Who waits on a socket changes all the time, and whoever is meant must be known as that at every moment. */
    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldEndTheCallsOfTheThreadThatIsMeantAndOfNoOther(Threads threads) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        KernelSocket[] pair = fixture.pair(SOCK_SEQPACKET);
        Receiver[] receivers = {new Receiver(), new Receiver(), new Receiver()};
        for (Receiver receiver : receivers) {
            receiver.task = new FutureTask<>(() -> receiver.receive(pair[0]));
            receiver.thread = threads.start(receiver.task);
        }
        long sent = 0;
        long hits = 0;
        for (int round = 0; round < 20 * ROUNDS; round++) {
            Receiver meant = receivers[random.nextInt(receivers.length)];
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (pair[0].cancel(meant.thread)) {
                        meant.hits++;
                        hits++;
                    }
                }
                case 1 -> {
                    if (meant.interrupted.get() == meant.interrupts) {
                        meant.interrupts++;
                        meant.thread.interrupt();
                    }
                }
                default -> {
                    pair[1].send(new byte[1], 0, 1, 0);
                    sent++;
                }
            }
            spin(random.nextInt(3_000));
        }
        long received = 0;
        for (Receiver receiver : receivers) {
            await().untilAsserted(() -> assertThat(receiver.interrupted.get()).isEqualTo(receiver.interrupts));
        }
        for (int i = 0; i < receivers.length; i++) {
            pair[1].send(new byte[8], 0, 8, 0);
        }
        for (Receiver receiver : receivers) {
            received += receiver.task.get();
            assertThat(receiver.cancelled.get()).isLessThanOrEqualTo(receiver.hits);
            assertThat(receiver.interrupts).isGreaterThan(0);
        }
        assertThat(received).as("nothing is lost").isEqualTo(sent);
        assertThat(hits).isGreaterThan(0);
    }

    /** One of several, which takes what it gets until a message of eight bytes. */
    private static final class Receiver {

        private final AtomicLong cancelled = new AtomicLong();
        private final AtomicLong interrupted = new AtomicLong();
        private FutureTask<Long> task;
        private Thread thread;
        private long hits;
        private long interrupts;

        private long receive(KernelSocket socket) throws KernelSocketException {
            byte[] buffer = new byte[8];
            long received = 0;
            while (true) {
                try {
                    if (socket.recv(buffer, 0, 8, 0) == 8) {
                        return received;
                    }
                    received++;
                } catch (KernelSocketException e) {
                    assertThat(e.errno()).isIn(Errno.ECANCELED, Errno.EINTR);
                    if (e.errno() == Errno.EINTR) {
                        assertThat(Thread.interrupted()).isTrue();
                        interrupted.incrementAndGet();
                    } else {
                        cancelled.incrementAndGet();
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldNeverMissAnInterrupt(Threads threads) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        KernelSocket listener = fixture.listener();
        for (int round = 0; round < ROUNDS; round++) {
            CountDownLatch started = new CountDownLatch(1);
            FutureTask<Errno> acceptor = new FutureTask<>(() -> {
                started.countDown();
                Errno errno = errnoOf(listener::accept);
                assertThat(Thread.interrupted()).isTrue();
                return errno;
            });
            Thread thread = threads.start(acceptor);
            started.await();
            spin(random.nextInt(20_000));
            thread.interrupt();
            assertThat(acceptor.get()).as("round " + round).isEqualTo(Errno.EINTR);
        }
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldLeakNothingWhenEverythingIsClosedUnderWay(Threads threads) throws Exception {
        long before = Fixture.descriptors();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS / 10; round++) {
            SocketScope scope = fixture.core.scope(-1, "");
            KernelSocket listener = scope.socket(AF_INET, SOCK_STREAM, 0);
            listener.bind(SockAddr.loopback4(0));
            listener.listen(64);
            SockAddr address = listener.getsockname();
            List<FutureTask<Errno>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(threads.run(() -> errnoOf(() -> {
                    while (true) {
                        KernelSocket accepted = listener.accept();
                        accepted.recv(new byte[16], 0, 16, 0);
                        accepted.send(new byte[16], 0, 16, 0);
                    }
                })));
                all.add(threads.run(() -> errnoOf(() -> {
                    while (true) {
                        KernelSocket client = scope.socket(AF_INET, SOCK_STREAM, 0);
                        client.connect(address);
                        client.send(new byte[16], 0, 16, 0);
                        scope.poll(new PollFd[] {new PollFd(client, SysPoll.POLLIN)}, Fixture.PATIENCE);
                        client.recv(new byte[16], 0, 16, 0);
                        client.close();
                    }
                })));
            }
            spin(random.nextInt(3_000_000));
            scope.close();
            for (FutureTask<Errno> task : all) {
                assertThat(task.get()).as("round " + round)
                        .isIn(Errno.EINTR, Errno.ENOTSOCK, Errno.ESHUTDOWN, Errno.ECONNRESET, Errno.ECONNREFUSED,
                                Errno.EPIPE, Errno.ECONNABORTED);
            }
        }
        await().untilAsserted(() -> assertThat(Fixture.descriptors()).isLessThanOrEqualTo(before + 1));
        assertThat(fixture.core.sockets()).isEmpty();
    }

    /** Numbers are given back and taken again all the time; each socket must only ever see its own bytes. */
    @ParameterizedTest
    @EnumSource(Threads.class)
    void shouldNeverHitTheSocketThatGotTheSameNumber(Threads threads) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<FutureTask<Void>> all = new ArrayList<>();
        for (int worker = 0; worker < 4; worker++) {
            SplittableRandom mine = random.split();
            byte mark = (byte) (worker + 1);
            all.add(threads.run(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    KernelSocket[] pair = fixture.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
                    FutureTask<Errno> receiver = threads.run(() -> errnoOf(() -> {
                        byte[] in = new byte[1];
                        while (pair[0].recv(in, 0, 1, 0) == 1) {
                            assertThat(in[0]).isEqualTo(mark);
                        }
                    }));
                    int sends = mine.nextInt(4);
                    for (int i = 0; i < sends; i++) {
                        assertThat(pair[1].send(new byte[] {mark}, 0, 1, 0)).isEqualTo(1);
                    }
                    pair[mine.nextInt(2)].close();
                    pair[0].close();
                    pair[1].close();
                    assertThat(receiver.get()).isIn(null, Errno.EINTR, Errno.ENOTSOCK);
                }
                return null;
            }));
        }
        for (FutureTask<Void> task : all) {
            task.get();
        }
    }

    private interface Call {

        void make() throws Exception;
    }

    /** How a call failed; null if it did not. */
    private static Errno errnoOf(Call call) throws Exception {
        try {
            call.make();
            return null;
        } catch (KernelSocketException e) {
            return e.errno();
        }
    }

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
