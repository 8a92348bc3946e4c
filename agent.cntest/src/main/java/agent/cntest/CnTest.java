// SPDX-License-Identifier: Apache-2.0
package agent.cntest;

import connector.api.CbId;
import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.Connector;
import connector.api.ConnectorException;
import connector.api.NotifyRange;
import connector.api.NotifyRequest;
import connector.api.Sender;
import connector.api.propertytypes.ConnectorUser;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Linux' {@code cn_test.c}: two ids, a message each second, and a request to hear of others like it. */
@Component
@ConnectorUser(idx = CnTest.IDX, val = {CnTest.VAL, CnTest.VAL + 1}, name = "cn_test")
public final class CnTest implements CnCallback {

    static final int IDX = 0x123;
    static final int VAL = 0x456;

    /** The original hears of others in group 1, but there the process events are. */
    private static final int NOTIFY_GROUP = 0x124;

    private static final Logger LOG = LoggerFactory.getLogger(CnTest.class);

    private final Connector connector;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("cn_test").factory());
    private final ScheduledFuture<?> ticks;
    private int counter;

    /**
     * Begins to send and to listen.
     *
     * @param connector this component's own, whose ports and subscriptions end with it
     * @throws ConnectorException if the connector is going down
     */
    @Activate
    public CnTest(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Connector connector)
            throws ConnectorException {
        this.connector = connector;
        CnPort port = connector.openPort(CnTest::heard);
        port.addMembership(NOTIFY_GROUP);
        port.subscribe(new NotifyRequest(List.of(new NotifyRange(IDX, 10)),
                List.of(new NotifyRange(VAL, 10), new NotifyRange(VAL + 20, 10))), NOTIFY_GROUP);
        ticks = timer.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    @Deactivate
    void stop() {
        ticks.cancel(false);
        timer.shutdown();
    }

    @Override
    public void callback(CnMsg msg, Sender sender) {
        LOG.debug("{} from port {}: {}", msg, Integer.toUnsignedString(sender.portId()), msg.text());
        sender.reply(msg, msg.toByteArray());
    }

    private void tick() {
        String text = "counter = " + counter + '\0';
        connector.netlinkSend(CnMsg.ofText(new CbId(IDX, VAL + 1), counter++, 0, text), 0);
    }

    private static void heard(CnMsg event, Sender sender) {
        LOG.info("{} was {}", event.id(), event.ack() == 0 ? "registered" : "unregistered");
    }
}
