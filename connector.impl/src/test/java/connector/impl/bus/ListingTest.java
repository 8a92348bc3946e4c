// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.ConnectorConstants;
import connector.api.NotifyEvent.Reason;
import connector.api.runtime.CountersDTO;
import connector.api.runtime.UserDTO;
import connector.api.wire.NetlinkErrno;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What listings and totals tell of users, of those that have left as well. */
class ListingTest extends BusFixture {

    private static final CbId GREATEST = new CbId(-2, -3);

    @Test
    void shouldTellWhoHasAnIdAndWhoStandsBy() {
        bus.add(new User(GREATEST, "has it", ignore(), Map.of(ConnectorConstants.HOLDOVER, 4000,
                ConnectorConstants.OVERFLOW, ConnectorConstants.OVERFLOW_EAGAIN, ConnectorConstants.MAILBOX_CAPACITY,
                100, ConnectorConstants.MAILBOX_BYTES, 70_000), new Origin(7, "an.agent", "1.2.3", 0, 0), 33, 5),
                false);
        bus.add(new User(GREATEST, "stands by", (msg, sender) -> { },
                Map.of(ConnectorConstants.DELIVERY, ConnectorConstants.DELIVERY_INLINE),
                new Origin(8, "another", "2.0.0", 0, 0), 34, 4), false);
        bus.receive(CnMsg.of(GREATEST, 1, 0), port, 0);

        UserDTO active = bus.users()[0];
        assertThat(List.of(active.idx, active.val)).containsExactly(0xffff_fffeL, 0xffff_fffdL);
        assertThat(List.of(active.name, active.state, active.bundle, active.version))
                .containsExactly("has it", UserDTO.ACTIVE, "an.agent", "1.2.3");
        assertThat(List.of(active.serviceId, active.bundleId, active.generation)).containsExactly(33L, 7L, 1L);
        assertThat(active.ranking).isEqualTo(5);
        assertThat(active.delivery).isEqualTo(ConnectorConstants.DELIVERY_MAILBOX);
        assertThat(active.overflow).isEqualTo(ConnectorConstants.OVERFLOW_EAGAIN);
        assertThat(active.holdoverMs).isEqualTo(4000);
        assertThat(active.capacity).as("rounded up to a power of two").isEqualTo(128);
        assertThat(active.capacityBytes).isEqualTo(70_000);
        assertThat(active.delivered).isEqualTo(1);
        assertThat(List.of(active.stuck, active.runningMs)).containsExactly(false, 0L);

        UserDTO standby = bus.users()[1];
        assertThat(List.of(standby.name, standby.state, standby.delivery, standby.overflow)).containsExactly(
                "stands by", UserDTO.STANDBY, ConnectorConstants.DELIVERY_INLINE,
                ConnectorConstants.OVERFLOW_DROP_NEWEST);
        assertThat(List.of(standby.generation, standby.delivered)).as("it never had it").containsExactly(0L, 0L);
    }

    @Test
    void shouldCountCallsThatThrowAsDeliveredAndFailed() {
        add("throws", (msg, sender) -> {
            throw new IllegalStateException("on purpose " + msg.seq());
        });
        for (int i = 0; i < 3; i++) {
            assertThat(send(i)).isZero();
        }
        assertThat(List.of(listed().delivered, listed().failed)).containsExactly(3L, 3L);
    }

    @Test
    void shouldShowACallAsStuckAfterTheBoundAndForHowLongItRuns() throws Exception {
        for (String delivery : List.of(ConnectorConstants.DELIVERY_MAILBOX, ConnectorConstants.DELIVERY_INLINE)) {
            CountDownLatch release = new CountDownLatch(1);
            User user = add("slow", Map.of(ConnectorConstants.DELIVERY, delivery), (msg, sender) -> release.await());
            Thread sender = Thread.ofPlatform().start(() -> send(1));
            await().until(() -> listed().runningMs > 0);
            await().until(() -> {
                UserDTO dto = listed();
                assertThat(dto.stuck).as("%s ms", dto.runningMs).isEqualTo(dto.runningMs >= STUCK_MS);
                return dto.stuck;
            });
            release.countDown();
            sender.join();
            assertThat(listed().stuck).isFalse();
            assertThat(listed().runningMs).isZero();
            bus.remove(user, Reason.WITHDRAWN);
        }
    }

    @Test
    void shouldKeepTheTotalsOfThoseWhoHaveLeft() throws Exception {
        bus.settings(PATIENT);
        fill("drops", ConnectorConstants.OVERFLOW_DROP_NEWEST, NetlinkErrno.ENOBUFS);
        fill("makes room", ConnectorConstants.OVERFLOW_DROP_OLDEST, 0);
        fill("lets wait", ConnectorConstants.OVERFLOW_WAIT, NetlinkErrno.ENOBUFS);
        fill("refuses", ConnectorConstants.OVERFLOW_EAGAIN, NetlinkErrno.EAGAIN);
        assertThat(bus.users()).isEmpty();

        CountersDTO totals = totals();
        assertThat(totals.userDelivered).as("the first, and the two that were queued, of each").isEqualTo(12);
        assertThat(totals.userDropped).as("in each of three ways").isEqualTo(3);
        assertThat(totals.userRefused).isEqualTo(1);
        assertThat(totals.received).as("delivered, and the oldest that was dropped").isEqualTo(13);
        assertThat(List.of(totals.userAbandoned, totals.userExpired, totals.userInterrupted))
                .containsExactly(0L, 0L, 0L);
    }

    @Test
    void shouldCountWhatWaitsAsReceivedAndWhatNobodyTookUpAsAbandoned() {
        User user = add("a", Map.of(ConnectorConstants.HOLDOVER, 1000), ignore());
        assertThat(send(1)).isZero();
        bus.remove(user, Reason.STOPPED);
        assertThat(send(2)).isZero();
        assertThat(send(3)).isZero();
        assertThat(totals().received).isEqualTo(3);
        assertThat(totals().userDelivered).isEqualTo(1);

        await().until(() -> bus.users().length == 0);

        assertThat(events).last().isEqualTo("expired a with 2");
        await().untilAsserted(() -> assertThat(totals().userAbandoned).isEqualTo(2));
        assertThat(totals().userExpired).isEqualTo(1);
        assertThat(totals().received).isEqualTo(3);
    }

    /** Has a user's mailbox of two filled, one message come too many, and the user leave once it is empty. */
    private void fill(String name, String overflow, int last) throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CnCallback callback = (msg, sender) -> {
            entered.countDown();
            release.await();
        };
        User user = add(name, Map.of(ConnectorConstants.OVERFLOW, overflow, ConnectorConstants.MAILBOX_CAPACITY, 2,
                ConnectorConstants.OVERFLOW_WAIT_MS, 10), callback);
        long before = totals().userDelivered;
        Thread first = Thread.ofPlatform().start(() -> send(0));
        entered.await();
        assertThat(send(1)).isZero();
        assertThat(send(2)).isZero();
        assertThat(send(3)).as(overflow).isEqualTo(last);
        release.countDown();
        first.join();
        await().until(() -> totals().userDelivered == before + 3);
        bus.remove(user, Reason.WITHDRAWN);
    }
}
