// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.NotifyEvent.Reason;
import connector.api.wire.NetlinkErrno;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who may have an id, and what is announced of it when. */
class AnnouncementTest extends BusFixture {

    @Test
    void shouldRefuseATakenIdAndItsOwnWithEinvalAndEverythingWithEagainWhenGoingDown() {
        add("a", ignore());
        assertThat(bus.add(user(ID, "b", Map.of(), 0, ignore()), true)).isEqualTo(NetlinkErrno.EINVAL);
        assertThat(bus.add(user(CbId.CONNECTOR, "c", Map.of(), 0, ignore()), true)).isEqualTo(NetlinkErrno.EINVAL);
        bus.close();
        assertThat(bus.add(user(new CbId(1, 1), "d", Map.of(), 0, ignore()), true)).isEqualTo(NetlinkErrno.EAGAIN);
        assertThat(events).as("going down announces nothing").containsExactly("registered a STARTED");
    }

    @Test
    void shouldAnnounceRegisteredBeforeTheFirstMessageAndUnregisteredAfterTheLast() {
        User user = add("a", (msg, sender) -> events.add("message"));
        send(1);
        bus.remove(user, Reason.STOPPED);
        assertThat(send(2)).isEqualTo(NetlinkErrno.ENODEV);
        assertThat(events).containsExactly("registered a STARTED", "message", "unregistered a STOPPED");
    }

    @Test
    void shouldPairAnnouncementsWhileManyComeAndGoAtOnce() throws Exception {
        List<Thread> threads = IntStream.range(0, 4).mapToObj(t -> Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 2000; i++) {
                User user = user(ID, t + "/" + i, Map.of(), 0, ignore());
                bus.add(user, false);
                send(i);
                bus.remove(user, Reason.WITHDRAWN);
            }
        })).toList();
        for (Thread thread : threads) {
            thread.join();
        }
        await().until(() -> bus.users().length == 0);
        boolean there = false;
        for (int i = 0; i < events.size(); i++) {
            String event = events.get(i);
            assertThat(there).as("%s after %s", event, events.subList(Math.max(0, i - 5), i))
                    .isEqualTo(!event.startsWith("registered"));
            there = !event.startsWith("unregistered");
        }
        assertThat(there).isFalse();
    }
}
