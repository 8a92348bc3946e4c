// SPDX-License-Identifier: Apache-2.0

/** What calls and callbacks allocate once they are warm, by JMH and its profiler of allocations. */
package bench.allocation;
