// SPDX-License-Identifier: Apache-2.0

/**
 * What the bus inside the platform costs, each end a process of its own: the bus, or what it is compared with. What a
 * sender numbers, the receiver checks: nothing may be lost, doubled or out of order, or the end fails.
 */
package bench.bus;
