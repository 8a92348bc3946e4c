// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.impl.policy.RulePolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetlinkTest {

    private static final CbId ID = new CbId(5, 6);
    private static final int OUR_UID = 1000;
    private static final Identity INSIDE = new Identity(true, OUR_UID, 100, 4242, List.of(), "test");
    private static final Identity SAME_USER = Identity.ofProcess(OUR_UID, 100, 77, List.of(), "same");
    private static final Identity ROOT = Identity.ofProcess(0, 0, 78, List.of(), "root");
    private static final Identity STRANGER = Identity.ofProcess(1001, 100, 79, List.of(), "stranger");

    private final Counters counters = new Counters();
    private final Netlink netlink = new Netlink(new RulePolicy(OUR_UID), counters);
    private final List<Frame> atKernel = new CopyOnWriteArrayList<>();
    private final List<Port> closedPorts = new CopyOnWriteArrayList<>();
    private Verdict verdict = Verdict.OK;

    @BeforeEach
    void attachKernel() {
        netlink.attach(new Kernel() {
            @Override
            public Verdict receive(Frame frame, Port from, int group) {
                atKernel.add(frame);
                return verdict;
            }

            @Override
            public Route route(Port from) {
                throw new UnsupportedOperationException("nobody sends out of a buffer here");
            }

            @Override
            public void closed(Port port) {
                closedPorts.add(port);
            }
        });
    }

    @Test
    void shouldGiveAProcessItsOwnPidAsPortIdAndOthersNegativeOnes() {
        Port first = open(SAME_USER);
        Port second = open(SAME_USER);
        Port inside = open(INSIDE);
        assertThat(first.portId()).isZero();
        assertThat(first.autobind()).isZero();
        assertThat(first.portId()).isEqualTo(77);
        second.autobind();
        inside.autobind();
        assertThat(List.of(second.portId(), inside.portId())).doesNotHaveDuplicates().allMatch(id -> id <= -4097);
    }

    @Test
    void shouldCountWhatNoPortTakesAndWhatNobodyReads() {
        Port sender = open(INSIDE);
        Port reader = netlink.open(SAME_USER, new PortLimits(4096, 4096, 4096, 8, 8), port -> { });
        assertThat(reader.bind(99, 1 << 6)).isZero();
        Frame frame = Frame.of(CnMsg.of(new CbId(1, 2), 1, 0, new byte[5000]));

        assertThat(sender.send(frame, 98, 0)).isEqualTo(NetlinkErrno.ECONNREFUSED);
        assertThat(counters.unknownPort.sum()).isEqualTo(1);
        assertThat(sender.send(frame, 99, 0)).isZero();
        assertThat(sender.send(frame, 99, 0)).isEqualTo(NetlinkErrno.EAGAIN);
        assertThat(counters.portRefused.sum()).isEqualTo(1);
        assertThat(reader.sender().send(CnMsg.of(new CbId(1, 2), 2, 0, new byte[1]))).isEqualTo(NetlinkErrno.EAGAIN);
        assertThat(netlink.multicast(frame, sender, 0, 7, null)).isEqualTo(NetlinkErrno.ESRCH);
        assertThat(counters.portDropped.sum()).as("a reply, and a group's").isEqualTo(2);
        assertThat(reader.answer(frameOfAnswer())).isTrue();
        reader.close();
        assertThat(counters.unread.sum()).as("without answers").isEqualTo(1);
        assertThat(reader.sender().send(CnMsg.of(new CbId(1, 2), 3, 0, new byte[1])))
                .isEqualTo(NetlinkErrno.ECONNREFUSED);
        assertThat(counters.unknownPort.sum()).isEqualTo(2);
        reader.close();
        assertThat(counters.unread.sum()).as("once").isEqualTo(1);
    }

    private static Frame frameOfAnswer() {
        return Frame.wrap(NlMsgErr.frame(NlMsgHdr.buffer(NlMsgHdr.SIZE), 0, 0, 0, null, NlMsgErr.NO_OFFSET, null));
    }

    @Test
    void shouldBindAsLinuxDoes() {
        Port port = open(INSIDE);
        assertThat(port.bind(12345, 0b101)).isZero();
        assertThat(port.memberships()).containsExactly(1, 3);
        assertThat(port.bind(12345, 0b10)).as("the mask replaces groups 1 to 32").isZero();
        assertThat(port.memberships()).containsExactly(2);
        assertThat(port.bind(12346, 0)).as("another id").isEqualTo(NetlinkErrno.EINVAL);
        assertThat(port.bind(0, 0)).as("0 is another id").isEqualTo(NetlinkErrno.EINVAL);
        assertThat(open(INSIDE).bind(12345, 0)).isEqualTo(NetlinkErrno.EADDRINUSE);
        assertThat(port.bind(12345, -1)).as("all 32").isZero();
        assertThat(port.groupMask()).isEqualTo(-1);
        port.close();
        assertThat(open(INSIDE).bind(12345, 0)).as("free again").isZero();
    }

    @Test
    void shouldKnowAnyGroupBut0() {
        Port port = open(INSIDE);
        assertThat(port.addMembership(0)).isEqualTo(NetlinkErrno.EINVAL);
        assertThat(port.dropMembership(0)).isEqualTo(NetlinkErrno.EINVAL);
        assertThat(port.addMembership(-1)).isZero();
        assertThat(port.addMembership(-1)).isZero();
        assertThat(port.addMembership(12345)).isZero();
        assertThat(port.memberships()).containsExactly(12345, -1);
        assertThat(netlink.multicast(message(1), null, 0, -1, null)).isZero();
        assertThat(port.receive()).isInstanceOf(Datagram.class);
        assertThat(port.receive()).isNull();
        assertThat(counters.noListener.sum()).isZero();
        assertThat(netlink.hasListeners(-1)).isTrue();
        assertThat(port.dropMembership(-1)).isZero();
        assertThat(port.dropMembership(-1)).isZero();
        assertThat(netlink.hasListeners(-1)).isFalse();
        assertThat(netlink.multicast(message(1), null, 0, -1, null)).isEqualTo(NetlinkErrno.ESRCH);
        assertThat(counters.noListener.sum()).isEqualTo(1);
    }

    @Test
    void shouldMulticastToAllMembersButTheSenderAndTheExceptedPortAndTheFiltered() {
        List<Port> members = IntStream.rangeClosed(1, 4).mapToObj(id -> bound(id, 0b1)).toList();
        assertThat(netlink.multicast(message(1), members.get(0), 2, 1, id -> id != 3)).isZero();
        assertThat(members.get(0).receive()).isNull();
        assertThat(members.get(1).receive()).isNull();
        assertThat(members.get(2).receive()).isNull();
        assertThat(members.get(3).receive()).isInstanceOf(Datagram.class);
    }

    @Test
    void shouldTellASenderOfLossOnlyWhereAMemberWantsIt() {
        Port quiet = bound(1, 0b1);
        Port strict = bound(2, 0b10);
        strict.broadcastError(true);
        quiet.receiveBufferBytes(4096);
        strict.receiveBufferBytes(4096);
        int last = 0;
        for (int i = 0; i < 100 && last == 0; i++) {
            last = netlink.multicast(message(i), null, 0, 1, null);
        }
        assertThat(last).isEqualTo(NetlinkErrno.ESRCH);
        last = 0;
        for (int i = 0; i < 100 && last == 0; i++) {
            last = netlink.multicast(message(i), null, 0, 2, null);
        }
        assertThat(last).isEqualTo(NetlinkErrno.ENOBUFS);
    }

    @Test
    void shouldUnicastToOnePort() {
        Port port = bound(9, 0);
        assertThat(netlink.unicast(message(1), null, 9)).isZero();
        assertThat(netlink.unicast(message(1), null, 10)).isEqualTo(NetlinkErrno.ECONNREFUSED);
        Datagram datagram = (Datagram) port.receive();
        assertThat(datagram.sourcePort()).isZero();
        assertThat(datagram.group()).isZero();
        assertThat(datagram.frame().messages()).containsExactly(CnMsg.of(ID, 1, 0));
    }

    @Test
    void shouldSendBetweenPortsAndToGroupsWithTheSendersId() {
        Port sender = bound(8, 0b1);
        Port receiver = bound(9, 0b1);
        assertThat(sender.send(encoded(0), 9, 0)).isZero();
        assertThat(((Datagram) receiver.receive()).sourcePort()).isEqualTo(8);
        assertThat(sender.send(encoded(0), 10, 0)).isEqualTo(NetlinkErrno.ECONNREFUSED);
        assertThat(sender.send(encoded(0), 0, 1)).isZero();
        Datagram multicast = (Datagram) receiver.receive();
        assertThat(multicast.group()).isEqualTo(1);
        assertThat(sender.receive()).as("not to itself").isNull();
        assertThat(atKernel).as("a group's message goes to port 0 as well").hasSize(1);
    }

    @Test
    void shouldStaySilentUnlessAskedForAnAnswer() {
        Port port = bound(8, 0);
        verdict = new Verdict(NetlinkErrno.ENODEV, "nobody", 16);
        assertThat(port.send(encoded(0), 0, 0)).isZero();
        assertThat(port.receive()).isNull();
        assertThat(port.send(encoded(NlMsgHdr.NLM_F_ACK), 0, 0)).isZero();
        ByteBuffer answer = ((Datagram) port.receive()).frame().buffer();
        assertThat(NlMsgHdr.type(answer, 0)).isEqualTo(NlMsgHdr.NLMSG_ERROR);
        assertThat(NlMsgErr.errno(answer, 0)).isEqualTo(NetlinkErrno.ENODEV);
        assertThat(NlMsgErr.text(answer, 0, answer.remaining())).isEqualTo("nobody");
        assertThat(NlMsgErr.offset(answer, 0, answer.remaining())).isEqualTo(16);
        verdict = Verdict.OK;
        port.send(encoded(NlMsgHdr.NLM_F_ACK), 0, 0);
        assertThat(NlMsgErr.errno(((Datagram) port.receive()).frame().buffer(), 0)).isZero();
    }

    @Test
    void shouldEchoToTheSenderWhatWasAccepted() {
        Port port = bound(8, 0);
        Frame frame = encoded(NlMsgHdr.NLM_F_ECHO);
        port.send(frame, 0, 0);
        assertThat(((Datagram) port.receive()).frame()).isSameAs(frame);
        verdict = Verdict.of(NetlinkErrno.ENODEV, "nobody");
        port.send(frame, 0, 0);
        assertThat(port.receive()).isNull();
    }

    @Test
    void shouldPermitThePlatformItsUserAndRootAndNobodyElse() {
        for (Identity who : List.of(INSIDE, SAME_USER, ROOT)) {
            Port port = open(who);
            assertThat(port.addMembership(1)).isZero();
            assertThat(port.send(encoded(0), 0, 5)).as("%s", who).isZero();
        }
        Port stranger = open(STRANGER);
        assertThat(stranger.addMembership(1)).isEqualTo(NetlinkErrno.EPERM);
        assertThat(stranger.bind(0, 1)).isEqualTo(NetlinkErrno.EPERM);
        assertThat(stranger.bind(4711, 0)).isEqualTo(NetlinkErrno.EPERM);
        assertThat(stranger.send(encoded(0), 0, 1)).isEqualTo(NetlinkErrno.EPERM);
        assertThat(stranger.send(encoded(0), 77, 0)).isEqualTo(NetlinkErrno.EPERM);
        assertThat(stranger.memberships()).isEmpty();
        assertThat(counters.forbidden.sum()).isEqualTo(5);
    }

    @Test
    void shouldWakeTheReaderOnceForEachTimeItFoundNothing() {
        AtomicInteger woken = new AtomicInteger();
        Port port = netlink.open(INSIDE, PortLimits.DEFAULT, readable -> woken.incrementAndGet());
        port.bind(3, 1);
        netlink.multicast(message(1), null, 0, 1, null);
        netlink.unicast(message(2), null, 3);
        assertThat(woken).hasValue(1);
        port.receive();
        port.receive();
        netlink.unicast(message(3), null, 3);
        assertThat(woken).as("it has not found nothing yet").hasValue(1);
        port.receive();
        assertThat(port.receive()).isNull();
        netlink.unicast(message(4), null, 3);
        assertThat(woken).hasValue(2);
    }

    @Test
    void shouldAnswerEbadfOnceClosedAndLeaveNothingBehind() {
        Port port = bound(8, 1);
        port.addMembership(100);
        port.close();
        port.close();
        assertThat(port.send(encoded(0), 0, 0)).isEqualTo(NetlinkErrno.EBADF);
        assertThat(port.bind(8, 0)).isEqualTo(NetlinkErrno.EBADF);
        assertThat(port.addMembership(1)).isEqualTo(NetlinkErrno.EBADF);
        assertThat(netlink.groups()).isEmpty();
        assertThat(netlink.ports()).isEmpty();
        assertThat(closedPorts).containsExactly(port);
        assertThat(port.deliver(message(1), null)).isEqualTo(NetlinkErrno.ECONNREFUSED);
    }

    @Test
    void shouldTellListenersWhenThePlatformEnds() {
        AtomicInteger ended = new AtomicInteger();
        PortListener listener = new PortListener() {
            @Override
            public void readable(Port port) {
            }

            @Override
            public void closed(Port port) {
                ended.incrementAndGet();
            }
        };
        netlink.open(INSIDE, PortLimits.DEFAULT, listener);
        netlink.open(INSIDE, PortLimits.DEFAULT, listener).close();
        netlink.close();
        netlink.close();
        assertThat(ended).hasValue(1);
        assertThat(netlink.open(INSIDE, PortLimits.DEFAULT, listener).isClosed()).isTrue();
    }

    @Test
    void shouldNeverGiveAGroupsSequenceTwiceEvenIfItWasEmptyMeanwhile() {
        Port port = bound(8, 0);
        long last = 0;
        for (int i = 0; i < 10; i++) {
            port.addMembership(7);
            netlink.multicast(message(i), null, 0, 7, null);
            long sequence = ((Datagram) port.receive()).busSequence();
            assertThat(sequence).isGreaterThan(last);
            last = sequence;
            port.dropMembership(7);
        }
    }

    @Test
    void shouldGiveAllMembersTheSameOrderFromManySenders() throws Exception {
        List<Port> members = IntStream.range(0, 8).mapToObj(i -> bound(100 + i, 1)).toList();
        members.forEach(port -> port.receiveBufferBytes(1 << 23));
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> senders = IntStream.range(0, 4).mapToObj(s -> Thread.ofPlatform().start(() -> {
            try {
                start.await();
            } catch (InterruptedException e) {
                return;
            }
            for (int i = 0; i < 1000; i++) {
                netlink.multicast(message(s * 1000 + i), null, 0, 1, null);
            }
        })).toList();
        start.countDown();
        for (Thread sender : senders) {
            sender.join();
        }
        List<List<Integer>> orders = members.stream().map(port -> IntStream.range(0, 4000)
                .mapToObj(i -> ((Datagram) port.receive()).frame().messages().getFirst().seq()).toList()).toList();
        assertThat(orders.stream().distinct()).hasSize(1);
        assertThat(orders.getFirst()).doesNotHaveDuplicates();
    }

    @Test
    void shouldListPortsAndTheGroupsInTheOrderOfTheirNumbers() {
        Port one = bound(1, 0b100);
        Port two = bound(2, 0b100);
        assertThat(two.addMembership(-1)).isZero();
        assertThat(two.addMembership(40)).isZero();
        netlink.multicast(message(1), null, 0, 40, null);
        netlink.multicast(message(2), null, 0, 40, null);
        netlink.multicast(message(3), null, 0, -1, null);

        assertThat(netlink.ports()).containsExactlyInAnyOrder(one, two);
        assertThat(netlink.groups()).extracting(dto -> dto.group, dto -> dto.members, dto -> dto.sequence)
                .containsExactly(tuple(3L, 2, 0L), tuple(40L, 1, 2L), tuple(0xffff_ffffL, 1, 1L));
    }

    @Test
    void shouldLetOthersSendToAGroupOnceItsMembersAreToBeWokenByTheSender() throws Exception {
        Port port = bound(1, 0b1);
        List<Port> toBeWoken = new ArrayList<>();
        netlink.multicastQuietly(message(1), 1, toBeWoken);
        netlink.multicastQuietly(message(2), 2, toBeWoken);

        assertThat(toBeWoken).containsExactly(port);
        assertThat(CompletableFuture.supplyAsync(() -> netlink.multicast(message(3), null, 0, 1, null))
                .get(10, TimeUnit.SECONDS)).isZero();
        assertThat(IntStream.range(0, 2).mapToLong(i -> ((Datagram) port.receive()).busSequence()))
                .containsExactly(1L, 2L);
    }

    @Test
    void shouldSurviveJoiningAndLeavingWhileOthersSend() throws Exception {
        AtomicInteger missed = new AtomicInteger();
        Thread sender = Thread.ofPlatform().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                netlink.multicast(message(1), null, 0, 9, null);
            }
        });
        List<Thread> joiners = IntStream.range(0, 3).mapToObj(j -> Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 3000; i++) {
                Port port = open(INSIDE);
                port.addMembership(9);
                if (i % 2 == 0) {
                    port.dropMembership(9);
                } else {
                    netlink.multicast(message(1), null, 0, 9, null);
                    missed.addAndGet(port.receive() == null ? 1 : 0);
                }
                port.close();
            }
        })).toList();
        for (Thread joiner : joiners) {
            joiner.join();
        }
        sender.interrupt();
        sender.join();
        assertThat(missed).as("who has joined is a member").hasValue(0);
        assertThat(netlink.groups()).isEmpty();
        assertThat(netlink.ports()).isEmpty();
    }

    @Test
    void shouldBindToOtherGroupsWhereThoseThatAreLeftMakeRoom() {
        Port port = netlink.open(INSIDE, new PortLimits(4096, 4096, 4096, 2, 1), new Account(new Holdings(), 1, 2, 1),
                readable -> { });
        assertThat(port.bind(50, 0b0011)).isZero();
        assertThat(port.bind(50, 0b1100)).isZero();
        assertThat(port.memberships()).containsExactly(3, 4);
        assertThat(port.bind(50, 0b0111)).isEqualTo(NetlinkErrno.EMFILE);
        assertThat(port.memberships()).containsExactly(3, 4);
        assertThat(port.account().memberships()).isEqualTo(2);
        assertThat(port.bind(50, 0b1000)).isZero();
        assertThat(port.account().memberships()).isEqualTo(1);
        port.close();
        assertThat(port.account().memberships()).isZero();
    }

    @Test
    void shouldSendNothingToWhoLeavesWhileTheFilterIsAsked() {
        Port stays = bound(1, 1);
        Port leaves = bound(2, 1);
        int errno = netlink.multicast(message(1), null, 0, 1, id -> {
            if (id == 2) {
                assertThat(leaves.dropMembership(1)).isZero();
            }
            return true;
        });
        assertThat(errno).isZero();
        assertThat(stays.receive()).isNotNull();
        assertThat(leaves.receive()).isNull();
    }

    @Test
    void shouldNotRefuseOneForWhatAnotherIsRefusedAtTheSameTime() throws Exception {
        Holdings held = new Holdings();
        Account account = new Account(held, 1, 32, 1);
        Thread greedy = Thread.ofPlatform().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                assertThat(account.takeMemberships(33)).isFalse();
            }
        });
        try {
            for (int i = 0; i < 200_000; i++) {
                assertThat(account.takeMemberships(1)).as("time %d", i).isTrue();
                account.giveMemberships(1);
            }
        } finally {
            greedy.interrupt();
            greedy.join();
        }
        assertThat(account.memberships()).isZero();
    }

    private Port open(Identity identity) {
        return netlink.open(identity, PortLimits.DEFAULT, port -> { });
    }

    private Port bound(int portId, int groups) {
        Port port = open(INSIDE);
        assertThat(port.bind(portId, groups)).isZero();
        return port;
    }

    private static Frame message(int seq) {
        return Frame.of(CnMsg.of(ID, seq, 0));
    }

    private static Frame encoded(int flags) {
        byte[] bytes = CnMsgHdr.frame(flags, ID.idx(), ID.val(), 1, 0, 0, new byte[0]);
        return Frame.wrap(bytes);
    }
}
