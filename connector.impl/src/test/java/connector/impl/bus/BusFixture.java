// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.NotifyEvent.Reason;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.UserDTO;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.netlink.Tapping;
import connector.impl.netlink.Verdict;
import connector.impl.policy.RulePolicy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A bus with a port to send from, and an account of what it announces. */
@Timeout(60)
abstract class BusFixture {

    static final CbId ID = new CbId(0x123, 0x456);
    /** How long a leaving user's call is waited for. */
    static final long BOUND_MS = 200;
    /** From when on a call is shown as stuck. */
    static final long STUCK_MS = 300;
    /** Longer than any callback of a test is held up by other things that the machine does. */
    static final BusSettings PATIENT = new BusSettings(TimeUnit.MINUTES.toMillis(2), STUCK_MS, 8);

    final Counters counters = new Counters();
    final Netlink netlink = new Netlink(new RulePolicy(1), counters);
    final Bus bus = new Bus(netlink, new BusSettings(BOUND_MS, STUCK_MS, 8));
    /** What was announced: what, of whom, and why. */
    final List<String> events = new CopyOnWriteArrayList<>();
    final Port port = netlink.open(new Identity(true, 1, 1, 1, List.of(), "test"), PortLimits.DEFAULT, readable -> { });

    @BeforeEach
    void listenToEvents() {
        bus.listen(new IdListener() {
            @Override
            public void registered(User user, Reason reason) {
                events.add("registered " + user.name() + ' ' + reason);
            }

            @Override
            public void unregistered(User user, Reason reason) {
                events.add("unregistered " + user.name() + ' ' + reason);
            }

            @Override
            public void changed(User before, User user, Reason reason) {
                events.add("changed " + user.name() + ' ' + reason);
            }

            @Override
            public void expired(User user, int abandoned) {
                events.add("expired " + user.name() + " with " + abandoned);
            }

            @Override
            public Verdict request(CnMsg msg, int nlmsgFlags, Port from, Tapping tapping) {
                return Verdict.OK;
            }

            @Override
            public void closed(Port closed) {
            }
        });
    }

    @AfterEach
    void close() {
        bus.close();
    }

    final int send(int seq) {
        return bus.receive(CnMsg.of(ID, seq, 0), port, 0).errno();
    }

    final UserDTO listed() {
        return bus.users()[0];
    }

    final CountersDTO totals() {
        CountersDTO dto = new CountersDTO();
        bus.count(dto);
        return dto;
    }

    final User add(String name, CnCallback callback) {
        return add(name, Map.of(), callback);
    }

    final User add(String name, Map<String, ?> properties, CnCallback callback) {
        User user = user(ID, name, properties, 0, callback);
        assertThat(bus.add(user, true)).isZero();
        return user;
    }

    static User user(CbId id, String name, Map<String, ?> properties, int ranking, CnCallback callback) {
        return new User(id, name, callback, properties, Origin.NONE, -1, ranking);
    }

    static CnCallback ignore() {
        return (msg, sender) -> { };
    }
}
