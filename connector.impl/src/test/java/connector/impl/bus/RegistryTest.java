// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.NotifyEvent;
import connector.api.NotifyEvent.Kind;
import connector.api.NotifyEvent.Reason;
import connector.api.NotifyRequest;
import connector.api.runtime.UserDTO;
import connector.api.wire.NetlinkErrno;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Datagram;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.netlink.Received;
import connector.impl.notify.ControlMessages;
import connector.impl.notify.Notifications;
import connector.impl.policy.RulePolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ten thousand users, and a hundred thousand. */
@Timeout(300)
class RegistryTest {

    private static final int USERS = 10_000;
    private static final int THREADS = 4;
    private static final int FIRST_COMING = 1_000_000;
    private static final int COMING = 100;
    private static final int ROUNDS = 50;
    private static final int MOST_TIMES = 50;

    private final Netlink netlink = new Netlink(new RulePolicy(1), new Counters());
    private final Bus bus = new Bus(netlink, BusSettings.DEFAULT);
    private final Port port = netlink.open(new Identity(true, 1, 1, 1, List.of(), "test"), PortLimits.DEFAULT,
            readable -> { });
    private final AtomicIntegerArray received = new AtomicIntegerArray(USERS);

    @AfterEach
    void close() {
        bus.close();
    }

    @Test
    void shouldRegisterFindTellOfAndForgetTenThousandUsers() throws Exception {
        bus.listen(new Notifications(netlink));
        port.receiveBufferBytes(PortLimits.DEFAULT.maxReceiveBufferBytes());
        assertThat(bus.receive(ControlMessages.request(NotifyRequest.ALL, 1, 1, true), port, 0).errno()).isZero();
        User[] users = IntStream.range(0, USERS).mapToObj(i -> new User(id(i), "user " + i,
                (msg, sender) -> received.incrementAndGet(msg.seq()), Map.of(), Origin.NONE, -1, 0))
                .toArray(User[]::new);

        inParallel(i -> assertThat(bus.add(users[i], true)).isZero());

        assertThat(bus.users()).hasSize(USERS);
        assertThat(Arrays.stream(bus.users()).map(user -> CbId.of(user.idx, user.val)).toList()).isSorted();
        inParallel(i -> assertThat(bus.receive(CnMsg.of(id(i), i, 0), port, 0).errno()).isZero());
        assertThat(IntStream.range(0, USERS)).allMatch(i -> received.get(i) == 1);
        assertThat(bus.users()).allMatch(user -> user.delivered == 1 && user.state.equals(UserDTO.ACTIVE));

        inParallel(i -> bus.remove(users[i], Reason.WITHDRAWN));

        assertThat(bus.users()).isEmpty();
        assertThat(bus.receive(CnMsg.of(id(0)), port, 0).errno()).isEqualTo(NetlinkErrno.ENODEV);
        List<Kind> kinds = new ArrayList<>();
        for (Received next = port.receive(); next != null; next = port.receive()) {
            NotifyEvent event = ControlMessages.event(((Datagram) next).frame().messages().getFirst());
            assertThat(event.epoch()).isEqualTo(kinds.size());
            kinds.add(event.kind());
        }
        assertThat(kinds.removeFirst()).isEqualTo(Kind.SNAPSHOT_END);
        assertThat(kinds.subList(0, USERS)).containsOnly(Kind.REGISTERED);
        assertThat(kinds.subList(USERS, 2 * USERS)).containsOnly(Kind.UNREGISTERED).hasSize(USERS);
        assertThat(kinds).hasSize(2 * USERS);
    }

    /** With a cost that grew with the others it would be ten thousand times as much; the rest is caches, and noise. */
    @Test
    void shouldComeAndGoAsFastAmongAHundredThousandOthersAsAmongTen() {
        IntStream.range(0, 10).forEach(this::addOther);
        long amongFew = fastest();
        IntStream.range(10, 100_000).forEach(this::addOther);
        assertThat(fastest()).isLessThan(MOST_TIMES * amongFew);
    }

    private void addOther(int i) {
        assertThat(bus.add(new User(id(i), "other", (msg, sender) -> { }, Map.of(), Origin.NONE, -1, 0), true))
                .isZero();
    }

    /** The least time in which some came and went. */
    private long fastest() {
        long fastest = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < COMING; i++) {
                User user = new User(id(FIRST_COMING + i), "comes", (msg, sender) -> { }, Map.of(),
                        Origin.NONE, -1, 0);
                assertThat(bus.add(user, true)).isZero();
                bus.remove(user, Reason.WITHDRAWN);
            }
            fastest = Math.min(fastest, System.nanoTime() - start);
        }
        return fastest;
    }

    /** Ids from one end of the u32 range to the other. */
    private static CbId id(int i) {
        return new CbId(i % 100 * 0x0290_0000, i);
    }

    private interface Work {
        void of(int i);
    }

    private static void inParallel(Work work) throws InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = IntStream.range(0, THREADS).mapToObj(t -> Thread.ofPlatform()
                .uncaughtExceptionHandler((thread, failure) -> {
                    synchronized (failures) {
                        failures.add(failure);
                    }
                }).start(() -> {
                    for (int i = t; i < USERS; i += THREADS) {
                        work.of(i);
                    }
                })).toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }
}
