// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

/** What a port has for its reader: a datagram, what it taps, or the report that some were lost. */
public sealed interface Received permits Datagram, Overrun, Tapped {
}
