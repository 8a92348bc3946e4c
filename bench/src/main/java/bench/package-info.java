// SPDX-License-Identifier: Apache-2.0

/**
 * What the sockets cost, beside C and Netty: {@link bench.harness} runs and compares, {@link bench.end} and
 * {@code src/main/c} have what runs, {@link bench.allocation} counts allocations. {@code bench/README.md} says what is
 * measured, how, and what came out.
 */
package bench;
