// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.Loss;
import connector.api.runtime.PortDTO;
import connector.impl.policy.RulePolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** What was multicast is what was received and what was reported lost: each number once, whoever is fast or slow. */
@Timeout(300)
class LossAccountTest {

    private static final int[] GROUPS = {1, 32, 33, 0x7fff_ffff, 0x8000_0000, -1};
    private static final int SENDERS = 3;
    private static final int EACH = 3000;

    /** What a reader saw of one group. */
    private static final class Seen {
        private long received;
        private long lost;
        private long next = 1;
        private long lastLost;
    }

    @RepeatedTest(8)
    void shouldReceiveOrReportEachMessageOfEachGroup() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Netlink netlink = new Netlink(new RulePolicy(0), new Counters());
        Identity inside = new Identity(true, 0, 0, 1, List.of(), "test");
        Port reader = netlink.open(inside, PortLimits.DEFAULT, port -> { });
        reader.receiveBufferBytes(PortLimits.MIN_RECEIVE_BUFFER + random.nextInt(20_000));
        for (int group : GROUPS) {
            assertThat(reader.addMembership(group)).isZero();
        }
        List<Thread> senders = IntStream.range(0, SENDERS).mapToObj(s -> {
            SplittableRandom own = random.split();
            return Thread.ofPlatform().start(() -> {
                for (int i = 0; i < EACH; i++) {
                    int group = GROUPS[own.nextInt(GROUPS.length)];
                    netlink.multicast(Frame.of(CnMsg.of(new CbId(1, 1), i, s, new byte[own.nextInt(200)])), null, 0,
                            group, null);
                    if (own.nextInt(100) == 0) {
                        LockSupport.parkNanos(own.nextInt(200_000));
                    }
                }
            });
        }).toList();
        Map<Integer, Seen> seen = new HashMap<>();
        boolean sending = true;
        while (sending) {
            sending = senders.stream().anyMatch(Thread::isAlive);
            read(reader, seen, random.nextInt(300), seed);
            LockSupport.parkNanos(random.nextInt(100_000));
        }
        read(reader, seen, Integer.MAX_VALUE, seed);

        long received = 0;
        long lost = 0;
        for (var group : netlink.groups()) {
            Seen of = seen.get((int) group.group);
            assertThat(of.received + of.lost).as("seed %d, group %d", seed, group.group).isEqualTo(group.sequence);
            assertThat(Math.max(of.next - 1, of.lastLost)).as("seed %d, group %d", seed, group.group)
                    .isEqualTo(group.sequence);
            received += of.received;
            lost += of.lost;
        }
        assertThat(received + lost).as("seed %d", seed).isEqualTo(SENDERS * EACH);
        PortDTO dto = reader.toDTO();
        assertThat(dto.received).isEqualTo(received);
        assertThat(dto.dropped).isEqualTo(lost);
        assertThat(dto.queuedBytes).isZero();
        assertThat(dto.congested).isFalse();
    }

    /** Numbers go up in each group: what is between two that were received is lost, and was reported before. */
    private static void read(Port reader, Map<Integer, Seen> seen, int most, long seed) {
        for (int i = 0; i < most; i++) {
            switch (reader.receive()) {
                case null -> {
                    return;
                }
                case Tapped tapped -> throw new AssertionError(tapped);
                case Overrun overrun -> {
                    for (Loss loss : overrun.losses()) {
                        Seen of = seen.computeIfAbsent(loss.group(), group -> new Seen());
                        of.lost += loss.lost();
                        of.lastLost = loss.last();
                        assertThat(loss.last() - loss.first()).as("seed %d: %s", seed, loss)
                                .isGreaterThanOrEqualTo(loss.lost() - 1);
                        assertThat(loss.first()).as("seed %d: %s", seed, loss).isGreaterThanOrEqualTo(of.next);
                        if (!overrun.enobufs()) {
                            of.next = Math.max(of.next, loss.last() + 1);
                        }
                    }
                }
                case Datagram datagram -> {
                    Seen of = seen.computeIfAbsent(datagram.group(), group -> new Seen());
                    of.received++;
                    assertThat(datagram.busSequence()).as("seed %d", seed).isGreaterThanOrEqualTo(of.next);
                    of.next = datagram.busSequence() + 1;
                }
            }
        }
    }
}
