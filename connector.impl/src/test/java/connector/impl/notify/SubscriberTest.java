// SPDX-License-Identifier: Apache-2.0
package connector.impl.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.NotifyEvent.Kind;
import connector.api.NotifyEvent.Reason;
import connector.api.NotifyRange;
import connector.api.NotifyRequest;
import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.GateDTO;
import connector.api.runtime.GroupDTO;
import connector.api.runtime.PortDTO;
import connector.api.runtime.UserDTO;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.impl.bus.Origin;
import connector.impl.bus.User;
import connector.impl.netlink.Account;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Datagram;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Holdings;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.netlink.Received;
import connector.impl.policy.RulePolicy;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What who asks has of it: woken, answered, refused, counted. */
class SubscriberTest {

    private static final int OWNER = 1;
    private static final int GROUP = 7;
    private static final CbId ID = new CbId(1, 2);
    private static final NotifyRequest OF_ID = NotifyRequest.of(ID);

    private final Counters counters = new Counters();
    private final RulePolicy policy = new RulePolicy(OWNER);
    private final Netlink netlink = new Netlink(policy, counters);
    private final Notifications notifications = new Notifications(netlink);
    private final AtomicInteger woken = new AtomicInteger();

    @Test
    void shouldWakeItsReaderForEachAnswerAndEvent() {
        notifications.statistics(SubscriberTest::nothing);
        Port port = open(PortLimits.DEFAULT);
        assertThat(port.addMembership(GROUP)).isZero();
        User user = user(ID);

        assertThat(wakes(port, () -> ask(port, OF_ID, GROUP, true))).as("a snapshot").isEqualTo(1);
        assertThat(wakes(port, () -> notifications.registered(user, Reason.STARTED))).as("an event").isEqualTo(1);
        assertThat(wakes(port, () -> dump(port, new byte[0]))).as("a dump").isEqualTo(1);
        assertThat(wakes(port, () -> statistics(port))).as("statistics").isEqualTo(1);
        assertThat(wakes(port, () -> ask(port, OF_ID, 0, true))).as("nothing to read").isZero();
        assertThat(wakes(port, () -> ask(port, OF_ID, GROUP, false))).as("nothing as yet").isZero();
        assertThat(wakes(port, () -> notifications.unregistered(user, Reason.STOPPED))).as("a legacy event")
                .isEqualTo(1);
    }

    @Test
    void shouldDumpTheIdsOfTheRangesThatAreAskedFor() {
        for (int val = 0; val < 5; val++) {
            notifications.registered(user(new CbId(1, val)), Reason.STARTED);
        }
        Port port = open(PortLimits.DEFAULT);
        NotifyRequest some = new NotifyRequest(List.of(new NotifyRange(1, 1)),
                List.of(new NotifyRange(1, 2), new NotifyRange(4, 1)));

        assertThat(dump(port, ControlMessages.request(some, 1, GROUP, true).toByteArray())).isZero();

        assertThat(messages(port)).extracting(CnMsg::id).containsExactly(
                new CbId(1, 1), new CbId(1, 2), new CbId(1, 4), CbId.CONNECTOR);
        assertThat(notifications.subscriptions()).as("a dump is no subscription").isEmpty();
    }

    @Test
    void shouldTellOfIdsThatTheAskerMayBeToldOfAlone() {
        policy.put("one", Map.of("idx", "1", "val", "2", "allow.notify", "uid:1000"));
        notifications.registered(user(ID), Reason.STARTED);
        notifications.registered(user(new CbId(1, 3)), Reason.STARTED);
        Port stranger = netlink.open(Identity.ofProcess(1000, 100, 77, List.of(), "stranger"), PortLimits.DEFAULT,
                port -> { });

        assertThat(ask(stranger, NotifyRequest.ALL, GROUP, true)).isZero();
        notifications.registered(user(new CbId(1, 4)), Reason.STARTED);
        notifications.unregistered(user(ID), Reason.STOPPED);

        assertThat(messages(stranger)).extracting(msg -> ControlMessages.event(msg).kind() + " " + msg.id())
                .containsExactly("PRESENT 1.2", "SNAPSHOT_END " + CbId.CONNECTOR, "UNREGISTERED 1.2");
    }

    @Test
    void shouldCountWhomItRefuses() {
        notifications.statistics(SubscriberTest::nothing);
        policy.put("one", Map.of("idx", "1", "allow.notify", "uid:1000"));
        Port stranger = netlink.open(Identity.ofProcess(1000, 100, 77, List.of(), "a few"), PortLimits.DEFAULT,
                port -> { });
        Port nobody = netlink.open(Identity.ofProcess(1001, 100, 78, List.of(), "none"), PortLimits.DEFAULT,
                port -> { });

        assertThat(ask(nobody, OF_ID, GROUP, true)).isEqualTo(NetlinkErrno.EPERM);
        assertThat(counters.forbidden.sum()).isEqualTo(1);
        assertThat(statistics(stranger)).as("they tell of all ids").isEqualTo(NetlinkErrno.EPERM);
        assertThat(counters.forbidden.sum()).isEqualTo(2);
        assertThat(stranger.receive()).isNull();
    }

    @Test
    void shouldRefuseAPortThatIsClosed() {
        Port port = open(PortLimits.DEFAULT);
        port.close();

        assertThat(ask(port, OF_ID, GROUP, true)).isEqualTo(NetlinkErrno.EBADF);
        assertThat(notifications.subscriptions()).isEmpty();
    }

    @Test
    void shouldSayThatStatisticsFoundNoRoom() {
        notifications.statistics(SubscriberTest::nothing);
        Port port = open(new PortLimits(PortLimits.MIN_RECEIVE_BUFFER, 1 << 20, 4096, 8, 8));
        Port sender = open(PortLimits.DEFAULT);
        assertThat(port.bind(99, 0)).isZero();
        while (sender.send(Frame.of(CnMsg.of(ID, new byte[1000])), 99, 0) == 0) {
            assertThat(port.isClosed()).isFalse();
        }

        assertThat(statistics(port)).isEqualTo(NetlinkErrno.EAGAIN);
    }

    @Test
    void shouldHaveNoMoreStatisticsWaitForAReaderThanItsUserMayHold() {
        int limit = 1 << 20;
        ConnectorDTO all = nothing();
        all.users = Stream.generate(UserDTO::new).limit(1000).toArray(UserDTO[]::new);
        notifications.statistics(() -> all);
        Account account = new Account(new Holdings(), limit, 8, 8);
        Port port = netlink.open(inside(), PortLimits.DEFAULT, account, readable -> { });

        long held = 0;
        while (statistics(port) == 0) {
            held += all.users.length * leastSize(UserDTO.class);
            assertThat(account.queuedBytes()).isBetween(held, (long) limit);
        }

        assertThat(held).isPositive();
        int rows = 0;
        for (Received next = port.receive(); next != null; next = port.receive()) {
            rows += next instanceof Datagram ? 1 : 0;
        }
        assertThat(rows).as("what it was told there was room for").isGreaterThan(all.users.length);
        assertThat(account.queuedBytes()).isZero();
        assertThat(statistics(port)).as("once it has read").isZero();
        port.close();
        assertThat(account.queuedBytes()).isZero();
    }

    @Test
    void shouldHoldNothingOfUsersThatHaveGoneButWhatIsToldOfThem() {
        Account account = new Account(new Holdings(), 1 << 20, 8, 8);
        Port port = netlink.open(inside(), PortLimits.DEFAULT, account, readable -> { });
        ReferenceQueue<User> gone = new ReferenceQueue<>();
        PhantomReference<User> only = comeAndGo(port, gone);

        await().atMost(Duration.ofSeconds(10)).until(() -> {
            System.gc();
            return only.equals(gone.poll());
        });
        assertThat(account.queuedBytes()).isGreaterThan(100);
        assertThat(messages(port)).extracting(msg -> ControlMessages.event(msg).kind())
                .containsExactly(Kind.PRESENT, Kind.SNAPSHOT_END);
        assertThat(account.queuedBytes()).isZero();
    }

    private PhantomReference<User> comeAndGo(Port port, ReferenceQueue<User> queue) {
        User user = user(ID);
        notifications.registered(user, Reason.STARTED);
        assertThat(dump(port, new byte[0])).isZero();
        notifications.unregistered(user, Reason.STOPPED);
        return new PhantomReference<>(user, queue);
    }

    /** What an object takes at least: its header and its fields. */
    private static long leastSize(Class<?> type) {
        long size = 12;
        for (Field field : type.getFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                size += field.getType() == long.class ? 8 : field.getType() == boolean.class ? 1 : 4;
            }
        }
        return size;
    }

    @Test
    void shouldCountTheEventsOfEachSubscription() {
        Port port = open(PortLimits.DEFAULT);
        User user = user(ID);
        ask(port, OF_ID, GROUP, true);
        ask(port, OF_ID, GROUP, false);
        ask(port, NotifyRequest.of(new CbId(9, 9)), GROUP, false);

        notifications.registered(user, Reason.STARTED);
        notifications.changed(user, user(ID), Reason.TOOK_OVER);
        notifications.unregistered(user, Reason.STOPPED);

        assertThat(notifications.subscriptions()).extracting(dto -> dto.events)
                .as("extended, legacy, of another id").containsExactly(3L, 2L, 0L);
        assertThat(messages(port)).extracting(msg -> ControlMessages.event(msg).kind()).containsExactly(
                Kind.SNAPSHOT_END, Kind.REGISTERED, Kind.CHANGED, Kind.UNREGISTERED);
    }

    @Test
    void shouldGiveASubscriptionBackToItsUserHoweverItEnds() {
        Account account = new Account(new Holdings(), 1 << 20, 8, 2);
        Port port = netlink.open(inside(), PortLimits.DEFAULT, account, readable -> { });

        assertThat(ask(port, OF_ID, GROUP, false)).isZero();
        assertThat(ask(port, OF_ID, GROUP, false)).as("replaced").isZero();
        assertThat(ask(port, NotifyRequest.ALL, GROUP, false)).isZero();
        assertThat(account.subscriptions()).isEqualTo(2);
        assertThat(ask(port, NotifyRequest.ALL, GROUP, true)).isEqualTo(NetlinkErrno.ENOSPC);
        assertThat(ask(port, OF_ID, 0, false)).as("cancelled").isZero();
        assertThat(account.subscriptions()).isEqualTo(1);
        notifications.closed(port);
        assertThat(account.subscriptions()).isZero();
    }

    @Test
    void shouldKeepTheSubscriptionThatIsAskedForAgainWhereAnotherGateGrantsItsUserMore() {
        Holdings held = new Holdings();
        Port strict = netlink.open(inside(), PortLimits.DEFAULT, new Account(held, 1 << 20, 8, 1), port -> { });
        Port generous = netlink.open(inside(), PortLimits.DEFAULT, new Account(held, 1 << 20, 8, 8), port -> { });
        assertThat(ask(strict, OF_ID, GROUP, false)).isZero();
        assertThat(ask(generous, OF_ID, GROUP, false)).isZero();
        assertThat(ask(generous, NotifyRequest.ALL, GROUP, false)).isZero();

        assertThat(ask(strict, OF_ID, GROUP + 1, false)).as("the same, to another group").isZero();
        assertThat(ask(strict, NotifyRequest.ALL, GROUP, false)).as("one more").isEqualTo(NetlinkErrno.ENOSPC);

        assertThat(notifications.subscriptions()).extracting(dto -> dto.group)
                .containsExactly((long) GROUP, (long) GROUP, GROUP + 1L);
        assertThat(strict.account().subscriptions()).isEqualTo(3);
        notifications.closed(strict);
        assertThat(strict.account().subscriptions()).isEqualTo(2);
    }

    @Test
    void shouldLetOthersInAfterWhateverIsAsked() throws Exception {
        Port port = open(PortLimits.DEFAULT);
        User user = user(ID);
        List<Runnable> asked = List.of(
                () -> ask(port, OF_ID, GROUP, true),
                () -> dump(port, new byte[0]),
                notifications::subscriptions,
                notifications::epoch,
                () -> notifications.registered(user, Reason.STARTED),
                () -> ask(port, OF_ID, 0, true),
                () -> ask(port, OF_ID, 0, true),
                () -> notifications.closed(port));
        long changes = 0;
        for (int i = 0; i < asked.size(); i++) {
            asked.get(i).run();
            changes = CompletableFuture.supplyAsync(notifications::epoch).get(10, TimeUnit.SECONDS);
        }
        assertThat(changes).isEqualTo(1);
    }

    /** How often the reader is woken by something, having found nothing before. */
    private int wakes(Port port, Runnable something) {
        messages(port);
        woken.set(0);
        something.run();
        return woken.get();
    }

    private int ask(Port port, NotifyRequest request, int group, boolean extended) {
        return notifications.request(ControlMessages.request(request, 1, group, extended), 0, port, null).errno();
    }

    private int dump(Port port, byte[] ranges) {
        return notifications.request(CnMsg.of(CbId.CONNECTOR, ranges), NlMsgHdr.NLM_F_DUMP, port, null).errno();
    }

    private int statistics(Port port) {
        CnMsg request = CnMsg.wrap(CbId.CONNECTOR, 1, 0, CnMsgHdr.CN_STATISTICS, new byte[0]);
        return notifications.request(request, NlMsgHdr.NLM_F_DUMP, port, null).errno();
    }

    private Port open(PortLimits limits) {
        return netlink.open(inside(), limits, readable -> woken.incrementAndGet());
    }

    private static Identity inside() {
        return new Identity(true, OWNER, 1, 1, List.of(), "test");
    }

    private static List<CnMsg> messages(Port port) {
        List<CnMsg> messages = new ArrayList<>();
        for (Received next = port.receive(); next != null; next = port.receive()) {
            messages.addAll(((Datagram) next).frame().messages());
        }
        return messages;
    }

    private static User user(CbId id) {
        return new User(id, "user", (msg, sender) -> { }, Map.of(), new Origin(42, "a.bundle", "1.2.3", 0, 0), -1, 0);
    }

    private static ConnectorDTO nothing() {
        ConnectorDTO dto = new ConnectorDTO();
        dto.counters = new CountersDTO();
        dto.users = new UserDTO[0];
        dto.groups = new GroupDTO[0];
        dto.ports = new PortDTO[0];
        dto.gates = new GateDTO[0];
        return dto;
    }
}
