// SPDX-License-Identifier: Apache-2.0
package connector.impl.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import connector.api.CbId;
import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.NotifyEvent;
import connector.api.NotifyEvent.Reason;
import connector.api.NotifyRequest;
import connector.api.ReplyConvention;
import connector.impl.bus.Bus;
import connector.impl.bus.BusSettings;
import connector.impl.bus.Origin;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.notify.Notifications;
import connector.impl.policy.RulePolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Null where none may be: refused at once, by its name, and before anything is registered, sent or subscribed. */
class NullArgumentTest {

    private static final CbId ID = new CbId(12, 1);
    private static final CnMsg MESSAGE = CnMsg.ofText(ID, 1, 0, "x");
    private static final CnCallback IGNORE = (msg, sender) -> { };
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Netlink netlink = new Netlink(new RulePolicy(1), new Counters());
    private final Bus bus = new Bus(netlink, new BusSettings(200, 1000, 8));
    private final Notifications notifications = new Notifications(netlink);
    private final Session session = new Session(
            bus, new Identity(true, 1, 1, 1, List.of(), "test"), Origin.NONE, () -> Reason.WITHDRAWN);

    NullArgumentTest() {
        bus.listen(notifications);
    }

    @AfterEach
    void close() {
        bus.close();
    }

    @TestFactory
    Stream<DynamicTest> shouldNameNullAtOnce() throws Exception {
        CnPort port = session.openPort((msg, sender) -> { });
        NotifyRequest everybody = NotifyRequest.ALL;
        return Stream.of(
                isNull("id", () -> session.addCallback(null, "name", IGNORE)),
                isNull("name", () -> session.addCallback(ID, null, IGNORE)),
                isNull("callback", () -> session.addCallback(ID, "name", null)),
                isNull("properties", () -> session.addCallback(ID, "name", IGNORE, null)),
                isNull("id", () -> session.delCallback(null)),
                isNull("msg", () -> session.netlinkSend(null, 1)),
                isNull("msg", () -> session.netlinkSend(null, 0, 1)),
                isNull("msgs", () -> session.netlinkSendMult(null, 0, 1, null)),
                isNull("msg", () -> session.netlinkSendMult(Arrays.asList(MESSAGE, null), 0, 1, null)),
                isNull("id", () -> session.request(null, new byte[0], SECOND)),
                isNull("data", () -> session.request(ID, null, SECOND)),
                isNull("timeout", () -> session.request(ID, new byte[0], null)),
                isNull("id", () -> session.requestAsync(null, new byte[0], SECOND, ReplyConvention.ACK_PLUS_ONE)),
                isNull("data", () -> session.requestAsync(ID, null, SECOND, ReplyConvention.ACK_PLUS_ONE)),
                isNull("timeout", () -> session.requestAsync(ID, new byte[0], null, ReplyConvention.ACK_PLUS_ONE)),
                isNull("convention", () -> session.requestAsync(ID, new byte[0], SECOND, null)),
                isNull("receiver", () -> session.openPort(null)),
                isNull("receiver", () -> session.openPort(7, 0, null)),
                isNull("msg", () -> port.send((CnMsg) null)),
                isNull("msg", () -> port.send(null, 0, 1)),
                isNull("msgs", () -> port.send((List<CnMsg>) null)),
                isNull("msg", () -> port.send(Arrays.asList(MESSAGE, null))),
                isNull("request", () -> port.subscribe(null, event -> { })),
                isNull("listener", () -> port.subscribe(everybody, (Consumer<NotifyEvent>) null)),
                isNull("request", () -> port.subscribe(null, 1)));
    }

    private DynamicTest isNull(String name, ThrowingCallable call) {
        return DynamicTest.dynamicTest(name, () -> {
            assertThatNullPointerException().isThrownBy(call).withMessage(name);
            assertThat(bus.users()).isEmpty();
            assertThat(notifications.subscriptions()).isEmpty();
        });
    }
}
