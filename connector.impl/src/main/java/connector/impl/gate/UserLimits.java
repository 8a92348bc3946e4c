// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

/**
 * What a user of the host may have by all its clients together, at whichever gates, for this gate to let it have more.
 *
 * @param clients connections
 * @param queuedBytes bytes in all their receive queues, with what is kept for the dumps in them
 * @param memberships in groups
 * @param subscriptions to notifications
 * @param messagesPerSecond messages a second, 0 for any number
 */
record UserLimits(int clients, int queuedBytes, int memberships, int subscriptions, int messagesPerSecond) {

    /** Enough for a thousand clients that read, and for three hundred that do not. */
    static final UserLimits DEFAULT = new UserLimits(1024, 64 << 20, 65_536, 1024, 0);

    UserLimits {
        GateSettings.check("max.clients.per.user", clients, 1, GateSettings.MAX_CLIENTS);
        GateSettings.check("queued.bytes.per.user", queuedBytes, 4096, Integer.MAX_VALUE);
        GateSettings.check("memberships.per.user", memberships, 1, Integer.MAX_VALUE);
        GateSettings.check("subscriptions.per.user", subscriptions, 0, Integer.MAX_VALUE);
        GateSettings.check("messages.per.second.per.user", messagesPerSecond, 0, GateSettings.MAX_RATE);
    }

    UserLimits clients(int atMost) {
        return new UserLimits(atMost, queuedBytes, memberships, subscriptions, messagesPerSecond);
    }
}
