// SPDX-License-Identifier: Apache-2.0
package bench.bus;

import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.ConnectorConstants;
import connector.api.ConnectorException;
import connector.impl.session.Session;
import java.util.Map;

/** The bus: a user with a mailbox, and a port for each sender. */
final class BusQueue implements Queue {

    private static final byte[] NO_DATA = {};

    private final Receiver receiver;
    private final CnPort[] ports;

    BusQueue(Receiver receiver, int senders) throws ConnectorException {
        this.receiver = receiver;
        Session session = new LocalBus().session();
        LocalBus.check(session.addCallback(LocalBus.ID, "receiver",
                (msg, sender) -> receiver.received(msg.ack(), msg.seq()),
                Map.of(ConnectorConstants.MAILBOX_CAPACITY, CAPACITY, ConnectorConstants.OVERFLOW,
                        ConnectorConstants.OVERFLOW_WAIT, ConnectorConstants.OVERFLOW_WAIT_MS, 60_000)),
                "addCallback");
        ports = new CnPort[senders];
        for (int i = 0; i < senders; i++) {
            ports[i] = session.openPort((msg, sender) -> { });
        }
    }

    @Override
    public void send(int sender, int number) {
        LocalBus.check(ports[sender].send(CnMsg.wrap(LocalBus.ID, number, sender, 0, NO_DATA)), "send");
    }

    @Override
    public Receiver receiver() {
        return receiver;
    }
}
