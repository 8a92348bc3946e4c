// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ParkingPollerTest {

    private final ParkingPoller poller = new ParkingPoller();

    @Test
    void shouldEndTheWaitThatIsUnderWay() throws Exception {
        CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> poller.await(-1));
        poller.wake();
        assertThat(waiting.get(60, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void shouldRememberWakeUpsForTheNextWaitAsOne() {
        poller.wake();
        poller.wake();
        assertThat(poller.await(-1)).isZero();
        long start = System.nanoTime();
        assertThat(poller.await(20)).isZero();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(19));
    }
}
