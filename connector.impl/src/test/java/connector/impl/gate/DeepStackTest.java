// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.Sender;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A user answers a client, or a group of them, at each level of a recursion until its thread has no stack left. */
@Timeout(300)
class DeepStackTest {

    private static final CbId ID = new CbId(14, 1110);
    private static final int GROUP = 14;
    private static final int LAST = -7;
    private static final int ROUNDS = 15;

    @TempDir
    Path directory;

    static {
        // A class whose first use fails for want of stack is lost to the whole JVM; this needs those of traces.
        var _ = new Throwable().getStackTrace();
    }

    private final long seed = new SplittableRandom().nextLong();
    private final SplittableRandom random = new SplittableRandom(seed);

    /** Reads all that comes, until the last word or the end of the connection. */
    private static Thread reader(CnSocket client, AtomicInteger heard) {
        return Thread.ofPlatform().start(() -> {
            try {
                while (client.recv().seq() != LAST) {
                    heard.incrementAndGet();
                }
            } catch (CnException e) {
                heard.set(Integer.MAX_VALUE);
            }
        });
    }

    @Test
    void shouldBringAClientWhatComesNextOrDisconnectIt() throws Exception {
        GateSettings settings = GateSettings.at(directory.resolve("gate.sock"));
        SynchronousQueue<Sender> senders = new SynchronousQueue<>();
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(settings, platform.sockets, platform.netlink)) {
            platform.connector.addCallback(ID, "a", (msg, sender) -> senders.put(sender));
            for (int round = 0; round < ROUNDS; round++) {
                AtomicInteger heard = new AtomicInteger();
                try (CnSocket client = CnSocket.socket(settings.path())) {
                    client.send(new CnMessage(ID.idx(), ID.val(), 1, 0, 0, new byte[0], 0, 0, 0));
                    Sender sender = senders.poll(10, TimeUnit.SECONDS);
                    Thread reader = reader(client, heard);
                    AtomicInteger sent = new AtomicInteger();
                    runOutOfStack(seq -> {
                        // Its socket has room for each, so that it is the writing for which there is no stack.
                        pace(sent.getAndIncrement(), heard);
                        return sender.send(CnMsg.of(ID, seq, 0));
                    });
                    sender.send(CnMsg.of(ID, LAST, 0));
                    assertThat(reader.join(Duration.ofSeconds(10))).as("seed %d, round %d", seed, round).isTrue();
                }
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> gate.toDTO().clients == 0);
        }
    }

    @Test
    void shouldBringAClientWhatWasTakenForItOrDisconnectItThoughNothingFollows() throws Exception {
        GateSettings settings = GateSettings.at(directory.resolve("gate.sock"));
        SynchronousQueue<Sender> senders = new SynchronousQueue<>();
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(settings, platform.sockets, platform.netlink)) {
            platform.connector.addCallback(ID, "a", (msg, sender) -> senders.put(sender));
            for (int round = 0; round < ROUNDS; round++) {
                AtomicInteger heard = new AtomicInteger();
                try (CnSocket client = CnSocket.socket(settings.path())) {
                    client.send(new CnMessage(ID.idx(), ID.val(), 1, 0, 0, new byte[0], 0, 0, 0));
                    Sender sender = senders.poll(10, TimeUnit.SECONDS);
                    reader(client, heard);
                    int[] taken = new int[1];
                    runOutOfStack(seq -> {
                        pace(taken[0], heard);
                        int errno = sender.send(CnMsg.of(ID, seq, 0));
                        taken[0] += errno == 0 ? 1 : 0;
                        return errno;
                    });
                    await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofSeconds(10))
                            .alias("seed " + seed + ", round " + round).until(() -> heard.get() >= taken[0]);
                }
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> gate.toDTO().clients == 0);
        }
    }

    @Test
    void shouldBringTheOthersOfAGroupWhatWasSentToThem() throws Exception {
        GateSettings settings = GateSettings.at(directory.resolve("gate.sock"));
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(settings, platform.sockets, platform.netlink)) {
            for (int round = 0; round < ROUNDS; round++) {
                List<CnSocket> clients = new ArrayList<>();
                List<Thread> readers = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    CnSocket client = CnSocket.socket(settings.path());
                    client.addMembership(GROUP);
                    clients.add(client);
                    readers.add(reader(client, new AtomicInteger()));
                }
                runOutOfStack(seq -> platform.connector.netlinkSend(CnMsg.of(ID, seq, 0), GROUP));
                platform.connector.netlinkSend(CnMsg.of(ID, LAST, 0), GROUP);
                for (Thread reader : readers) {
                    assertThat(reader.join(Duration.ofSeconds(10))).as("seed %d, round %d", seed, round).isTrue();
                }
                clients.forEach(CnSocket::close);
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> gate.toDTO().clients == 0);
        }
    }

    private static void pace(int sent, AtomicInteger heard) {
        long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
        while (heard.get() < sent - 16 && System.nanoTime() - limit < 0) {
            Thread.onSpinWait();
        }
    }

    private interface Sending {
        int send(int seq);
    }

    private void runOutOfStack(Sending sending) throws InterruptedException {
        Thread deep = new Thread(null, () -> {
            try {
                recurse(sending, random.nextInt(1, 64));
            } catch (StackOverflowError e) {
                // That is what it came for.
            }
        }, "deep", 192 * 1024L + random.nextInt(64) * 1024L);
        deep.start();
        deep.join();
    }

    private static int recurse(Sending sending, int bits) {
        int errno = sending.send(bits);
        return errno + ((bits & 4) == 0 ? recurse(sending, bits + 1) : recurse(sending, bits + 1, bits, bits, bits));
    }

    private static int recurse(Sending sending, long bits, long a, long b, long c) {
        int errno = sending.send((int) bits);
        return errno + recurse(sending, (int) (bits + 1)) + (int) (a + b + c);
    }
}
