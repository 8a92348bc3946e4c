// SPDX-License-Identifier: Apache-2.0
package connector.impl.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.NotifyEvent;
import connector.api.NotifyEvent.Kind;
import connector.api.NotifyEvent.Reason;
import connector.api.NotifyRange;
import connector.api.NotifyRequest;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.impl.bus.Origin;
import connector.impl.bus.User;
import connector.impl.gate.AllocationFailures;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Datagram;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Kernel;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.netlink.Received;
import connector.impl.netlink.Route;
import connector.impl.netlink.Verdict;
import connector.impl.policy.RulePolicy;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class NotificationsTest {

    private static final int GROUP = 1;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final NotifyRequest CN_TEST = new NotifyRequest(List.of(new NotifyRange(0x123, 10)),
            List.of(new NotifyRange(0x456, 10), new NotifyRange(0x46a, 10)));

    private final Counters counters = new Counters();
    private final Netlink netlink = new Netlink(new RulePolicy(1), counters);
    private final Notifications notifications = new Notifications(netlink);
    private final Map<CbId, User> users = new ConcurrentHashMap<>();

    NotificationsTest() {
        netlink.attach(new Kernel() {
            @Override
            public Verdict receive(Frame frame, Port from, int group) {
                throw new AssertionError("not used");
            }

            @Override
            public Route route(Port from) {
                throw new UnsupportedOperationException("nobody sends out of a buffer here");
            }

            @Override
            public void closed(Port port) {
                notifications.closed(port);
            }
        });
    }

    @Test
    void shouldSendTheLegacyEventOfTwentyBytesToTheGroup() {
        Port port = open(GROUP);
        assertThat(ask(port, CN_TEST, GROUP, false)).isEqualTo(Verdict.OK);
        notifications.registered(user(0x123, 0x457), Reason.STARTED);
        notifications.unregistered(user(0x123, 0x457), Reason.STOPPED);
        Datagram registered = (Datagram) port.receive();
        assertThat(registered.group()).isEqualTo(GROUP);
        assertThat(registered.sourcePort()).isZero();
        assertThat(registered.frame().bytes()).hasSize(36);
        assertThat(registered.frame().messages()).containsExactly(CnMsg.of(new CbId(0x123, 0x457), 0, 0));
        assertThat(messages(port)).containsExactly(CnMsg.of(new CbId(0x123, 0x457), 0, 1));
    }

    @Test
    void shouldTakeTheGoldenRequestOfCnTest() {
        // facts: cn_test's subscription; group 1, idx {0x123,10}, val {0x456,10},{0x46a,10}.
        byte[] golden = {1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0x18, 0, 0, 0, 0x23, 1, 0, 0, 10, 0, 0, 0,
            0x56, 4, 0, 0, 10, 0, 0, 0, 0x6a, 4, 0, 0, 10, 0, 0, 0};
        if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            assertThat(ControlMessages.request(CN_TEST, 0x123, GROUP, false).toByteArray()).isEqualTo(golden);
        }
        Port port = open(GROUP);
        ask(port, CN_TEST, GROUP, false);
        notifications.registered(user(0x12c, 0x473), Reason.STARTED);
        notifications.registered(user(0x12d, 0x456), Reason.STARTED);
        notifications.registered(user(0x123, 0x460), Reason.STARTED);
        assertThat(messages(port)).extracting(CnMsg::id).containsExactly(new CbId(0x12c, 0x473));
    }

    @Test
    void shouldSendTheSnapshotFirstThenEachChangeWithAGreaterEpoch() {
        notifications.registered(user(1, 1), Reason.STARTED);
        notifications.registered(user(1, 2), Reason.STARTED);
        notifications.registered(user(2, 1), Reason.STARTED);
        notifications.unregistered(user(1, 2), Reason.STOPPED);
        Port port = open(0);
        notifications.request(ControlMessages.request(NotifyRequest.ALL, 77, 9, true), 0, port, null);
        notifications.changed(user(1, 1), newUser(1, 1), Reason.TOOK_OVER);
        List<CnMsg> messages = messages(port);
        List<NotifyEvent> events = messages.stream().map(ControlMessages::event).toList();
        assertThat(events).extracting(event -> event.kind() + " " + event.id() + " " + event.epoch()).containsExactly(
                "PRESENT 1.1 4", "PRESENT 2.1 4", "SNAPSHOT_END 4294967295.4294967295 4", "CHANGED 1.1 5");
        assertThat(messages.get(0).seq()).isEqualTo(77);
        assertThat(messages.get(0).ack()).isEqualTo(1);
        assertThat(messages.get(3).seq()).isZero();
        assertThat(events.getFirst()).isEqualTo(new NotifyEvent(Kind.PRESENT, new CbId(1, 1), Reason.NONE, 4, 0, "user",
                "a.bundle", "1.2.3", 42));
        assertThat(events.getLast().reason()).isEqualTo(Reason.TOOK_OVER);
    }

    @Test
    void shouldTellThatAHoldoverExpiredToThoseAloneWhoKnowWhatThatIs() {
        Port legacy = open(GROUP);
        Port extended = open(0);
        ask(legacy, NotifyRequest.ALL, GROUP, false);
        ask(extended, NotifyRequest.ALL, 0x77, true);
        notifications.registered(user(1, 1), Reason.STARTED);
        notifications.unregistered(user(1, 1), Reason.SUSPENDED);
        notifications.expired(user(1, 1), 3);
        assertThat(messages(legacy)).containsExactly(CnMsg.of(new CbId(1, 1), 0, 0), CnMsg.of(new CbId(1, 1), 0, 1));
        List<NotifyEvent> events = messages(extended).stream().map(ControlMessages::event).toList();
        assertThat(events).extracting(event -> event.kind() + " " + event.reason() + " " + event.epoch())
                .containsExactly("SNAPSHOT_END NONE 0", "REGISTERED STARTED 1", "UNREGISTERED SUSPENDED 2",
                        "EXPIRED NONE 3");
        assertThat(events.getLast().bundle()).isEqualTo("a.bundle");
    }

    @Test
    void shouldGiveASnapshotThatIsLargerThanAnyQueue() {
        for (int val = 0; val < 10_000; val++) {
            notifications.registered(user(1, val), Reason.STARTED);
        }
        Port port = open(0);
        port.receiveBufferBytes(4096);
        notifications.request(CnMsg.of(CbId.CONNECTOR), NlMsgHdr.NLM_F_DUMP, port, null);
        assertThat(messages(port)).hasSize(10_001);
        assertThat(notifications.subscriptions()).as("a dump is no subscription").isEmpty();
    }

    @Test
    void shouldMakeTheEventsOfASnapshotOneByOneAsTheyAreRead() {
        int users = 10_000;
        for (int val = 0; val < users; val++) {
            notifications.registered(user(1, val), Reason.STARTED);
        }
        Port port = open(0);
        for (int round = 0; round < 2; round++) {
            notifications.request(CnMsg.of(CbId.CONNECTOR), NlMsgHdr.NLM_F_DUMP, port, null);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            assertThat(port.receive()).isNotNull();
            long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(messages(port)).hasSize(users);
            if (round > 0) {
                assertThat(taken).as("bytes for the first of %d", users).isLessThan(100L * users);
            }
        }
    }

    @Test
    @SuppressWarnings("unchecked") // It is made by a class of its own loader.
    void shouldCountWhatThereIsOfSubscriptionsWhicheverAllocationFails() throws Exception {
        IntFunction<String> subscription = (IntFunction<String>) new AllocationFailures()
                .loadClass(ShortSubscription.class.getName()).getConstructor().newInstance();
        int allocation = 1;
        for (String said = subscription.apply(allocation); !said.equals("none failed");
                said = subscription.apply(++allocation)) {
            assertThat(said).as("allocation %d", allocation).isEqualTo("0 too many");
        }
        assertThat(allocation).isGreaterThan(10);
    }

    @Test
    void shouldTellOfABundleWhoseNameIsLongerThanAMessage() {
        String endless = "\u00e4".repeat(CnMsg.MAX_DATA);
        Port port = open(0);
        assertThat(ask(port, NotifyRequest.ALL, GROUP, true)).isEqualTo(Verdict.OK);
        notifications.registered(new User(new CbId(1, 1), "user", (msg, sender) -> { }, Map.of(),
                new Origin(42, endless, "1.2.3." + endless, 0, 0), -1, 0), Reason.STARTED);
        Port later = open(0);
        assertThat(ask(later, NotifyRequest.ALL, GROUP, true)).isEqualTo(Verdict.OK);
        for (Port told : List.of(port, later)) {
            NotifyEvent event = messages(told).stream().map(ControlMessages::event)
                    .filter(one -> one.id().equals(new CbId(1, 1))).findFirst().orElseThrow();
            assertThat(event.bundle()).hasSizeGreaterThan(100);
            assertThat(endless).startsWith(event.bundle());
            assertThat(event.version()).startsWith("1.2.3.");
            assertThat(event.bundleId()).isEqualTo(42);
        }
    }

    @Test
    void shouldSendAnEventOnceToEachGroupAndPortHoweverManyRequestsMatch() {
        Port port = open(GROUP);
        ask(port, NotifyRequest.ALL, GROUP, false);
        ask(port, CN_TEST, GROUP, false);
        ask(open(0), CN_TEST, GROUP, false);
        notifications.registered(user(0x123, 0x456), Reason.STARTED);
        assertThat(messages(port)).hasSize(1);
        Port extended = open(0);
        ask(extended, NotifyRequest.ALL, GROUP, true);
        ask(extended, CN_TEST, GROUP, true);
        messages(extended);
        notifications.unregistered(user(0x123, 0x456), Reason.STOPPED);
        assertThat(messages(extended)).hasSize(1);
    }

    @Test
    void shouldFollowTheOldMatcherForLegacySubscriptionsAloneWhereItIsSwitchedOn() {
        Port legacy = open(GROUP);
        Port extended = open(0);
        ask(legacy, CN_TEST, GROUP, false);
        ask(extended, CN_TEST, 0x77, true);
        messages(extended);
        notifications.matcher(Matcher.LINUX_2_6);
        notifications.registered(user(0x123, 0x456), Reason.STARTED);
        notifications.registered(user(0x123, 0x46a), Reason.STARTED);
        assertThat(messages(legacy)).extracting(CnMsg::id).containsExactly(new CbId(0x123, 0x456));
        assertThat(messages(extended)).extracting(CnMsg::id)
                .containsExactly(new CbId(0x123, 0x456), new CbId(0x123, 0x46a));
        notifications.matcher(Matcher.DOCUMENTED);
        notifications.unregistered(user(0x123, 0x46a), Reason.STOPPED);
        assertThat(messages(legacy)).extracting(CnMsg::id).containsExactly(new CbId(0x123, 0x46a));
    }

    @Test
    void shouldReplaceTheSameRequestAndCancelOnlyTheAskersOwn() {
        Port one = open(GROUP);
        Port two = open(GROUP);
        ask(one, CN_TEST, GROUP, false);
        ask(one, CN_TEST, 5, false);
        ask(two, CN_TEST, GROUP, false);
        assertThat(notifications.subscriptions()).extracting(dto -> dto.group).containsExactly(5L, 1L);
        assertThat(ask(two, NotifyRequest.ALL, 0, false).errno()).isEqualTo(NetlinkErrno.ENOENT);
        assertThat(ask(two, CN_TEST, 0, true).errno()).as("of the other kind").isEqualTo(NetlinkErrno.ENOENT);
        assertThat(ask(two, CN_TEST, 0, false)).isEqualTo(Verdict.OK);
        assertThat(notifications.subscriptions()).hasSize(1);
        one.close();
        assertThat(notifications.subscriptions()).isEmpty();
    }

    @Test
    void shouldLimitThePortsNumberOfSubscriptions() {
        Port port = open(0);
        for (int i = 0; i < PortLimits.DEFAULT.maxSubscriptions(); i++) {
            assertThat(ask(port, NotifyRequest.of(new CbId(i, i)), GROUP, false)).isEqualTo(Verdict.OK);
        }
        assertThat(ask(port, NotifyRequest.ALL, GROUP, false).errno()).isEqualTo(NetlinkErrno.ENOSPC);
        assertThat(counters.tooManySubscriptions.sum()).isEqualTo(1);
    }

    @Test
    void shouldRefuseRequestsWhoseCountsAndLengthsDisagree() {
        Port port = open(0);
        byte[] good = ControlMessages.request(CN_TEST, 0, GROUP, false).toByteArray();
        List<byte[]> bad = new ArrayList<>();
        for (int length = 0; length < good.length; length++) {
            bad.add(Arrays.copyOf(good, length));
        }
        bad.add(Arrays.copyOf(good, good.length + 1));
        bad.add(with(good, 0, 2));
        bad.add(with(good, 4, 0));
        bad.add(with(good, 12, 23));
        bad.add(with(with(Arrays.copyOf(good, 16), 0, 0x8000_0000), 4, 0x8000_0000));
        for (byte[] data : bad) {
            Verdict verdict = notifications.request(CnMsg.of(CbId.CONNECTOR, data), 0, port, null);
            assertThat(verdict.errno()).as("%d bytes", data.length).isEqualTo(NetlinkErrno.EINVAL);
            assertThat(verdict.offset()).isBetween(36, 36 + 12);
        }
        assertThat(counters.badNotifyRequests.sum()).isEqualTo(bad.size());
        assertThat(notifications.subscriptions()).isEmpty();
    }

    @Test
    void shouldRefuseWhoMayNotAsk() {
        Port stranger = netlink.open(Identity.ofProcess(2, 2, 2, List.of(), "stranger"), PortLimits.DEFAULT, p -> { });
        assertThat(ask(stranger, NotifyRequest.ALL, GROUP, true).errno()).isEqualTo(NetlinkErrno.EPERM);
        assertThat(stranger.receive()).isNull();
    }

    @Test
    void shouldLetSubscribersKeepAnExactTableWhileIdsComeAndGo() throws Exception {
        long seed = System.nanoTime();
        Thread changes = Thread.ofPlatform().start(() -> {
            SplittableRandom random = new SplittableRandom(seed);
            Set<Integer> there = new TreeSet<>();
            for (int i = 0; i < 5_000; i++) {
                int val = random.nextInt(50);
                if (there.add(val)) {
                    notifications.registered(user(1, val), Reason.STARTED);
                } else {
                    there.remove(val);
                    notifications.unregistered(user(1, val), Reason.STOPPED);
                }
            }
        });
        List<Port> ports = new ArrayList<>();
        while (changes.isAlive() && ports.size() < 40) {
            Port port = open(0);
            port.receiveBufferBytes(1 << 23);
            ask(port, NotifyRequest.ALL, GROUP, true);
            ports.add(port);
        }
        changes.join();
        Port last = open(0);
        ask(last, NotifyRequest.ALL, GROUP, true);
        Set<CbId> expected = table(last, seed);
        for (Port port : ports) {
            assertThat(table(port, seed)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    private static Set<CbId> table(Port port, long seed) {
        Set<CbId> ids = new TreeSet<>();
        long epoch = -1;
        for (CnMsg msg : messages(port)) {
            NotifyEvent event = ControlMessages.event(msg);
            switch (event.kind()) {
                case PRESENT, REGISTERED -> assertThat(ids.add(event.id())).as("seed %d", seed).isTrue();
                case UNREGISTERED -> assertThat(ids.remove(event.id())).as("seed %d", seed).isTrue();
                default -> epoch = event.epoch();
            }
            if (event.kind() == Kind.REGISTERED || event.kind() == Kind.UNREGISTERED) {
                assertThat(event.epoch()).as("seed %d", seed).isEqualTo(++epoch);
            }
        }
        return ids;
    }

    private Verdict ask(Port port, NotifyRequest request, int group, boolean extended) {
        return notifications.request(ControlMessages.request(request, 1, group, extended), 0, port, null);
    }

    private Port open(int groups) {
        Identity inside = new Identity(true, 1, 1, 1, List.of(), "test");
        Port port = netlink.open(inside, PortLimits.DEFAULT, readable -> { });
        assertThat(port.bind(0, groups)).isZero();
        return port;
    }

    private static List<CnMsg> messages(Port port) {
        List<CnMsg> messages = new ArrayList<>();
        for (Received next = port.receive(); next != null; next = port.receive()) {
            messages.addAll(((Datagram) next).frame().messages());
        }
        return messages;
    }

    /** The one user of an id in this test. */
    private User user(int idx, int val) {
        return users.computeIfAbsent(new CbId(idx, val), id -> newUser(idx, val));
    }

    private static User newUser(int idx, int val) {
        return new User(new CbId(idx, val), "user", (msg, sender) -> { }, Map.of(),
                new Origin(42, "a.bundle", "1.2.3", 0, 0), -1, 0);
    }

    private static byte[] with(byte[] data, int offset, int value) {
        byte[] copy = data.clone();
        NlMsgHdr.buffer(copy).putInt(offset, value);
        return copy;
    }
}
