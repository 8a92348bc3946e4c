// SPDX-License-Identifier: Apache-2.0
package connector.impl.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.GateDTO;
import connector.api.runtime.GroupDTO;
import connector.api.runtime.PortDTO;
import connector.api.runtime.UserDTO;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnStat;
import connector.api.wire.CnStat.Attribute;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlAttr;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Datagram;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.policy.RulePolicy;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    private static final CnMsg REQUEST = CnMsg.wrap(CbId.CONNECTOR, 7, -1, CnMsgHdr.CN_STATISTICS, new byte[0]);

    private final Netlink netlink = new Netlink(new RulePolicy(1), new Counters());
    private final Notifications notifications = new Notifications(netlink);

    private static ConnectorDTO snapshot() {
        ConnectorDTO dto = new ConnectorDTO();
        dto.epoch = 5;
        dto.counters = new CountersDTO();
        dto.counters.received = 10;
        UserDTO user = new UserDTO();
        user.idx = 0xFFFF_FFFFL;
        user.val = 2;
        user.name = "a name";
        user.state = UserDTO.ACTIVE;
        user.bundleId = 0;
        user.delivered = 1L << 40;
        UserDTO standby = new UserDTO();
        standby.state = UserDTO.STANDBY;
        standby.bundleId = -1;
        standby.delivered = 3;
        dto.users = new UserDTO[] {user, standby};
        GroupDTO group = new GroupDTO();
        group.group = 0xFFFF_FFFFL;
        group.sequence = 99;
        dto.groups = new GroupDTO[] {group};
        PortDTO port = new PortDTO();
        port.portId = 0xFFFF_EFFFL;
        port.uid = 0;
        port.pid = -1;
        port.groups = new long[] {1, 2};
        dto.ports = new PortDTO[] {port};
        GateDTO gate = new GateDTO();
        gate.failure = "\u20ac".repeat(100_000);
        dto.gates = new GateDTO[] {gate};
        return dto;
    }

    private List<CnMsg> answer() {
        Port port = netlink.open(new Identity(true, 1, 1, 1, List.of(), "test"), PortLimits.DEFAULT, opened -> { });
        port.receiveBufferBytes(4096);
        assertThat(notifications.request(REQUEST, NlMsgHdr.NLM_F_DUMP, port, null).errno()).isZero();
        List<CnMsg> answer = new ArrayList<>();
        while (port.receive() instanceof Datagram datagram) {
            answer.addAll(datagram.frame().messages());
        }
        return answer;
    }

    private static Object value(CnMsg msg, Attribute attribute) {
        ByteBuffer data = NlMsgHdr.buffer(msg.toByteArray());
        return CnStat.isString(attribute.type())
                ? NlAttr.string(data, CnStat.ATTRIBUTES, msg.length(), attribute.type())
                : (Object) NlAttr.number(data, CnStat.ATTRIBUTES, msg.length(), attribute.type(), -1);
    }

    @Test
    void shouldAnswerWithOneMessageForEachThingAndAnEnd() {
        notifications.statistics(StatisticsTest::snapshot);

        List<CnMsg> answer = answer();

        assertThat(answer).extracting(msg -> NlMsgHdr.buffer(msg.toByteArray()).getInt(CnStat.KIND)).containsExactly(
                CnStat.BUS, CnStat.USER, CnStat.USER, CnStat.GROUP, CnStat.PORT, CnStat.GATE, CnStat.END);
        assertThat(answer).allSatisfy(msg -> {
            assertThat(msg.seq()).isEqualTo(7);
            assertThat(msg.ack()).as("modulo 2^32").isZero();
            assertThat(msg.flags()).isEqualTo(CnMsgHdr.CN_STATISTICS);
        });
        assertThat(answer).extracting(msg -> NlMsgHdr.buffer(msg.toByteArray()).getLong(CnStat.TIME_NS))
                .as("one moment")
                .containsOnly(NlMsgHdr.buffer(answer.getFirst().toByteArray()).getLong(CnStat.TIME_NS));
    }

    @Test
    void shouldTellNumbersAndTextsAndLeaveOutWhatIsNothing() {
        notifications.statistics(StatisticsTest::snapshot);

        List<CnMsg> answer = answer();

        assertThat(value(answer.get(0), Attribute.RECEIVED)).isEqualTo(10L);
        assertThat(value(answer.get(0), Attribute.MALFORMED)).as("0").isEqualTo(-1L);
        assertThat(answer.get(1).id()).isEqualTo(new CbId(-1, 2));
        assertThat(value(answer.get(1), Attribute.NAME)).isEqualTo("a name");
        assertThat(value(answer.get(1), Attribute.BUNDLE)).isNull();
        assertThat(value(answer.get(1), Attribute.BUNDLE_ID)).as("0 is a bundle").isEqualTo(0L);
        assertThat(value(answer.get(1), Attribute.DELIVERED)).isEqualTo(1L << 40);
        assertThat(value(answer.get(2), Attribute.DELIVERED)).as("the mailbox is told once").isEqualTo(-1L);
        assertThat(value(answer.get(3), Attribute.NUMBER)).isEqualTo(0xFFFF_FFFFL);
        assertThat(value(answer.get(4), Attribute.UID)).as("root").isEqualTo(0L);
        assertThat(value(answer.get(4), Attribute.PID)).as("unknown").isEqualTo(-1L);
        assertThat(value(answer.get(4), Attribute.GROUPS)).isEqualTo(2L);
        assertThat((String) value(answer.get(5), Attribute.FAILURE)).as("cut").isEqualTo("\u20ac".repeat(1024));
    }

    @Test
    void shouldMakeEachMessageWhenTheReaderComesToIt() {
        int users = 10_000;
        ConnectorDTO snapshot = snapshot();
        snapshot.users = Stream.generate(() -> snapshot.users[0]).limit(users).toArray(UserDTO[]::new);
        notifications.statistics(() -> snapshot);
        Port port = netlink.open(new Identity(true, 1, 1, 1, List.of(), "test"), PortLimits.DEFAULT, opened -> { });
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertThat(notifications.request(REQUEST, NlMsgHdr.NLM_F_DUMP, port, null).errno()).isZero();

        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10; i++) {
            assertThat(port.receive()).isNotNull();
        }

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).as("bytes for the first of %d", users)
                .isLessThan(100L * users);
    }

    @Test
    void shouldSayWhyThereAreNone() {
        Port port = netlink.open(new Identity(true, 1, 1, 1, List.of(), "test"), PortLimits.DEFAULT, opened -> { });
        assertThat(notifications.request(REQUEST, NlMsgHdr.NLM_F_DUMP, port, null).errno())
                .as("not started").isEqualTo(NetlinkErrno.EOPNOTSUPP);
        notifications.statistics(StatisticsTest::snapshot);
        assertThat(notifications.request(REQUEST, 0, port, null).errno()).as("no dump")
                .isEqualTo(NetlinkErrno.EOPNOTSUPP);

        Port stranger = netlink.open(new Identity(false, 2, 2, 2, List.of(), "test"), PortLimits.DEFAULT, o -> { });
        assertThat(notifications.request(REQUEST, NlMsgHdr.NLM_F_DUMP, stranger, null).errno())
                .isEqualTo(NetlinkErrno.EPERM);
    }
}
