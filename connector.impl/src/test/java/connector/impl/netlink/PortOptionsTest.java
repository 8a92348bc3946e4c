// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import static connector.api.wire.GateControl.CN_LIST_GROUPS;
import static connector.api.wire.GateControl.CN_TAP;
import static connector.api.wire.GateControl.NETLINK_ADD_MEMBERSHIP;
import static connector.api.wire.GateControl.NETLINK_BROADCAST_ERROR;
import static connector.api.wire.GateControl.NETLINK_CAP_ACK;
import static connector.api.wire.GateControl.NETLINK_DROP_MEMBERSHIP;
import static connector.api.wire.GateControl.NETLINK_EXT_ACK;
import static connector.api.wire.GateControl.NETLINK_LIST_MEMBERSHIPS;
import static connector.api.wire.GateControl.NETLINK_NO_ENOBUFS;
import static connector.api.wire.GateControl.NETLINK_PKTINFO;
import static connector.api.wire.GateControl.SOL_NETLINK;
import static connector.api.wire.GateControl.SOL_SOCKET;
import static connector.api.wire.GateControl.SO_RCVBUF;
import static org.assertj.core.api.Assertions.assertThat;

import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.impl.policy.RulePolicy;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortOptionsTest {

    private static final int[] FLAGS = {NETLINK_PKTINFO, NETLINK_BROADCAST_ERROR, NETLINK_NO_ENOBUFS, NETLINK_CAP_ACK,
        NETLINK_EXT_ACK, CN_TAP};
    private static final int[] SETTABLE = IntStream.concat(Arrays.stream(FLAGS),
            IntStream.of(NETLINK_ADD_MEMBERSHIP, NETLINK_DROP_MEMBERSHIP)).toArray();

    private final Netlink netlink = new Netlink(new RulePolicy(1000), new Counters());
    private final Port port = open(new Identity(true, 1000, 100, 4242, List.of(), "test"));
    private final PortOptions options = new PortOptions(port);

    @Test
    void shouldTurnEachFlagOnAndOffAndNoOther() {
        for (int flag : FLAGS) {
            assertThat(set(SOL_NETLINK, flag, 2)).isZero();
            for (int other : FLAGS) {
                assertThat(numbers(SOL_NETLINK, other)).as("option %d after %d", other, flag)
                        .containsExactly(other == flag ? 1 : 0);
            }
            assertThat(set(SOL_NETLINK, flag, 0)).isZero();
            assertThat(numbers(SOL_NETLINK, flag)).as("option %d", flag).containsExactly(0);
        }
        set(SOL_NETLINK, NETLINK_PKTINFO, 1);
        assertThat(options.isPktinfo()).isTrue();
        set(SOL_NETLINK, NETLINK_BROADCAST_ERROR, 1);
        assertThat(port.isBroadcastError()).isTrue();
        set(SOL_NETLINK, NETLINK_NO_ENOBUFS, 1);
        assertThat(port.isNoEnobufs()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"50000, 100000", "0, 4096", "-1, 4096", "2048, 4096", "2049, 4098", "4194304, 8388608",
        "2147483647, 8388608"})
    void shouldDoubleTheSizeOfTheQueueWithinItsBounds(int asked, int given) {
        assertThat(set(SOL_SOCKET, SO_RCVBUF, asked)).isZero();
        assertThat(numbers(SOL_SOCKET, SO_RCVBUF)).containsExactly(given);
        assertThat(port.receiveBufferBytes()).isEqualTo(given);
    }

    @Test
    void shouldListMembershipsAsABitmapToGroup1024AndAllOfThemAsNumbers() {
        assertThat(numbers(SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS)).as("one word at least").containsExactly(0);
        assertThat(numbers(SOL_NETLINK, CN_LIST_GROUPS)).isEmpty();
        for (int group : new int[] {1, 32, 33, 1025, -1}) {
            assertThat(set(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)).isZero();
        }
        assertThat(numbers(SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS)).containsExactly(0x8000_0001, 1);
        assertThat(set(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 1024)).isZero();
        assertThat(numbers(SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS)).hasSize(32).endsWith(0, 0x8000_0000);
        assertThat(numbers(SOL_NETLINK, CN_LIST_GROUPS)).containsExactly(1, 32, 33, 1024, 1025, -1);
        assertThat(set(SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, 33)).isZero();
        assertThat(numbers(SOL_NETLINK, CN_LIST_GROUPS)).containsExactly(1, 32, 1024, 1025, -1);
    }

    @Test
    void shouldTellAValueThatIsTooShortFromAnOptionThatCannotBeSet() {
        for (int option = 0; option < 400; option++) {
            boolean settable = Arrays.stream(SETTABLE).anyMatch(Integer.valueOf(option)::equals);
            for (int length = 0; length < Integer.BYTES; length++) {
                assertThat(options.set(SOL_NETLINK, option, ByteBuffer.allocate(length))).as("option %d", option)
                        .isEqualTo(settable ? NetlinkErrno.EINVAL : NetlinkErrno.ENOPROTOOPT);
            }
            if (!settable) {
                assertThat(set(SOL_NETLINK, option, 1)).as("option %d", option).isEqualTo(NetlinkErrno.ENOPROTOOPT);
            }
        }
        assertThat(options.set(SOL_SOCKET, SO_RCVBUF, ByteBuffer.allocate(3))).isEqualTo(NetlinkErrno.EINVAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, -1, SOL_SOCKET, SOL_NETLINK})
    void shouldKnowNoOptionOfAnotherLevel(int level) {
        int option = level == SOL_NETLINK ? 7 : NETLINK_PKTINFO;

        assertThat(set(level, option, 1)).isEqualTo(NetlinkErrno.ENOPROTOOPT);
        assertThat(options.set(level, option, ByteBuffer.allocate(1))).isEqualTo(NetlinkErrno.ENOPROTOOPT);
        assertThat(options.get(level, option)).isNull();
    }

    @Test
    void shouldSayWhatThePortSays() {
        PortOptions ofStranger = new PortOptions(open(Identity.ofProcess(1, 1, 7, List.of(), "stranger")));

        assertThat(ofStranger.set(SOL_NETLINK, CN_TAP, value(1))).isEqualTo(NetlinkErrno.EPERM);
        assertThat(ofStranger.set(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, value(1))).isEqualTo(NetlinkErrno.EPERM);
        assertThat(set(SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, 0)).isEqualTo(NetlinkErrno.EINVAL);
    }

    private Port open(Identity who) {
        return netlink.open(who, PortLimits.DEFAULT, readable -> { });
    }

    private int set(int level, int option, int number) {
        return options.set(level, option, value(number));
    }

    private static ByteBuffer value(int number) {
        return NlMsgHdr.buffer(Integer.BYTES).putInt(0, number);
    }

    private int[] numbers(int level, int option) {
        IntBuffer numbers = NlMsgHdr.buffer(options.get(level, option)).asIntBuffer();
        int[] all = new int[numbers.remaining()];
        numbers.get(all);
        return all;
    }
}
