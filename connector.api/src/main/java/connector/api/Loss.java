// SPDX-License-Identifier: Apache-2.0
package connector.api;

/**
 * What a port lost of one group's messages, because its receive queue was full. No kernel says this: it says ENOBUFS.
 *
 * @param group the group, u32 in the bits of an int; 0 is what was sent to the port alone
 * @param lost how many messages were lost since the last report
 * @param first bus sequence of the first lost one, u64; each group counts its messages from 1
 * @param last bus sequence of the last lost one, u64
 */
public record Loss(int group, long lost, long first, long last) {
}
