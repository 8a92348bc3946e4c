// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.ConnectorConstants;
import connector.api.Loss;
import connector.api.NotifyRequest;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnTap;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.impl.gate.RunningBus;
import connector.impl.notify.ControlMessages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TapTest {

    private static final CbId ID = new CbId(14, 1110);
    private static final CbId OTHER = new CbId(15, 1);
    private static final Identity STRANGER = Identity.ofProcess(54321, 54321, 4711, List.of(), "stranger");

    private RunningBus platform;
    private Identity inside;
    private Port tap;

    @BeforeEach
    void openATap() throws Exception {
        platform = new RunningBus();
        inside = RunningBus.inPlatform("test");
        tap = open(inside);
        assertThat(tap.tap(true)).isZero();
    }

    @AfterEach
    void close() {
        platform.close();
    }

    private Port open(Identity identity) {
        return open(identity, PortLimits.DEFAULT);
    }

    private Port open(Identity identity, PortLimits limits) {
        Port port = platform.netlink.open(identity, limits, p -> { });
        port.autobind();
        return port;
    }

    private static Frame bytes(CnMsg msg, int nlmsgFlags) {
        return Frame.wrap(Arrays.copyOf(CnMsgHdr.frame(nlmsgFlags, msg.id().idx(), msg.id().val(), msg.seq(),
                msg.ack(), msg.flags(), msg.toByteArray()), NlMsgHdr.SIZE + CnMsgHdr.SIZE + msg.length()));
    }

    /** What a tap was told of one message. */
    private record Told(int from, int to, int group, int errno, long sequence, int took, int dropped, int flags,
            long number, int type, List<CnMsg> messages) {

        static Told of(Tapped tapped) {
            byte[] both = tapped.bytes();
            ByteBuffer bytes = NlMsgHdr.buffer(both);
            assertThat(CnTap.isTap(bytes, 0, both.length)).isTrue();
            int begin = NlMsgHdr.length(bytes, 0);
            assertThat(begin).isEqualTo(NlMsgHdr.align(begin)).isGreaterThanOrEqualTo(CnTap.LENGTH);
            int length = NlMsgHdr.length(bytes, begin);
            assertThat(both).hasSize(begin + NlMsgHdr.align(length));
            assertThat(Instant.ofEpochSecond(0, CnTap.timeNs(bytes, 0))).isBetween(
                    Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
            return new Told(bytes.getInt(CnTap.FROM), bytes.getInt(CnTap.TO), CnTap.group(bytes, 0),
                    CnTap.errno(bytes, 0), bytes.getLong(CnTap.BUS_SEQUENCE), bytes.getInt(CnTap.TOOK),
                    bytes.getInt(CnTap.DROPPED), CnTap.flags(bytes, 0), bytes.getLong(CnTap.NUMBER),
                    NlMsgHdr.type(bytes, begin),
                    FrameMessages.decode(bytes.slice(begin, length).order(bytes.order()), length));
        }

        String text() {
            return messages.getFirst().text();
        }

        boolean toConnector() {
            return (flags & CnTap.TO_CONNECTOR) != 0;
        }
    }

    private static List<Told> told(Port by) {
        List<Told> all = new ArrayList<>();
        for (Received next = by.receive(); next != null; next = by.receive()) {
            if (next instanceof Tapped tapped) {
                all.add(Told.of(tapped));
            }
        }
        return all;
    }

    private List<Told> told() {
        return told(tap);
    }

    private Told only() {
        List<Told> all = told();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    @Test
    void shouldBeToldOfWhatIsSentOutOfABufferAndFromWhichPort() throws Exception {
        platform.connector.addCallback(ID, "user", (msg, sender) -> { });
        Port client = open(RunningBus.inPlatform("client"));
        byte[] sent = bytes(CnMsg.ofText(ID, 1, 0, "out of a buffer"), 0).bytes();
        ByteBuffer buffer = NlMsgHdr.buffer(8 + sent.length).put(8, sent);
        SendPath path = client.sendPath();
        assertThat(path.send(buffer, 8, sent.length, 0, 0)).isZero();
        path.end();
        Told told = only();
        assertThat(told.text()).isEqualTo("out of a buffer");
        assertThat(told.from()).isEqualTo(client.portId());
        assertThat(told.toConnector()).isTrue();
        assertThat(told.took()).isEqualTo(1);
    }

    @Test
    void shouldBeWrittenAsItIsDrawn() {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the vector is written for little-endian");
        Frame frame = Frame.of(CnMsg.of(new CbId(0x123, 0x456), 7, 1, new byte[] {1, 2, 3}));
        Passage passage = new Passage(frame, 0x1122334455667788L, 0x1267, 0x1268, 0x123, 9, NetlinkErrno.ENOBUFS, 2, 1,
                CnTap.TO_CONNECTOR | CnTap.QUEUED, "full");

        assertThat(new Tapped(passage, 0x77, 5).bytes()).isEqualTo(HexFormat.of().parseHex("""
                54000000 06ff0000 00000000 77000000
                8877665544332211 0500000000000000
                67120000 68120000 23010000 69000000
                0900000000000000 02000000 01000000 03000000 27000000
                0900 0100 66756c6c00 000000
                27000000 03000000 07000000 00000000
                23010000 56040000 07000000 01000000 03000000 010203 00""".replaceAll("\\s", "")));
    }

    @Test
    void shouldTellOfARequestAheadOfItsReply() throws Exception {
        platform.connector.addCallback(ID, "echo", (msg, sender) -> sender.reply(msg, "pong".getBytes(UTF_8)));
        told();
        Port client = open(inside);

        assertThat(client.submit(bytes(CnMsg.ofText(ID, 5, 0, "ping"), 0), 0, 0).errno()).isZero();

        List<Told> all = told();
        assertThat(all).extracting(Told::text).containsExactly("ping", "pong");
        Told request = all.get(0);
        assertThat(request.from()).isEqualTo(client.portId());
        assertThat(request.toConnector()).isTrue();
        assertThat(request.flags() & CnTap.QUEUED).isZero();
        assertThat(List.of(request.to(), request.group(), request.errno(), request.dropped())).containsOnly(0);
        assertThat(request.took()).isEqualTo(1);
        Told reply = all.get(1);
        assertThat(List.of(reply.from(), reply.to(), reply.errno())).containsExactly(0, client.portId(), 0);
        assertThat(reply.toConnector()).isFalse();
        assertThat(reply.messages().getFirst().ack()).isEqualTo(1);
    }

    @Test
    void shouldTellOfAMessageThatWasNeverEncoded() throws Exception {
        platform.connector.addCallback(ID, "test", (msg, sender) -> { });
        told();
        Port client = open(inside);

        assertThat(platform.bus.receive(CnMsg.ofText(ID, 5, 0, "from a bundle"), client, 0).errno()).isZero();

        Told request = only();
        assertThat(request.text()).isEqualTo("from a bundle");
        assertThat(request.from()).isEqualTo(client.portId());
    }

    @Test
    void shouldSayThatAMailboxHasItForLaterOrIsFull() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        platform.connector.addCallback(ID, "slow", (msg, sender) -> {
            entered.countDown();
            assertThat(leave.await(30, TimeUnit.SECONDS)).isTrue();
        }, Map.of(ConnectorConstants.MAILBOX_CAPACITY, 1));
        Thread sender = Thread.ofPlatform()
                .start(() -> platform.bus.receive(CnMsg.ofText(ID, 1, 0, "a"), open(inside), 0));
        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
        List<Told> running = told();
        assertThat(running).as("told while its callback runs").singleElement()
                .satisfies(one -> assertThat(one.flags()).isEqualTo(CnTap.TO_CONNECTOR));

        platform.bus.receive(CnMsg.ofText(ID, 2, 0, "b"), open(inside), 0);
        assertThat(only().flags()).isEqualTo(CnTap.TO_CONNECTOR | CnTap.QUEUED);
        while (platform.bus.receive(CnMsg.ofText(ID, 3, 0, "c"), tap, 0).errno() == 0) {
            assertThat(told()).as("its own").isEmpty();
        }
        platform.bus.receive(CnMsg.ofText(ID, 4, 0, "d"), open(inside), 0);
        assertThat(only().errno()).isEqualTo(NetlinkErrno.ENOBUFS);
        leave.countDown();
        sender.join();
    }

    @Test
    void shouldTellOfAGroupHowManyTookItAndHowManyHadNoRoom() {
        open(inside).addMembership(14);
        Port full = open(inside, new PortLimits(4096, 4096, 4096, 4, 4));
        full.addMembership(14);
        CnMsg large = CnMsg.of(ID, 1, 0, new byte[4096]);
        assertThat(platform.connector.netlinkSend(large, 14)).isZero();
        assertThat(platform.connector.netlinkSend(large, 14)).isZero();

        List<Told> all = told();
        assertThat(all).extracting(Told::group).containsOnly(14);
        assertThat(all).extracting(Told::sequence).containsExactly(1L, 2L);
        assertThat(all).extracting(Told::took).containsExactly(2, 1);
        assertThat(all).extracting(Told::dropped).containsExactly(0, 1);
        assertThat(all).extracting(Told::errno).containsOnly(0);
    }

    @Test
    void shouldTellOfWhatNobodyListensToAndOfAnUnknownId() {
        assertThat(platform.connector.netlinkSend(CnMsg.of(ID), 99)).isEqualTo(NetlinkErrno.ESRCH);
        assertThat(platform.connector.netlinkSend(CnMsg.of(ID), 0)).isEqualTo(NetlinkErrno.ENODEV);

        assertThat(told()).extracting(Told::errno).containsExactly(NetlinkErrno.ESRCH, NetlinkErrno.ENODEV);
    }

    @Test
    void shouldTellOnceOfAGroupsMessageThatNoUserHasAndTwiceOfOneThatAUserHas() throws Exception {
        open(inside).addMembership(14);
        Port client = open(inside);
        client.submit(bytes(CnMsg.ofText(ID, 1, 0, "group"), 0), 0, 14);
        assertThat(told()).extracting(Told::toConnector).containsExactly(false);

        platform.connector.addCallback(ID, "user", (msg, sender) -> { });
        told();
        client.submit(bytes(CnMsg.ofText(ID, 1, 0, "group"), 0), 0, 14);
        assertThat(told()).extracting(Told::toConnector).containsExactly(false, true);
    }

    @Test
    void shouldTellOfWhatGoesFromPortToPort() {
        Port client = open(inside);
        Port other = open(inside);
        client.submit(bytes(CnMsg.ofText(ID, 1, 0, "a"), 0), other.portId(), 0);
        client.submit(bytes(CnMsg.ofText(ID, 1, 0, "b"), 0), 4242, 0);

        List<Told> all = told();
        assertThat(all).extracting(Told::from).containsOnly(client.portId());
        assertThat(all).extracting(Told::to).containsExactly(other.portId(), 4242);
        assertThat(all).extracting(Told::errno).containsExactly(0, NetlinkErrno.ECONNREFUSED);
    }

    @Test
    void shouldTellWhyAMessageWentNowhere() throws Exception {
        Port client = open(inside);
        Port stranger = open(STRANGER);
        Frame falseLength = bytes(CnMsg.of(ID, 1, 0, new byte[8]), 0);
        falseLength.buffer().putInt(NlMsgHdr.LEN, 20);
        Frame falseData = bytes(CnMsg.of(ID, 1, 0, new byte[8]), 0);
        falseData.buffer().putShort(NlMsgHdr.SIZE + CnMsgHdr.DATA_LEN, (short) 9);
        byte[] overlong = new byte[NlMsgHdr.MAX_LENGTH + 1000];
        NlMsgHdr.put(NlMsgHdr.buffer(overlong), overlong.length, NlMsgHdr.NLMSG_DONE, 0, 1, 0);
        CnMsgHdr.put(NlMsgHdr.buffer(overlong).position(NlMsgHdr.SIZE), 14, 1, 1, 0, CnMsgHdr.MAX_DATA + 100, 0);

        client.submit(bytes(CnMsg.of(ID), 0), 0, 0);
        client.submit(falseLength, 0, 0);
        client.submit(falseData, 0, 0);
        client.submit(Frame.wrap(overlong), 0, 0);
        stranger.submit(bytes(CnMsg.of(ID), 0), 0, 0);
        stranger.submit(bytes(CnMsg.of(ID), 0), 0, 14);

        assertThat(told()).extracting(Told::errno).containsExactly(NetlinkErrno.ENODEV, NetlinkErrno.EINVAL,
                NetlinkErrno.EINVAL, NetlinkErrno.EMSGSIZE, NetlinkErrno.EPERM, NetlinkErrno.EPERM);
    }

    @Test
    void shouldCutALongFrameAndSayHowLongItWas() {
        byte[] overlong = new byte[NlMsgHdr.MAX_LENGTH + 1000];
        NlMsgHdr.put(NlMsgHdr.buffer(overlong), overlong.length, NlMsgHdr.NLMSG_DONE, 0, 1, 0);
        open(inside).submit(Frame.wrap(overlong), 0, 0);

        byte[] both = ((Tapped) tap.receive()).bytes();
        ByteBuffer read = NlMsgHdr.buffer(both);
        int begin = NlMsgHdr.length(read, 0);
        assertThat(both).hasSize(begin + NlMsgHdr.MAX_LENGTH);
        assertThat(NlMsgHdr.length(read, begin)).isEqualTo(NlMsgHdr.MAX_LENGTH);
        assertThat(read.getInt(CnTap.CLAIMED_LENGTH)).isEqualTo(overlong.length);
        assertThat(NlMsgHdr.length(NlMsgHdr.buffer(overlong), 0)).as("the frame itself").isEqualTo(overlong.length);
    }

    @Test
    void shouldTellOfNotificationsAnswersAndDumps() throws Exception {
        Port subscriber = open(inside);
        subscriber.send(bytes(ControlMessages.request(NotifyRequest.ALL, 3, 1, true), NlMsgHdr.NLM_F_ACK), 0, 0);
        assertThat(told()).extracting(Told::type).containsExactly(NlMsgHdr.NLMSG_DONE, NlMsgHdr.NLMSG_ERROR);
        assertThat(subscriber.receive()).as("the answer").isNotNull();
        assertThat(subscriber.receive()).as("the snapshot's end").isNotNull();
        assertThat(only().messages()).as("told as it was made").singleElement()
                .satisfies(end -> assertThat(end.id()).isEqualTo(CbId.CONNECTOR));

        platform.connector.addCallback(ID, "test", (msg, sender) -> { });
        assertThat(only()).satisfies(event -> {
            assertThat(event.to()).isEqualTo(subscriber.portId());
            assertThat(event.messages().getFirst().id()).isEqualTo(ID);
        });
    }

    @Test
    void shouldTellOfLegacyEventsWhetherAnybodyListensToTheGroupOrNot() throws Exception {
        for (int group : new int[] {9, 10}) {
            open(inside).submit(Frame.of(ControlMessages.request(NotifyRequest.of(ID), 3, group, false)), 0, 0);
        }
        assertThat(open(inside).addMembership(9)).isZero();
        told();

        platform.connector.addCallback(ID, "test", (msg, sender) -> { });

        assertThat(told()).extracting(Told::group, Told::errno, Told::took, Told::sequence).containsExactly(
                tuple(10, NetlinkErrno.ESRCH, 0, 0L), tuple(9, 0, 1, 1L));
    }

    @Test
    void shouldNotTellATapOfItselfNorAnybodyOfWhatTapsAreTold() throws Exception {
        Port second = open(inside);
        assertThat(second.tap(true)).isZero();
        platform.connector.addCallback(ID, "echo", (msg, sender) -> sender.reply(msg, new byte[1]));
        told();
        told(second);

        tap.submit(bytes(CnMsg.ofText(ID, 1, 0, "mine"), 0), 0, 0);

        assertThat(told()).isEmpty();
        assertThat(told(second)).as("the other's request and reply, and nothing else").hasSize(2);
        assertThat(told()).as("and that was all").isEmpty();
    }

    @Test
    void shouldTellNothingAnyMoreOnceItIsOffOrClosed() {
        assertThat(tap.isTap()).isTrue();
        assertThat(tap.tap(false)).isZero();
        platform.connector.netlinkSend(CnMsg.of(ID), 14);
        assertThat(told()).isEmpty();
        assertThat(platform.netlink.taps().areOn()).isFalse();

        assertThat(tap.tap(true)).isZero();
        tap.close();
        assertThat(platform.netlink.taps().areOn()).isFalse();
        assertThat(tap.tap(true)).isEqualTo(NetlinkErrno.EBADF);
    }

    @Test
    void shouldRefuseWhomThePolicyDoesNotLetMonitorAndCountIt() {
        Port stranger = open(STRANGER);
        long before = platform.netlink.counters().forbidden.sum();

        assertThat(stranger.tap(true)).isEqualTo(NetlinkErrno.EPERM);
        assertThat(stranger.isTap()).isFalse();
        assertThat(platform.netlink.counters().forbidden.sum()).isEqualTo(before + 1);
        assertThat(platform.policy.toDTO().refused).containsEntry("monitor", 1L);
    }

    @Test
    void shouldTellWhomARuleAllowsOfTheIdsOfThatRuleAlone() throws Exception {
        platform.policy.put("rule", Map.of("idx", "14", "allow.monitor", "uid:54321"));
        Port stranger = open(STRANGER);
        assertThat(stranger.tap(true)).isZero();
        platform.connector.netlinkSend(CnMsg.of(OTHER), 15);
        platform.connector.netlinkSend(CnMsg.of(ID), 14);
        platform.connector.netlinkSendMult(List.of(CnMsg.of(ID), CnMsg.of(OTHER)), 0, 14, null);
        assertThat(told(stranger)).singleElement()
                .satisfies(one -> assertThat(one.messages().getFirst().id()).isEqualTo(ID));

        platform.policy.remove("rule");
        platform.connector.netlinkSend(CnMsg.of(ID), 14);
        assertThat(told(stranger)).as("from the next message on").isEmpty();
    }

    @Test
    void shouldLoseForItselfAloneAndExactlyWhenItDoesNotRead() throws Exception {
        Port slow = open(inside, new PortLimits(16 << 10, 16 << 10, 4096, 4, 4));
        assertThat(slow.tap(true)).isZero();
        AtomicInteger delivered = new AtomicInteger();
        platform.connector.addCallback(ID, "counter", (msg, sender) -> delivered.incrementAndGet());
        int before = told(slow).size();
        int threads = 4;
        int each = 5_000;
        List<Thread> senders = IntStream.range(0, threads).mapToObj(i -> Thread.ofPlatform().start(() -> {
            Port port = open(inside);
            for (int n = 0; n < each; n++) {
                assertThat(platform.bus.receive(CnMsg.of(ID, n, 0), port, 0).errno())
                        .isIn(0, NetlinkErrno.ENOBUFS);
            }
        })).toList();
        long seen = 0;
        long lost = 0;
        long last = before;
        boolean ended = false;
        while (true) {
            Received next = slow.receive();
            if (next == null) {
                if (ended) {
                    break;
                }
                ended = senders.stream().noneMatch(Thread::isAlive);
            } else if (next instanceof Tapped tapped) {
                long number = Told.of(tapped).number();
                assertThat(number).isGreaterThan(last);
                last = number;
                seen++;
            } else if (next instanceof Overrun overrun) {
                assertThat(overrun.losses()).allSatisfy(loss -> {
                    assertThat(loss.group()).isZero();
                    assertThat(loss.last() - loss.first() + 1).isGreaterThanOrEqualTo(loss.lost());
                });
                lost += overrun.losses().stream().mapToLong(Loss::lost).sum();
            }
        }
        assertThat(seen + lost).isEqualTo((long) threads * each);
        assertThat(slow.toDTO().dropped).isEqualTo(lost);
    }

    @Test
    void shouldBeSetAndToldAsAnOption() {
        PortOptions options = new PortOptions(tap);
        ByteBuffer off = NlMsgHdr.buffer(4);
        assertThat(options.set(GateControl.SOL_NETLINK, GateControl.CN_TAP, off)).isZero();
        assertThat(options.get(GateControl.SOL_NETLINK, GateControl.CN_TAP)).containsOnly(0);
        assertThat(tap.isTap()).isFalse();
        assertThat(options.set(GateControl.SOL_NETLINK, GateControl.CN_TAP, NlMsgHdr.buffer(2)))
                .isEqualTo(NetlinkErrno.EINVAL);
    }
}
