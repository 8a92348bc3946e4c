// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import java.util.Arrays;

/**
 * Counts events that were lost, by the gaps in the kernel's sequence numbers.
 *
 * <p>The kernel numbers events for each processor, without gaps; across processors the numbers mean nothing.
 *
 * <p>Not thread-safe.
 */
final class LossDetector {

    /** No machine has more processors (CONFIG_NR_CPUS); a number beyond it is no processor's. */
    private static final int MAX_CPUS = 8192;

    private int[] expected = new int[16];
    private boolean[] seen = new boolean[16];

    /**
     * Takes the next event.
     *
     * @param cpu the processor that it says it came from
     * @param seq its number there, u32
     * @return how many events of that processor were lost before it, 0 to 2^32 - 1
     */
    long next(int cpu, int seq) {
        if (cpu < 0 || cpu >= MAX_CPUS) {
            return 0;
        }
        if (cpu >= seen.length) {
            int length = Math.min(MAX_CPUS, Math.max(cpu + 1, 2 * seen.length));
            expected = Arrays.copyOf(expected, length);
            seen = Arrays.copyOf(seen, length);
        }
        long lost = seen[cpu] ? Integer.toUnsignedLong(seq - expected[cpu]) : 0;
        seen[cpu] = true;
        expected[cpu] = seq + 1;
        return lost;
    }
}
