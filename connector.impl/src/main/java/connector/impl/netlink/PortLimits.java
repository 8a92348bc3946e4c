// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

/**
 * What one port may hold.
 *
 * @param receiveBufferBytes size of its receive queue when it is opened
 * @param maxReceiveBufferBytes largest size that it may ask for
 * @param answerReserveBytes room for answers, beside the receive queue
 * @param maxMemberships most groups it may join
 * @param maxSubscriptions most subscriptions to notifications it may have
 */
public record PortLimits(int receiveBufferBytes, int maxReceiveBufferBytes, int answerReserveBytes,
        int maxMemberships, int maxSubscriptions) {

    /** The least size of a receive queue, in bytes: Linux gives no socket less. */
    public static final int MIN_RECEIVE_BUFFER = 4096;

    /** What a socket gets on a Linux that nobody tuned, and generous numbers. */
    public static final PortLimits DEFAULT = new PortLimits(212_992, 8 << 20, 16 << 10, 4096, 64);
}
