// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.impl.netlink.PortLimits;

/**
 * What one client may have.
 *
 * @param port its queue and numbers
 * @param messagesPerSecond messages a second, 0 for any number
 */
record ClientLimits(PortLimits port, int messagesPerSecond) {

    static final ClientLimits DEFAULT = new ClientLimits(PortLimits.DEFAULT, 0);

    ClientLimits {
        int maxBuffer = port.maxReceiveBufferBytes();
        GateSettings.check("max.receive.buffer.bytes", maxBuffer, PortLimits.MIN_RECEIVE_BUFFER, 1 << 30);
        GateSettings.check("receive.buffer.bytes", port.receiveBufferBytes(), PortLimits.MIN_RECEIVE_BUFFER, maxBuffer);
        GateSettings.check("max.memberships", port.maxMemberships(), 1, Integer.MAX_VALUE);
        GateSettings.check("max.subscriptions", port.maxSubscriptions(), 0, Integer.MAX_VALUE);
        GateSettings.check("messages.per.second", messagesPerSecond, 0, GateSettings.MAX_RATE);
    }
}
