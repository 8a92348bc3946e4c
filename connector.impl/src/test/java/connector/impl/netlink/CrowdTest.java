// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.impl.policy.RulePolicy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is told of a message for many. */
class CrowdTest {

    private static final int UID = 1000;
    private static final int GROUP = 7;
    private static final int MANY = 20;
    private static final Identity INSIDE = new Identity(true, UID, 100, 4242, List.of(), "test");

    private final Netlink netlink = new Netlink(new RulePolicy(UID), new Counters());
    private final List<Port> called = new ArrayList<>();
    private final List<List<Port>> crowd = new ArrayList<>();
    private final List<List<Port>> otherCrowd = new ArrayList<>();

    @Test
    void shouldTellACrowdOnceOfAllThatBecameReadable() {
        List<Port> members = members(MANY, listener(crowd));
        multicast();
        assertThat(crowd).containsExactly(members);
        assertThat(called).isEmpty();
    }

    @Test
    void shouldNotTellAgainUntilTheReaderFoundNothing() {
        List<Port> members = members(MANY, listener(crowd));
        multicast();
        multicast();
        assertThat(crowd).hasSize(1);
        Port reader = members.get(3);
        assertThat(reader.receive()).isNotNull();
        assertThat(reader.receive()).isNotNull();
        multicast();
        assertThat(crowd).as("it has not found nothing yet").hasSize(1);
        assertThat(reader.receive()).isNotNull();
        assertThat(reader.receive()).isNull();
        multicast();
        assertThat(crowd).hasSize(2);
        assertThat(crowd.get(1)).containsExactly(reader);
    }

    @Test
    void shouldCallTheListenersOfFewMembersThemselves() {
        List<Port> members = members(16, listener(crowd));
        multicast();
        assertThat(called).isEqualTo(members);
        assertThat(crowd).isEmpty();
    }

    @Test
    void shouldTellEachCrowdOfItsOwnAndCallWhoHasNone() {
        List<Port> first = members(MANY, listener(crowd));
        List<Port> alone = members(2, called::add);
        List<Port> second = members(MANY, listener(otherCrowd));
        List<Port> last = members(1, called::add);
        multicast();
        assertThat(crowd).containsExactly(first);
        assertThat(otherCrowd).containsExactly(second);
        assertThat(called).containsExactly(alone.get(0), alone.get(1), last.get(0));
    }

    @Test
    void shouldTellWhoTakesTurnsWithAnotherCrowdOfEachOnce() {
        List<Port> ofOne = new ArrayList<>();
        List<Port> ofOther = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            ofOne.addAll(members(1, listener(crowd)));
            ofOther.addAll(members(1, listener(otherCrowd)));
        }
        multicast();
        assertThat(crowd.stream().flatMap(List::stream)).isEqualTo(ofOne);
        assertThat(otherCrowd.stream().flatMap(List::stream)).isEqualTo(ofOther);
    }

    @Test
    void shouldTellOfAFullQueueToo() {
        List<Port> members = members(MANY, listener(crowd));
        Port full = members.get(5);
        full.receiveBufferBytes(PortLimits.MIN_RECEIVE_BUFFER);
        while (full.toDTO().dropped == 0) {
            multicast();
        }
        assertThat(crowd).hasSize(1);
        assertThat(full.receive()).isInstanceOf(Overrun.class);
        while (full.receive() != null) {
            // What was queued, and what else was lost.
        }
        multicast();
        assertThat(crowd.getLast()).containsExactly(full);
    }

    @Test
    void shouldLeaveATapToItsCrowdEvenIfItIsAlone() {
        Port tap = netlink.open(INSIDE, PortLimits.DEFAULT, listener(crowd));
        assertThat(tap.tap(true)).isZero();
        List<Port> members = members(1, called::add);
        multicast();
        assertThat(crowd).containsExactly(List.of(tap));
        assertThat(called).isEqualTo(members);
    }

    @Test
    void shouldTellTheOthersWhenAListenerThrows() {
        members(1, port -> {
            throw new IllegalStateException("of this listener alone");
        });
        List<Port> others = members(2, called::add);
        multicast();
        assertThat(called).isEqualTo(others);
    }

    private void multicast() {
        netlink.multicast(Frame.of(CnMsg.of(new CbId(5, 6), 0, 0, new byte[20])), null, 0, GROUP, null);
    }

    private List<Port> members(int count, PortListener listener) {
        List<Port> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Port port = netlink.open(INSIDE, PortLimits.DEFAULT, listener);
            assertThat(port.addMembership(GROUP)).isZero();
            members.add(port);
        }
        return members;
    }

    private PortListener listener(List<List<Port>> told) {
        Crowd all = ports -> told.add(List.copyOf(ports));
        return new PortListener() {
            @Override
            public void readable(Port port) {
                called.add(port);
            }

            @Override
            public Crowd crowd() {
                return all;
            }
        };
    }
}
