// SPDX-License-Identifier: Apache-2.0

/**
 * The ends of the measurements that are written in Java, each run in a process of its own; those in C are in
 * {@code src/main/c}. Both speak one protocol.
 *
 * <p>An end says {@code ready <address>} on its standard output once it can be reached. A {@link bench.end.Driver}
 * then answers each line {@code run <milliseconds>} on its standard input with
 * {@code done <operations> <bytes> <nanoseconds>}. An end leaves when its input ends, so that none outlives the
 * harness.
 *
 * <p>Sockets come from {@link ksock.api.KernelSockets} by {@link java.util.ServiceLoader}: what is measured is what a
 * user calls.
 */
package bench.end;
