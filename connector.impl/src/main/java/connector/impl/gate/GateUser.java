// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.runtime.GateUserDTO;
import connector.impl.netlink.Account;
import connector.impl.netlink.Holdings;
import java.util.concurrent.atomic.LongAdder;

/** A user of the host who has clients at a gate: what they may have together, and with its clients at other gates. */
final class GateUser {

    private final int uid;
    private final Account account;
    private final Rate rate;
    private final LongAdder limited = new LongAdder();
    private final Holdings held;
    private int clients; // guarded by the gate's lock

    /** A user without clients here as yet, and with what it holds everywhere. */
    GateUser(int uid, UserLimits limits, Holdings held) {
        this.uid = uid;
        this.held = held;
        account = new Account(held, limits.queuedBytes(), limits.memberships(), limits.subscriptions());
        rate = new Rate(limits.messagesPerSecond(), held.rateFullAt());
    }

    int uid() {
        return uid;
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

    /** {@return how many clients it has at this gate} */
    int clients() {
        return clients;
    }

    void came() {
        clients++;
    }

    void went() {
        clients--;
        held.givePort();
    }

    GateUserDTO toDTO() {
        GateUserDTO dto = new GateUserDTO();
        dto.uid = Integer.toUnsignedLong(uid);
        dto.clients = clients;
        dto.clientsOfAllGates = held.ports();
        dto.queuedBytes = account.queuedBytes();
        dto.memberships = account.memberships();
        dto.subscriptions = account.subscriptions();
        dto.limited = limited.sum();
        return dto;
    }
}
