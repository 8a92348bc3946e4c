// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import connector.api.Loss;
import connector.api.Sender;
import connector.api.runtime.PortDTO;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NetlinkErrno;
import connector.impl.policy.RulePolicy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PortTest {

    private static final CbId ID = new CbId(5, 6);
    private static final int COST = 36 + Datagram.OVERHEAD;
    private static final Identity INSIDE = new Identity(true, 1000, 100, 4242, List.of(), "bundle test");

    private final Netlink netlink = new Netlink(new RulePolicy(1000), new Counters());
    private Verdict verdict = Verdict.OK;

    @BeforeEach
    void attachKernel() {
        netlink.attach(new Kernel() {
            @Override
            public Verdict receive(Frame frame, Port from, int group) {
                return verdict;
            }

            @Override
            public Route route(Port from) {
                throw new UnsupportedOperationException("nobody sends out of a buffer here");
            }

            @Override
            public void closed(Port port) {
            }
        });
    }

    @Test
    void shouldTellWhatItIsAndHasDone() {
        Port port = open(INSIDE);
        assertThat(port.bind(-5, 0b1)).isZero();
        assertThat(port.addMembership(-1)).isZero();
        port.receiveBufferBytes(PortLimits.MIN_RECEIVE_BUFFER);
        int fit = PortLimits.MIN_RECEIVE_BUFFER / COST + 1;
        for (int i = 0; i < fit + 7; i++) {
            netlink.multicast(frame(), null, 0, 1, null);
        }
        port.send(frame(), 0, 0);
        port.submit(frame(), 0, 0);
        port.countSent();

        PortDTO dto = port.toDTO();

        assertThat(dto.portId).isEqualTo(0xFFFF_FFFBL);
        assertThat(port).hasToString("port 4294967291 (bundle test)");
        assertThat(dto.owner).isEqualTo("bundle test");
        assertThat(dto.inPlatform).isTrue();
        assertThat(List.of(dto.uid, dto.gid, dto.pid)).containsExactly(1000L, 100L, 4242L);
        assertThat(dto.groups).containsExactly(1, 0xFFFF_FFFFL);
        assertThat(dto.tap).isFalse();
        assertThat(dto.sent).isEqualTo(3);
        assertThat(dto.queued).isEqualTo(fit);
        assertThat(dto.queuedBytes).isEqualTo((long) fit * COST);
        assertThat(dto.receiveBufferBytes).isEqualTo(PortLimits.MIN_RECEIVE_BUFFER);
        assertThat(dto.received).isEqualTo(fit);
        assertThat(dto.dropped).isEqualTo(7);
        assertThat(dto.overruns).isEqualTo(1);
        assertThat(dto.congested).isTrue();
    }

    @Test
    void shouldTellAnUnknownUserFromTheGreatest() {
        PortDTO unknown = open(Identity.ofProcess(Sender.UNKNOWN, Sender.UNKNOWN, 7, List.of(), "nobody")).toDTO();
        PortDTO greatest = open(Identity.ofProcess(-2, -3, 7, List.of(), "somebody")).toDTO();

        assertThat(List.of(unknown.uid, unknown.gid)).containsExactly(-1L, -1L);
        assertThat(List.of(greatest.uid, greatest.gid)).containsExactly(0xFFFF_FFFEL, 0xFFFF_FFFDL);
        assertThat(unknown.inPlatform).isFalse();
    }

    @Test
    void shouldBeASenderThatSaysToWhichGroupItsMessageWent() {
        Port port = open(Identity.ofProcess(7, 8, 9, List.of(), "test"));
        assertThat(port.bind(9, 0)).isZero();

        assertThat(port.sender().group()).isZero();
        assertThat(port.sender(0)).isSameAs(port.sender());
        Sender sender = port.sender(12);
        assertThat(sender.group()).isEqualTo(12);
        assertThat(List.of(sender.portId(), sender.uid(), sender.gid(), sender.pid())).containsExactly(9, 7, 8, 9);
        assertThat(sender.inPlatform()).isFalse();
        assertThat(sender.isOpen()).isTrue();
        assertThat(sender).hasToString("port 9 (test)");
        port.close();
        assertThat(sender.isOpen()).isFalse();
    }

    @Test
    void shouldNotMissTheUserOfAMessageThatAGroupHeard() {
        verdict = Verdict.of(NetlinkErrno.ENODEV, "nobody has this id");
        Port sender = open(INSIDE);
        Port member = open(INSIDE);

        assertThat(sender.submit(frame(), 0, 3)).as("nobody listens").isSameAs(verdict);
        assertThat(member.addMembership(3)).isZero();
        assertThat(sender.submit(frame(), 0, 3).errno()).as("a member has it").isZero();
        assertThat(sender.submit(frame(), 0, 0)).as("to no group").isSameAs(verdict);
        verdict = Verdict.of(NetlinkErrno.EAGAIN, "the user's mailbox is full");
        assertThat(sender.submit(frame(), 0, 3)).as("the user did not take it").isSameAs(verdict);
    }

    @Test
    void shouldSayWhyAPortDoesNotTakeAMessage() {
        Port sender = open(INSIDE);
        Port port = netlink.open(INSIDE, new PortLimits(100, 4096, 4096, 8, 8), readable -> { });
        assertThat(port.bind(9, 0)).isZero();

        assertThat(sender.submit(frame(), 9, 0).errno()).isZero();
        assertThat(sender.submit(frame(), 9, 0).errno()).isZero();
        assertThat(sender.submit(frame(), 9, 0)).isEqualTo(
                Verdict.of(NetlinkErrno.EAGAIN, "port 9 has a full receive queue"));
        assertThat(sender.submit(frame(), -9, 0)).isEqualTo(
                Verdict.of(NetlinkErrno.ECONNREFUSED, "port 4294967287 does not exist"));
    }

    @Test
    void shouldKeepAnswersInTheReserveAndWakeTheReaderForThem() {
        AtomicInteger woken = new AtomicInteger();
        Port port = netlink.open(INSIDE, new PortLimits(4096, 4096, 3 * COST, 8, 8), p -> woken.incrementAndGet());
        for (int i = 0; i < 3; i++) {
            assertThat(port.answer(frame())).isTrue();
        }
        assertThat(woken).hasValue(1);
        assertThat(port.answer(frame())).isFalse();
        assertThat(port.answer(frame())).isFalse();
        assertThat(netlink.counters().answersDropped.sum()).isEqualTo(2);
        assertThat(port.toDTO().dropped).as("of data").isZero();
        port.receive();
        assertThat(port.answer(frame())).isTrue();
        port.close();
        assertThat(port.answer(frame())).isFalse();
    }

    @Test
    void shouldSayWhatBecameOfWhatTheConnectorBringsIt() {
        Port port = netlink.open(INSIDE, new PortLimits(100, 4096, 4096, 8, 8), readable -> { });

        assertThat(port.deliverQuietly(frame())).isZero();
        assertThat(port.deliverQuietly(frame())).isZero();
        assertThat(port.deliverQuietly(frame())).isEqualTo(NetlinkErrno.EAGAIN);
        assertThat(port.receive()).as("recorded, as nobody else can try again").isEqualTo(
                new Overrun(true, List.of(new Loss(0, 1, 0, 0))));
        port.close();
        assertThat(port.deliverQuietly(frame())).isEqualTo(NetlinkErrno.ECONNREFUSED);
    }

    private Port open(Identity who) {
        return netlink.open(who, PortLimits.DEFAULT, port -> { });
    }

    private static Frame frame() {
        return Frame.wrap(CnMsgHdr.frame(0, ID.idx(), ID.val(), 1, 0, 0, new byte[0]));
    }
}
