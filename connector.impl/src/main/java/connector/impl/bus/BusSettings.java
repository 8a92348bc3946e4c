// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

/**
 * What can be configured of the bus.
 *
 * @param departureBoundMs how long a leaving user's running call is waited for before it is interrupted
 * @param stuckMs from when on a running call is shown as stuck
 * @param maxDrainers most threads that run callbacks, beside those of senders
 */
public record BusSettings(long departureBoundMs, long stuckMs, int maxDrainers) {

    /** The defaults. */
    public static final BusSettings DEFAULT = new BusSettings(1000, 5000, 64);
}
