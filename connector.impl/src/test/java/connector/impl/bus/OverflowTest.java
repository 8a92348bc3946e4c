// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import connector.api.ConnectorConstants;
import connector.api.NotifyEvent.Reason;
import connector.api.runtime.UserDTO;
import connector.api.wire.NetlinkErrno;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a full mailbox does, as its user chose. */
class OverflowTest extends BusFixture {

    @Test
    void shouldDropTheNewestTheOldestOrRefuseAsTheUserChose() throws Exception {
        for (String overflow : List.of(ConnectorConstants.OVERFLOW_DROP_NEWEST, ConnectorConstants.OVERFLOW_DROP_OLDEST,
                ConnectorConstants.OVERFLOW_EAGAIN, ConnectorConstants.OVERFLOW_WAIT)) {
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            List<Integer> seen = new CopyOnWriteArrayList<>();
            User user = add("a", Map.of(ConnectorConstants.OVERFLOW, overflow, ConnectorConstants.MAILBOX_CAPACITY, "4",
                    ConnectorConstants.OVERFLOW_WAIT_MS, 20), (msg, sender) -> {
                        entered.countDown();
                        release.await();
                        seen.add(msg.seq());
                    });
            Thread first = Thread.ofPlatform().start(() -> send(0));
            entered.await();
            List<Integer> results = IntStream.rangeClosed(1, 6).map(this::send).boxed().toList();
            UserDTO dto = listed();
            release.countDown();
            first.join();
            await().until(() -> listed().queued == 0 && seen.size() == 5);
            switch (overflow) {
                case ConnectorConstants.OVERFLOW_DROP_OLDEST -> {
                    assertThat(results).containsOnly(0);
                    assertThat(seen).containsExactly(0, 3, 4, 5, 6);
                    assertThat(dto.droppedOldest).isEqualTo(2);
                }
                case ConnectorConstants.OVERFLOW_EAGAIN -> {
                    assertThat(results).containsExactly(0, 0, 0, 0, NetlinkErrno.EAGAIN, NetlinkErrno.EAGAIN);
                    assertThat(dto.refused).isEqualTo(2);
                }
                default -> {
                    assertThat(results).containsExactly(0, 0, 0, 0, NetlinkErrno.ENOBUFS, NetlinkErrno.ENOBUFS);
                    assertThat(seen).containsExactly(0, 1, 2, 3, 4);
                    boolean waits = overflow.equals(ConnectorConstants.OVERFLOW_WAIT);
                    assertThat(dto.dropped).isEqualTo(waits ? 0 : 2);
                    assertThat(dto.waited).isEqualTo(waits ? 2 : 0);
                    assertThat(dto.waitedInVain).isEqualTo(waits ? 2 : 0);
                }
            }
            bus.remove(user, Reason.WITHDRAWN);
        }
    }

    @Test
    void shouldLetASenderThatWaitsGoOnAsSoonAsThereIsRoom() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger seen = new AtomicInteger();
        add("a", Map.of(ConnectorConstants.OVERFLOW, ConnectorConstants.OVERFLOW_WAIT,
                ConnectorConstants.MAILBOX_CAPACITY, 2, ConnectorConstants.OVERFLOW_WAIT_MS, 30_000), (msg, sender) -> {
                    entered.countDown();
                    release.await();
                    seen.incrementAndGet();
                });
        Thread first = Thread.ofPlatform().start(() -> send(0));
        entered.await();
        send(1);
        send(2);
        AtomicInteger errno = new AtomicInteger(-1);
        Thread waiting = Thread.ofPlatform().start(() -> errno.set(send(3)));
        await().until(() -> listed().waited == 1);
        assertThat(errno).hasValue(-1);
        release.countDown();
        waiting.join();
        first.join();
        assertThat(errno).hasValue(0);
        await().untilAtomic(seen, is(4));
    }
}
