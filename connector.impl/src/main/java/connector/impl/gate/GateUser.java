// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.runtime.GateUserDTO;
import connector.impl.netlink.Account;
import java.util.concurrent.atomic.LongAdder;

/** A user of the host who has clients at a gate: what they have together. */
final class GateUser {

    private final int uid;
    private final Account account;
    private final Rate rate;
    private final LongAdder limited = new LongAdder();
    private int clients; // guarded by the gate's lock

    GateUser(int uid, UserLimits limits) {
        this.uid = uid;
        account = new Account(limits.queuedBytes(), limits.memberships(), limits.subscriptions());
        rate = new Rate(limits.messagesPerSecond(), System.nanoTime());
    }

    Account account() {
        return account;
    }

    Rate rate() {
        return rate;
    }

    /** Counts a message that was one too many. */
    void limited() {
        limited.increment();
    }

    int clients() {
        return clients;
    }

    /** {@return whether it may be forgotten: it has no clients, and to come again would gain it nothing} */
    boolean isForgettable(long now) {
        return clients == 0 && rate.isFull(now);
    }

    void came() {
        clients++;
    }

    void went() {
        clients--;
    }

    GateUserDTO toDTO() {
        GateUserDTO dto = new GateUserDTO();
        dto.uid = Integer.toUnsignedLong(uid);
        dto.clients = clients;
        dto.queuedBytes = account.queuedBytes();
        dto.memberships = account.memberships();
        dto.subscriptions = account.subscriptions();
        dto.limited = limited.sum();
        return dto;
    }
}
