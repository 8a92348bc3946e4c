// SPDX-License-Identifier: Apache-2.0
package connector.impl.notify;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.GateDTO;
import connector.api.runtime.GateUserDTO;
import connector.api.runtime.GroupDTO;
import connector.api.runtime.PortDTO;
import connector.api.runtime.UserDTO;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnStat;
import connector.api.wire.CnStat.Attribute;
import connector.client.CnMessage;
import connector.client.CnStatistics;
import connector.impl.netlink.Frame;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.dto.DTO;

/**
 * Each field of a snapshot, written by {@link Statistics} and read by a client's {@link CnStatistics}, is found under
 * its attribute, or left out where it is 0: every field has a value that no other has, every second flag is set, and
 * texts are longer than is told.
 */
class StatisticsFieldsTest {

    private static final int TOLD_CHARACTERS = 1024;
    private static final CnMsg REQUEST = CnMsg.wrap(CbId.CONNECTOR, 7, 9, CnMsgHdr.CN_STATISTICS, new byte[0]);

    private static final Map<String, Attribute> OF_THE_BUS = Map.ofEntries(
            entry("received", Attribute.RECEIVED),
            entry("userDelivered", Attribute.DELIVERED),
            entry("userDropped", Attribute.DROPPED),
            entry("userRefused", Attribute.REFUSED),
            entry("userAbandoned", Attribute.ABANDONED),
            entry("userExpired", Attribute.EXPIRED),
            entry("userInterrupted", Attribute.INTERRUPTED),
            entry("unknownId", Attribute.UNKNOWN_ID),
            entry("unknownPort", Attribute.UNKNOWN_PORT),
            entry("portRefused", Attribute.PORT_REFUSED),
            entry("portDropped", Attribute.PORT_DROPPED),
            entry("unread", Attribute.UNREAD),
            entry("malformed", Attribute.MALFORMED),
            entry("oversize", Attribute.OVERSIZE),
            entry("forbidden", Attribute.FORBIDDEN),
            entry("badNotifyRequests", Attribute.BAD_NOTIFY_REQUESTS),
            entry("tooManySubscriptions", Attribute.TOO_MANY_SUBSCRIPTIONS),
            entry("lateReplies", Attribute.LATE_REPLIES),
            entry("noListener", Attribute.NO_LISTENER),
            entry("answersDropped", Attribute.ANSWERS_DROPPED),
            entry("drainers", Attribute.DRAINERS),
            entry("stuckDrainers", Attribute.STUCK_DRAINERS));

    private static final Map<String, Attribute> OF_A_USER = Map.ofEntries(
            entry("name", Attribute.NAME),
            entry("bundle", Attribute.BUNDLE),
            entry("version", Attribute.VERSION),
            entry("state", Attribute.STATE),
            entry("bundleId", Attribute.BUNDLE_ID),
            entry("generation", Attribute.GENERATION),
            entry("ranking", Attribute.RANKING),
            entry("runningMs", Attribute.RUNNING_MS),
            entry("stuck", Attribute.STUCK),
            entry("failed", Attribute.FAILED),
            entry("interrupted", Attribute.INTERRUPTED));

    private static final Map<String, Attribute> OF_A_MAILBOX = Map.ofEntries(
            entry("queued", Attribute.QUEUED),
            entry("queuedBytes", Attribute.QUEUED_BYTES),
            entry("capacity", Attribute.CAPACITY),
            entry("capacityBytes", Attribute.CAPACITY_BYTES),
            entry("delivered", Attribute.DELIVERED),
            entry("dropped", Attribute.DROPPED),
            entry("droppedOldest", Attribute.DROPPED_OLDEST),
            entry("refused", Attribute.REFUSED),
            entry("waited", Attribute.WAITED),
            entry("waitedInVain", Attribute.WAITED_IN_VAIN),
            entry("abandoned", Attribute.ABANDONED));

    /** The id is the message's; how a user has its messages delivered is its own affair. */
    private static final Set<String> NOT_OF_A_USER =
            Set.of("idx", "val", "serviceId", "delivery", "overflow", "holdoverMs");

    private static final Map<String, Attribute> OF_A_GROUP = Map.of(
            "group", Attribute.NUMBER,
            "members", Attribute.MEMBERS,
            "sequence", Attribute.SEQUENCE);

    private static final Map<String, Attribute> OF_A_PORT = Map.ofEntries(
            entry("portId", Attribute.NUMBER),
            entry("owner", Attribute.OWNER),
            entry("uid", Attribute.UID),
            entry("gid", Attribute.GID),
            entry("pid", Attribute.PID),
            entry("tap", Attribute.TAP),
            entry("groups", Attribute.GROUPS),
            entry("queuedBytes", Attribute.QUEUED_BYTES),
            entry("queued", Attribute.QUEUED),
            entry("receiveBufferBytes", Attribute.CAPACITY),
            entry("congested", Attribute.CONGESTED),
            entry("received", Attribute.RECEIVED),
            entry("sent", Attribute.SENT),
            entry("dropped", Attribute.DROPPED),
            entry("overruns", Attribute.OVERRUNS));

    private static final Map<String, Attribute> OF_A_GATE = Map.ofEntries(
            entry("name", Attribute.NAME),
            entry("path", Attribute.PATH),
            entry("type", Attribute.TYPE),
            entry("listening", Attribute.LISTENING),
            entry("failure", Attribute.FAILURE),
            entry("clients", Attribute.CLIENTS),
            entry("maxClients", Attribute.MAX_CLIENTS),
            entry("accepted", Attribute.ACCEPTED),
            entry("refused", Attribute.REFUSED),
            entry("framesIn", Attribute.FRAMES_IN),
            entry("framesOut", Attribute.FRAMES_OUT),
            entry("bytesIn", Attribute.BYTES_IN),
            entry("bytesOut", Attribute.BYTES_OUT),
            entry("malformed", Attribute.MALFORMED),
            entry("limited", Attribute.LIMITED));

    static Stream<Arguments> things() {
        CountersDTO counters = new CountersDTO();
        UserDTO user = new UserDTO();
        GroupDTO group = new GroupDTO();
        PortDTO port = new PortDTO();
        GateDTO gate = new GateDTO();
        Map<String, Attribute> ofActive = new HashMap<>(OF_A_USER);
        ofActive.putAll(OF_A_MAILBOX);
        return Stream.of(
                Arguments.of(CnStat.BUS, snapshot(counters, null, null, null, null), counters, OF_THE_BUS, Set.of()),
                Arguments.of(CnStat.USER, snapshot(null, user, null, null, null), user, ofActive, NOT_OF_A_USER),
                Arguments.of(CnStat.GROUP, snapshot(null, null, group, null, null), group, OF_A_GROUP, Set.of()),
                Arguments.of(CnStat.PORT, snapshot(null, null, null, port, null), port, OF_A_PORT,
                        Set.of("inPlatform")),
                Arguments.of(CnStat.GATE, snapshot(null, null, null, null, gate), gate, OF_A_GATE, Set.of("users")));
    }

    @ParameterizedTest(name = "kind {0}")
    @MethodSource("things")
    void shouldTellEachFieldUnderItsAttribute(int kind, ConnectorDTO snapshot, DTO thing, Map<String, Attribute> told,
            Set<String> untold) throws Exception {
        Map<String, Object> values = fill(thing);
        assertThat(values.keySet()).as("a field that this table does not know").isEqualTo(union(told, untold));
        Map<Integer, Object> expected = new TreeMap<>();
        told.forEach((field, attribute) -> expected.put(attribute.type(), values.get(field)));
        expected.values().removeIf(Long.valueOf(0)::equals);

        CnStatistics statistics = only(kind, snapshot);

        assertThat(statistics.attributes()).isEqualTo(expected);
    }

    @Test
    void shouldTellAMailboxWithTheUserThatHasItAlone() throws Exception {
        UserDTO user = new UserDTO();
        Map<String, Object> values = fill(user);
        user.state = UserDTO.STANDBY;
        Map<Integer, Object> expected = new TreeMap<>();
        OF_A_USER.forEach((field, attribute) -> expected.put(attribute.type(), values.get(field)));
        expected.put(Attribute.STATE.type(), UserDTO.STANDBY);

        assertThat(only(CnStat.USER, snapshot(null, user, null, null, null)).attributes()).isEqualTo(expected);
    }

    @Test
    void shouldTellTheChangesInTheRegisterWithTheBus() {
        ConnectorDTO snapshot = snapshot(null, null, null, null, null);
        snapshot.epoch = 1L << 40;

        assertThat(only(CnStat.BUS, snapshot).attributes()).isEqualTo(Map.of(Attribute.EPOCH.type(), 1L << 40));
    }

    /** Gives each public field a value of its own; what is to be told of it, by its name. */
    private static Map<String, Object> fill(DTO thing) throws IllegalAccessException {
        Map<String, Object> told = new HashMap<>();
        int next = 1_000_000;
        boolean flag = false;
        for (Field field : thing.getClass().getFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
                continue;
            }
            next++;
            Class<?> type = field.getType();
            Object value = (long) next;
            if (type == int.class) {
                field.setInt(thing, next);
            } else if (type == long.class) {
                value = ((long) next << 32) + next;
                field.set(thing, value);
            } else if (type == boolean.class) {
                flag = !flag;
                value = flag ? 1L : 0L;
                field.setBoolean(thing, flag);
            } else if (type == String.class) {
                String text = field.getName() + "\u20ac".repeat(2 * TOLD_CHARACTERS);
                value = text.substring(0, TOLD_CHARACTERS);
                field.set(thing, text);
            } else if (type == long[].class) {
                value = 3L;
                field.set(thing, new long[3]);
            } else {
                field.set(thing, new GateUserDTO[1]);
            }
            told.put(field.getName(), value);
        }
        return told;
    }

    private static Set<String> union(Map<String, Attribute> told, Set<String> untold) {
        Map<String, Attribute> all = new HashMap<>(told);
        untold.forEach(field -> all.put(field, null));
        return all.keySet();
    }

    private static ConnectorDTO snapshot(CountersDTO counters, UserDTO user, GroupDTO group, PortDTO port,
            GateDTO gate) {
        ConnectorDTO dto = new ConnectorDTO();
        dto.counters = counters == null ? new CountersDTO() : counters;
        dto.users = user == null ? new UserDTO[0] : new UserDTO[] {user};
        dto.groups = group == null ? new GroupDTO[0] : new GroupDTO[] {group};
        dto.ports = port == null ? new PortDTO[0] : new PortDTO[] {port};
        dto.gates = gate == null ? new GateDTO[0] : new GateDTO[] {gate};
        return dto;
    }

    /** The one of a kind, as a client decodes it. */
    private static CnStatistics only(int kind, ConnectorDTO snapshot) {
        List<CnStatistics> found = new ArrayList<>();
        Iterator<Frame> frames = new Statistics(snapshot, 1, REQUEST).frames();
        while (frames.hasNext()) {
            CnMsg msg = frames.next().messages().getFirst();
            CnStatistics statistics = CnStatistics.of(new CnMessage(msg.id().idx(), msg.id().val(), msg.seq(),
                    msg.ack(), msg.flags(), msg.toByteArray(), 0, 0, 0));
            if (statistics.kind() == kind) {
                found.add(statistics);
            }
        }
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}
