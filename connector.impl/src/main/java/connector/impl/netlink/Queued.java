// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

/** What stands in a receive queue. */
sealed interface Queued permits Datagram, Dump, Tapped {

    /** What it counts, in bytes. */
    int cost();

    /** What it keeps from being free until it is read, in bytes, for which its reader's user has to have room. */
    default long held() {
        return cost();
    }

    /** The group by which it comes; 0 for none. */
    int group();

    /** Its number in that group; 0 for none. */
    long busSequence();
}
