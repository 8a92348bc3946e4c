// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.netlink.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a sender is told, and what is refused before anybody is looked up. */
class SendTest extends BusFixture {

    @Test
    void shouldSayEnodevForAnIdThatNobodyHas() {
        assertThat(send(1)).isEqualTo(NetlinkErrno.ENODEV);
        assertThat(counters.unknownId.sum()).isEqualTo(1);
        assertThat(bus.send(List.of(CnMsg.of(ID)), 0, 0, null)).isEqualTo(NetlinkErrno.ENODEV);
    }

    @Test
    void shouldSayEsrchWhereNobodyListensAndForIdx0Always() {
        add("a", ignore());
        assertThat(bus.send(List.of(CnMsg.of(ID)), 0, 0, null)).isEqualTo(NetlinkErrno.ESRCH);
        port.addMembership(ID.idx());
        assertThat(bus.send(List.of(CnMsg.of(ID)), 0, 0, null)).isZero();
        CbId zero = new CbId(0, 1);
        bus.add(user(zero, "zero", Map.of(), 0, ignore()), true);
        assertThat(bus.send(List.of(CnMsg.of(zero)), 0, 0, null)).isEqualTo(NetlinkErrno.ESRCH);
        assertThat(bus.send(List.of(CnMsg.of(new CbId(9, 9))), 0, ID.idx(), null)).as("unknown id, given group")
                .isZero();
    }

    @Test
    void shouldDropMalformedFramesWithAReasonAndCountThem() {
        add("a", ignore());
        byte[] whole = CnMsgHdr.frame(0, ID.idx(), ID.val(), 1, 2, 0, new byte[10]);
        assertThat(bus.receive(Frame.wrap(whole), port, 0)).isEqualTo(Verdict.OK);
        record Bad(int offset, int value, int errno, int at) {
        }
        for (Bad bad : List.of(new Bad(NlMsgHdr.LEN, 35, NetlinkErrno.EINVAL, 0),
                new Bad(0, 16, NetlinkErrno.EINVAL, 0), new Bad(0, 0, NetlinkErrno.EINVAL, 0),
                new Bad(0, -1, NetlinkErrno.EINVAL, 0),
                new Bad(0, whole.length + 1, NetlinkErrno.EINVAL, 0), new Bad(0, 36, NetlinkErrno.EINVAL, 32),
                new Bad(32, 0xffff, NetlinkErrno.EINVAL, 32))) {
            byte[] bytes = whole.clone();
            NlMsgHdr.buffer(bytes).putInt(bad.offset, bad.value);
            Verdict verdict = bus.receive(Frame.wrap(bytes), port, 0);
            assertThat(verdict.errno()).as("%s", bad).isEqualTo(bad.errno);
            assertThat(verdict.offset()).as("%s", bad).isEqualTo(bad.at);
        }
        assertThat(counters.malformed.sum()).isEqualTo(7);
        byte[] huge = Arrays.copyOf(whole, 20_000);
        NlMsgHdr.buffer(huge).putInt(0, huge.length).putShort(32, (short) 16_385);
        assertThat(bus.receive(Frame.wrap(huge), port, 0).errno()).isEqualTo(NetlinkErrno.EMSGSIZE);
        assertThat(counters.oversize.sum()).isEqualTo(1);
    }

    @Test
    void shouldAskThePolicyBeforeItLooksAnythingUp() {
        add("a", ignore());
        Port stranger = netlink.open(Identity.ofProcess(2, 2, 2, List.of(), "stranger"), PortLimits.DEFAULT, p -> { });
        assertThat(bus.receive(CnMsg.of(ID), stranger, 0).errno()).isEqualTo(NetlinkErrno.EPERM);
        assertThat(bus.receive(CnMsg.of(new CbId(9, 9)), stranger, 0).errno()).isEqualTo(NetlinkErrno.EPERM);
        assertThat(counters.unknownId.sum()).isZero();
    }
}
