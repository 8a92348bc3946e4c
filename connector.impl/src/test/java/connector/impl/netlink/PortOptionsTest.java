// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.impl.policy.RulePolicy;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortOptionsTest {

    private final Netlink netlink = new Netlink(new RulePolicy(1), new Counters());
    private final Port port = netlink.open(new Identity(true, 1, 1, 1, List.of(), "test"),
            PortLimits.DEFAULT, readable -> { });
    private final PortOptions options = new PortOptions(port);

    @ParameterizedTest
    @ValueSource(ints = {GateControl.NETLINK_ADD_MEMBERSHIP, GateControl.NETLINK_DROP_MEMBERSHIP,
        GateControl.NETLINK_PKTINFO, GateControl.NETLINK_BROADCAST_ERROR, GateControl.NETLINK_NO_ENOBUFS,
        GateControl.NETLINK_CAP_ACK, GateControl.NETLINK_EXT_ACK, GateControl.CN_TAP})
    void shouldRefuseAValueThatIsTooShort(int option) {
        assertThat(options.set(GateControl.SOL_NETLINK, option, NlMsgHdr.buffer(3))).isEqualTo(NetlinkErrno.EINVAL);
        assertThat(options.set(GateControl.SOL_NETLINK, option, number(1))).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, GateControl.NETLINK_LIST_MEMBERSHIPS, GateControl.CN_LIST_GROUPS, 12, -1})
    void shouldKnowNoOtherOptionToSet(int option) {
        assertThat(options.set(GateControl.SOL_NETLINK, option, NlMsgHdr.buffer(3)))
                .isEqualTo(NetlinkErrno.ENOPROTOOPT);
        assertThat(options.set(GateControl.SOL_NETLINK, option, number(1))).isEqualTo(NetlinkErrno.ENOPROTOOPT);
    }

    @Test
    void shouldRefuseABufferSizeThatIsTooShort() {
        assertThat(options.set(GateControl.SOL_SOCKET, GateControl.SO_RCVBUF, NlMsgHdr.buffer(3)))
                .isEqualTo(NetlinkErrno.EINVAL);
    }

    private static ByteBuffer number(int value) {
        return NlMsgHdr.buffer(Integer.BYTES).putInt(0, value);
    }
}
