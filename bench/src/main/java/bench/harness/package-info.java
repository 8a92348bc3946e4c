// SPDX-License-Identifier: Apache-2.0

/**
 * Measures contenders beside each other and states their ratios.
 *
 * <p>A {@link bench.harness.Comparison} has two or more {@link bench.harness.Contender}s, each a process, or a server
 * and a driver, pinned to a core each by taskset. All are started and warmed up; then they take turns, a slice of time
 * each, in alternating order. What two contenders did in one turn is a pair, whose ratio is hardly touched by what
 * changes from minute to minute on the machine; {@link bench.harness.Spread} is what remains over all pairs. Part of
 * the pairs are measured with processes started anew, so that the luck of one compilation or one memory layout shows
 * in the spread.
 *
 * <p>Beside the clock stands the processor time of the contender's own processes, by the kernel's account
 * ({@code /proc/<pid>/task/<tid>/schedstat}), which other work on the machine touches less.
 *
 * <p>{@link bench.harness.Catalogue} lists the comparisons; {@link bench.harness.Figures} renders results.
 */
package bench.harness;
