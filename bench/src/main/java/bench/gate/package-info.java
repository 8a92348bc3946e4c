// SPDX-License-Identifier: Apache-2.0

/**
 * What the gate costs: a platform's bus and gate in a process of its own, and a client in Java. The loads, the readers,
 * and what the gate is compared with are in C.
 */
package bench.gate;
