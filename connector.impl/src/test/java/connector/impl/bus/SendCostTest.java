// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import connector.api.CnMsg;
import connector.api.ConnectorConstants;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a message costs beside its user's callback: on no way any memory, once the code is compiled. */
@Timeout(120)
class SendCostTest extends BusFixture {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MESSAGES = 20_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final CnMsg msg = CnMsg.of(ID, 1, 0);
    private long received;

    /** However long the just-in-time compiler takes to get there. */
    private void assertThatNothingIsAllocated() {
        await().atMost(PATIENCE).until(() -> {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < MESSAGES; i++) {
                bus.receive(msg, port, 0);
            }
            return threads.getCurrentThreadAllocatedBytes() - before < MESSAGES;
        });
        assertThat(received).isGreaterThanOrEqualTo(MESSAGES);
    }

    @Test
    void shouldAllocateNothingForAnInlineUser() {
        add("inline", Map.of(ConnectorConstants.DELIVERY, ConnectorConstants.DELIVERY_INLINE),
                (taken, sender) -> received++);
        assertThatNothingIsAllocated();
    }

    @Test
    void shouldAllocateNothingForWhoBringsToAnIdleMailbox() {
        add("brought", (taken, sender) -> received++);
        assertThatNothingIsAllocated();
    }

    @Test
    void shouldAllocateNothingForWhatIsQueued() {
        add("queued", (taken, sender) -> {
            received++;
            if (received % 2 == 1) {
                // The mailbox is busy with this very call.
                bus.receive(msg, port, 0);
            }
        });
        assertThatNothingIsAllocated();
    }
}
