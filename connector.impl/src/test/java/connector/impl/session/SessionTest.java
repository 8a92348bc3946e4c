// SPDX-License-Identifier: Apache-2.0
package connector.impl.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.CnReceiver;
import connector.api.ConnectorConstants;
import connector.api.ConnectorException;
import connector.api.Loss;
import connector.api.NotifyEvent;
import connector.api.NotifyEvent.Kind;
import connector.api.NotifyEvent.Reason;
import connector.api.NotifyRequest;
import connector.api.ReplyConvention;
import connector.api.Sender;
import connector.api.wire.NetlinkErrno;
import connector.impl.bus.Bus;
import connector.impl.bus.BusSettings;
import connector.impl.bus.Origin;
import connector.impl.gate.AllocationFailures;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.notify.Notifications;
import connector.impl.policy.RulePolicy;
import java.io.IOError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class SessionTest {

    private static final CbId ID = new CbId(12, 1);
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Netlink netlink = new Netlink(new RulePolicy(1), new Counters());
    private final Bus bus = new Bus(netlink, new BusSettings(200, 1000, 8));
    private final Notifications notifications = new Notifications(netlink);
    private final Session agent = session();
    private final Session client = session();

    SessionTest() {
        bus.listen(notifications);
    }

    @AfterEach
    void close() {
        bus.close();
    }

    @Test
    void shouldAnswerARequestWithTheSameSeqAndTheNextAck() throws Exception {
        AtomicReference<CnMsg> request = new AtomicReference<>();
        agent.addCallback(ID, "echo", (msg, sender) -> {
            request.set(msg);
            assertThat(sender.inPlatform()).isTrue();
            assertThat(sender.reply(msg, msg.toByteArray())).isZero();
        });
        CnMsg reply = client.request(ID, "hello".getBytes(StandardCharsets.UTF_8), LONG);
        assertThat(reply.text()).isEqualTo("hello");
        assertThat(reply.isReplyTo(request.get())).isTrue();
    }

    @Test
    void shouldGiveTheReasonWhenThereIsNoReply() throws Exception {
        assertThatExceptionOfType(ConnectorException.class).isThrownBy(() -> client.request(ID, new byte[0], LONG))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(NetlinkErrno.ENODEV)).withMessageContaining("12.1");
        AtomicReference<Sender> late = new AtomicReference<>();
        AtomicReference<CnMsg> asked = new AtomicReference<>();
        agent.addCallback(ID, "silent", (msg, sender) -> {
            asked.set(msg);
            late.set(sender);
        });
        assertThatExceptionOfType(ConnectorException.class)
                .isThrownBy(() -> client.request(ID, new byte[0], Duration.ofMillis(20)))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(NetlinkErrno.ETIMEDOUT));
        late.get().reply(asked.get());
        assertThat(netlink.counters().lateReplies.sum()).isEqualTo(1);
        CompletableFuture<CnMsg> pending = client.requestAsync(ID, new byte[0], LONG, ReplyConvention.ACK_PLUS_ONE);
        client.close();
        assertThat(errnoOf(pending)).isEqualTo(NetlinkErrno.ECANCELED);
        assertThatIllegalArgumentException().isThrownBy(() -> client.request(ID, new byte[0], Duration.ZERO));
    }

    @Test
    @SuppressWarnings("unchecked") // It is made by a class of its own loader.
    void shouldGoOnReceivingWhicheverAllocationFailsForWhoReceives() throws Exception {
        IntFunction<String> receiver = (IntFunction<String>) new AllocationFailures()
                .loadClass(ShortReceiver.class.getName()).getConstructor().newInstance();
        int allocation = 1;
        for (String said = receiver.apply(allocation); !said.equals("none failed");
                said = receiver.apply(++allocation)) {
            assertThat(said).as("allocation %d", allocation).isEqualTo("goes on");
        }
        assertThat(allocation).isGreaterThan(100);
    }

    @Test
    void shouldSpeakTheConventionsThatUsersInvented() throws Exception {
        agent.addCallback(ID, "all four", (msg, sender) -> {
            ReplyConvention convention = ReplyConvention.valueOf(msg.text());
            int ack = switch (convention) {
                case ACK_PLUS_ONE -> msg.ack() + 1;
                case SEQ_PLUS_ONE -> msg.seq() + 1;
                case ACK_IS_ERRNO -> NetlinkErrno.EINVAL;
                case SAME_ACK -> msg.ack();
            };
            sender.send(CnMsg.of(msg.id(), msg.seq() + 1, ack));
            sender.send(CnMsg.ofText(msg.id(), msg.seq(), ack, "yes"));
        });
        for (ReplyConvention convention : ReplyConvention.values()) {
            CompletableFuture<CnMsg> reply = client.requestAsync(ID,
                    convention.name().getBytes(StandardCharsets.UTF_8), LONG, convention);
            assertThat(reply.get().text()).isEqualTo("yes");
        }
    }

    @Test
    void shouldCompleteFuturesOnAThreadOfItsOwn() throws Exception {
        AtomicReference<Sender> asker = new AtomicReference<>();
        AtomicReference<CnMsg> request = new AtomicReference<>();
        agent.addCallback(ID, "later", (msg, sender) -> {
            request.set(msg);
            asker.set(sender);
        });
        AtomicReference<Thread> completed = new AtomicReference<>();
        CompletableFuture<Void> done = client.requestAsync(ID, new byte[0], LONG, ReplyConvention.ACK_PLUS_ONE)
                .thenAccept(reply -> completed.set(Thread.currentThread()));
        asker.get().reply(request.get());
        done.get();
        assertThat(completed.get()).isNotSameAs(Thread.currentThread());
    }

    @Test
    void shouldReceiveWhatItsGroupsAreSentWithTheGroupSaid() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        CnPort port = client.openPort((msg, sender) -> seen.add(msg + " from " + sender.portId() + " by "
                + sender.group()));
        assertThat(port.portId()).isNotZero();
        assertThat(agent.netlinkSend(CnMsg.of(ID), 12)).isEqualTo(NetlinkErrno.ESRCH);
        assertThat(port.addMembership(12)).isZero();
        assertThat(port.memberships()).containsExactly(12);
        agent.addCallback(ID, "a", ignore());
        assertThat(agent.netlinkSend(CnMsg.of(ID, 5, 0), 0)).isZero();
        assertThat(agent.netlinkSend(CnMsg.of(ID, 6, 0), port.portId(), 0)).isZero();
        assertThat(agent.netlinkSend(CnMsg.of(ID, 7, 0), port.portId(), 12)).as("left out")
                .isEqualTo(NetlinkErrno.ESRCH);
        assertThat(agent.netlinkSendMult(List.of(CnMsg.of(ID, 8, 0), CnMsg.of(ID, 9, 0)), 0, 12, null)).isZero();
        assertThat(agent.netlinkSendMult(List.of(CnMsg.of(ID, 10, 0)), 0, 12, portId -> false))
                .isEqualTo(NetlinkErrno.ESRCH);
        await().until(() -> seen.size() == 4);
        assertThat(seen).containsExactly("12.1 seq 5 ack 0 len 0 from 0 by 12", "12.1 seq 6 ack 0 len 0 from 0 by 0",
                "12.1 seq 8 ack 0 len 0 from 0 by 12", "12.1 seq 9 ack 0 len 0 from 0 by 12");
        assertThat(agent.netlinkSendMult(List.of(), 0, 12, null)).isEqualTo(NetlinkErrno.EINVAL);
        CnMsg large = CnMsg.of(ID, new byte[16_000]);
        assertThat(agent.netlinkSendMult(List.of(large, large), 0, 12, null)).isEqualTo(NetlinkErrno.EMSGSIZE);
    }

    @Test
    void shouldLetPortsTalkToUsersAndToEachOther() throws Exception {
        List<Sender> senders = new CopyOnWriteArrayList<>();
        agent.addCallback(ID, "a", (msg, sender) -> senders.add(sender));
        List<String> got = new CopyOnWriteArrayList<>();
        CnPort one = client.openPort(0x1111, 0, (msg, sender) -> got.add("one " + msg.text()));
        CnPort two = client.openPort((msg, sender) -> {
            got.add("two " + msg.text());
            sender.reply(msg, "back".getBytes(StandardCharsets.UTF_8));
        });
        assertThat(one.send(CnMsg.of(ID))).isZero();
        assertThat(senders.getFirst().portId()).isEqualTo(0x1111);
        assertThat(one.send(List.of(CnMsg.of(ID), CnMsg.of(new CbId(9, 9)), CnMsg.of(ID))))
                .isEqualTo(NetlinkErrno.ENODEV);
        assertThat(senders).hasSize(2);
        assertThat(one.send(CnMsg.ofText(ID, 1, 1, "there"), two.portId(), 0)).isZero();
        await().until(() -> got.equals(List.of("two there", "one back")));
        assertThat(one.send(CnMsg.of(ID), 0x2222, 0)).isEqualTo(NetlinkErrno.ECONNREFUSED);
        assertThatExceptionOfType(ConnectorException.class).isThrownBy(() -> agent.openPort(0x1111, 0, (m, s) -> { }))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(NetlinkErrno.EADDRINUSE));
        two.close();
        assertThat(two.send(CnMsg.of(ID))).isEqualTo(NetlinkErrno.EBADF);
        assertThat(senders.getFirst().send(CnMsg.of(ID))).isZero();
        one.close();
        assertThat(senders.getFirst().send(CnMsg.of(ID))).isEqualTo(NetlinkErrno.ECONNREFUSED);
    }

    @Test
    void shouldTellAReceiverExactlyWhatItLost() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<Integer> seen = new CopyOnWriteArrayList<>();
        List<Loss> losses = new CopyOnWriteArrayList<>();
        CnPort port = client.openPort(0, 4096, new CnReceiver() {
            @Override
            public void received(CnMsg msg, Sender sender) throws Exception {
                entered.countDown();
                release.await();
                seen.add(msg.seq());
            }

            @Override
            public void overrun(Loss loss) {
                losses.add(loss);
            }
        });
        port.addMembership(5);
        agent.netlinkSend(CnMsg.of(ID, 1, 0), 5);
        entered.await();
        int sent = 1;
        while (agent.netlinkSend(CnMsg.of(ID, ++sent, 0), 5) == 0) {
            assertThat(sent).isLessThan(1000);
        }
        agent.netlinkSend(CnMsg.of(ID, ++sent, 0), 5);
        release.countDown();
        int lost = 2;
        int taken = sent - lost;
        await().until(() -> seen.size() == taken);
        assertThat(losses).containsExactly(new Loss(5, lost, taken + 1, sent));
        assertThat(seen).isSorted();
    }

    @Test
    void shouldNotifyAListenerOfSnapshotAndChanges() throws Exception {
        agent.addCallback(ID, "there", ignore());
        List<NotifyEvent> events = new CopyOnWriteArrayList<>();
        List<CnMsg> messages = new CopyOnWriteArrayList<>();
        CnPort port = client.openPort((msg, sender) -> messages.add(msg));
        CnPort.Subscription subscription = port.subscribe(NotifyRequest.ALL, events::add);
        agent.addCallback(new CbId(12, 2), "new", ignore());
        agent.delCallback(ID);
        await().until(() -> events.size() == 4);
        assertThat(events).extracting(NotifyEvent::kind)
                .containsExactly(Kind.PRESENT, Kind.SNAPSHOT_END, Kind.REGISTERED, Kind.UNREGISTERED);
        assertThat(events).extracting(NotifyEvent::name).containsExactly("there", "", "new", "there");
        assertThat(events.getLast().reason()).isEqualTo(Reason.WITHDRAWN);
        subscription.close();
        subscription.close();
        agent.delCallback(new CbId(12, 2));
        assertThat(notifications.subscriptions()).isEmpty();
        assertThat(messages).isEmpty();
    }

    @Test
    void shouldMulticastLegacyEventsToTheGroup() throws Exception {
        List<CnMsg> messages = new CopyOnWriteArrayList<>();
        CnPort port = client.openPort((msg, sender) -> messages.add(msg));
        port.addMembership(1);
        port.subscribe(NotifyRequest.of(ID), 1);
        assertThatExceptionOfType(ConnectorException.class).isThrownBy(() -> port.subscribe(NotifyRequest.ALL, 0));
        agent.addCallback(ID, "a", ignore());
        agent.delCallback(ID);
        agent.addCallback(new CbId(1, 1), "other", ignore());
        await().until(() -> messages.size() == 2);
        assertThat(messages).containsExactly(CnMsg.of(ID, 0, 0), CnMsg.of(ID, 0, 1));
    }

    @Test
    void shouldEndWithItsSessionWhatWasMadeWithIt() throws Exception {
        agent.addCallback(ID, "a", ignore());
        CnPort port = agent.openPort((msg, sender) -> { });
        port.subscribe(NotifyRequest.ALL, event -> { });
        client.delCallback(ID);
        assertThat(bus.users()).as("another session's callback is left alone").hasSize(1);
        agent.close();
        assertThat(bus.users()).isEmpty();
        assertThat(notifications.subscriptions()).isEmpty();
        assertThat(netlink.ports()).isEmpty();
        assertThat(agent.addCallback(ID, "a", ignore())).isEqualTo(NetlinkErrno.EAGAIN);
        assertThatExceptionOfType(ConnectorException.class).isThrownBy(() -> agent.openPort((msg, sender) -> { }))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(NetlinkErrno.ECANCELED));
    }

    @Test
    void shouldSurviveAReceiverThatThrows() throws Exception {
        List<Integer> seen = new CopyOnWriteArrayList<>();
        CnPort port = client.openPort((msg, sender) -> {
            seen.add(msg.seq());
            throw new IllegalStateException("on purpose");
        });
        for (int i = 0; i < 3; i++) {
            agent.netlinkSend(CnMsg.of(ID, i, 0), port.portId(), 0);
        }
        await().until(() -> seen.equals(List.of(0, 1, 2)));
    }

    @Test
    void shouldGoOnCallingAReceiverWhateverItThrows() throws Exception {
        List<Throwable> thrown = List.of(new Error("on purpose"), new OutOfMemoryError("on purpose"),
                new IOError(new IOException("on purpose")), new Unspeakable(), new InterruptedException());
        List<Integer> seen = new CopyOnWriteArrayList<>();
        CnPort port = client.openPort((msg, sender) -> {
            seen.add(msg.seq());
            SessionTest.<RuntimeException>sneak(thrown.get(msg.seq()));
        });
        for (int i = 0; i < thrown.size(); i++) {
            int expected = i + 1;
            assertThat(agent.netlinkSend(CnMsg.of(ID, i, 0), port.portId(), 0)).isZero();
            await().atMost(Duration.ofSeconds(10)).until(() -> seen.size() == expected);
        }
    }

    /** Throws again whatever it is asked. */
    private static final class Unspeakable extends RuntimeException {

        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("on purpose, again");
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new IllegalStateException("on purpose, again");
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Whatever it is, no compiler shall know.
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void shouldNameABadPropertyAndItsValue() {
        List<Map<String, Object>> bad = new ArrayList<>();
        bad.add(Map.of(ConnectorConstants.DELIVERY, "pigeon"));
        bad.add(Map.of(ConnectorConstants.OVERFLOW, "explode"));
        bad.add(Map.of(ConnectorConstants.MAILBOX_CAPACITY, 0));
        bad.add(Map.of(ConnectorConstants.MAILBOX_CAPACITY, "many"));
        bad.add(Map.of(ConnectorConstants.HOLDOVER, -1L));
        bad.add(Map.of(ConnectorConstants.OVERFLOW_WAIT_MS, 60_001));
        for (Map<String, Object> properties : bad) {
            Map.Entry<String, Object> entry = properties.entrySet().iterator().next();
            assertThatIllegalArgumentException().isThrownBy(() -> agent.addCallback(ID, "a", ignore(), properties))
                    .withMessageContaining(entry.getKey()).withMessageContaining(entry.getValue().toString());
        }
        assertThatIllegalArgumentException().isThrownBy(() -> agent.addCallback(ID, "n".repeat(256), ignore()))
                .withMessageContaining("256");
    }

    private Session session() {
        return new Session(bus, new Identity(true, 1, 1, 1, List.of(), "test"), Origin.NONE, () -> Reason.WITHDRAWN);
    }

    private static CnCallback ignore() {
        return (msg, sender) -> { };
    }

    private static int errnoOf(CompletableFuture<?> future) throws InterruptedException {
        try {
            future.get();
            return 0;
        } catch (ExecutionException e) {
            return ((ConnectorException) e.getCause()).errno();
        }
    }
}
