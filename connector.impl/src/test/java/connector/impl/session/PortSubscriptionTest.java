// SPDX-License-Identifier: Apache-2.0
package connector.impl.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.CnReceiver;
import connector.api.ConnectorException;
import connector.api.Loss;
import connector.api.NotifyEvent;
import connector.api.NotifyEvent.Kind;
import connector.api.NotifyEvent.Reason;
import connector.api.NotifyRequest;
import connector.api.Sender;
import connector.api.wire.NetlinkErrno;
import connector.impl.bus.Bus;
import connector.impl.bus.BusSettings;
import connector.impl.bus.Origin;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.PortLimits;
import connector.impl.notify.Notifications;
import connector.impl.policy.RulePolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PortSubscriptionTest {

    private static final CbId ID = new CbId(12, 1);
    private static final int SMALLEST_QUEUE = 4096;

    private final Netlink netlink = new Netlink(new RulePolicy(1), new Counters());
    private final Bus bus = new Bus(netlink, BusSettings.DEFAULT);
    private final Notifications notifications = new Notifications(netlink);
    private final Session agent = session();
    private final Session client = session();

    @BeforeEach
    void listen() {
        bus.listen(notifications);
    }

    @AfterEach
    void close() {
        bus.close();
    }

    @Test
    void shouldBeginAgainWithASnapshotWhenEventsWereLost() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Set<CbId> there = new ConcurrentSkipListSet<>();
        List<Kind> kinds = new CopyOnWriteArrayList<>();
        List<Loss> losses = new CopyOnWriteArrayList<>();
        CnPort port = client.openPort(0, SMALLEST_QUEUE, new CnReceiver() {
            @Override
            public void received(CnMsg msg, Sender sender) {
                throw new AssertionError("events are for the subscription: " + msg);
            }

            @Override
            public void overrun(Loss loss) {
                losses.add(loss);
            }
        });
        port.subscribe(NotifyRequest.ALL, event -> {
            kinds.add(event.kind());
            switch (event.kind()) {
                case PRESENT, REGISTERED -> there.add(event.id());
                case UNREGISTERED -> there.remove(event.id());
                case SNAPSHOT_END -> {
                    entered.countDown();
                    awaitQuietly(release);
                }
                default -> throw new AssertionError(event);
            }
        });
        entered.await();
        int users = 200;
        for (int val = 0; val < users; val++) {
            assertThat(agent.addCallback(new CbId(12, val), "user", (msg, sender) -> { })).isZero();
        }
        release.countDown();

        await().until(() -> kinds.stream().filter(Kind.SNAPSHOT_END::equals).count() >= 2 && there.size() == users);
        assertThat(losses).isNotEmpty();
        agent.delCallback(new CbId(12, 0));
        await().until(() -> !there.contains(new CbId(12, 0)));
    }

    @Test
    void shouldEndOneOfTwoForTheSameIdsAlone() throws Exception {
        CnPort port = client.openPort((msg, sender) -> { });
        List<Kind> first = new CopyOnWriteArrayList<>();
        List<Kind> second = new CopyOnWriteArrayList<>();
        CnPort.Subscription one = port.subscribe(NotifyRequest.of(ID), event -> first.add(event.kind()));
        await().until(() -> first.equals(List.of(Kind.SNAPSHOT_END)));
        CnPort.Subscription two = port.subscribe(NotifyRequest.of(ID), event -> second.add(event.kind()));
        CnPort.Subscription legacy = port.subscribe(NotifyRequest.of(ID), 3);
        agent.addCallback(ID, "user", (msg, sender) -> { });
        agent.addCallback(new CbId(12, 2), "another", (msg, sender) -> { });
        await().until(() -> second.equals(List.of(Kind.SNAPSHOT_END, Kind.REGISTERED)));

        one.close();
        agent.delCallback(ID);

        await().until(() -> second.size() == 3);
        assertThat(first).containsExactly(Kind.SNAPSHOT_END, Kind.REGISTERED);
        assertThat(notifications.subscriptions()).as("to the connector one of each kind").hasSize(2);
        two.close();
        assertThat(notifications.subscriptions()).singleElement().matches(dto -> !dto.extended);
        legacy.close();
        assertThat(notifications.subscriptions()).isEmpty();
    }

    @Test
    void shouldSayWhyItWasRefusedAndBeForgotten() throws Exception {
        CnPort port = client.openPort((msg, sender) -> { });
        List<NotifyEvent> events = Collections.synchronizedList(new ArrayList<>());
        List<CnPort.Subscription> all = new ArrayList<>();
        for (int val = 0; val < PortLimits.DEFAULT.maxSubscriptions(); val++) {
            all.add(port.subscribe(NotifyRequest.of(new CbId(1, val)), event -> { }));
        }

        assertThatExceptionOfType(ConnectorException.class)
                .isThrownBy(() -> port.subscribe(NotifyRequest.ALL, events::add))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(NetlinkErrno.ENOSPC))
                .withMessageStartingWith("subscribing failed: ENOSPC, ").withMessageContaining("cancel one");
        all.getFirst().close();
        port.subscribe(NotifyRequest.of(ID), event -> { });
        agent.addCallback(ID, "user", (msg, sender) -> { });
        await().until(() -> notifications.subscriptions()[all.size() - 1].events == 1);
        assertThat(events).isEmpty();
        port.close();
        assertThatExceptionOfType(ConnectorException.class)
                .isThrownBy(() -> port.subscribe(NotifyRequest.ALL, events::add))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(NetlinkErrno.EBADF));
    }

    @Test
    void shouldSayWhyAGroupIsNotJoinedOrLeft() throws Exception {
        CnPort port = client.openPort((msg, sender) -> { });

        assertThat(port.addMembership(0)).isEqualTo(NetlinkErrno.EINVAL);
        assertThat(port.dropMembership(0)).isEqualTo(NetlinkErrno.EINVAL);
        assertThat(port.bind(0b101)).isZero();
        assertThat(port.memberships()).containsExactly(1, 3);
        port.close();
        assertThat(port.bind(1)).isEqualTo(NetlinkErrno.EBADF);
        assertThat(port.addMembership(1)).isEqualTo(NetlinkErrno.EBADF);
        assertThat(port.dropMembership(1)).isEqualTo(NetlinkErrno.EBADF);
    }

    @Test
    void shouldKeepTheOneThatIsOpenedWhileItsEqualIsClosed() throws Exception {
        CnPort port = client.openPort((msg, sender) -> { });
        CnPort.Subscription other = port.subscribe(NotifyRequest.of(ID), event -> { });
        for (int round = 0; round < 3000; round++) {
            CnPort.Subscription closing = other;
            CyclicBarrier start = new CyclicBarrier(2);
            Thread closer = Thread.ofPlatform().start(() -> {
                awaitQuietly(start);
                closing.close();
            });
            awaitQuietly(start);
            other = port.subscribe(NotifyRequest.of(ID), event -> { });
            closer.join();
            assertThat(notifications.subscriptions()).as("round %d", round).hasSize(1);
        }
        other.close();
        assertThat(notifications.subscriptions()).isEmpty();
    }

    private static void awaitQuietly(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Session session() {
        return new Session(bus, new Identity(true, 1, 1, 1, List.of(), "test"), Origin.NONE, () -> Reason.WITHDRAWN);
    }
}
