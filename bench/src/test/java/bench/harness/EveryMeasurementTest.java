// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bench.allocation.Allocation;
import bench.allocation.BusSteadyState;
import bench.allocation.SteadyState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each measurement once and shortly, end to end: whether it works, not how fast. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryMeasurementTest {

    private static final Turns ONCE = new Turns(1, 1, Duration.ofMillis(50), Duration.ZERO);
    /** More than that only takes longer. */
    private static final int CONNECTIONS = 100;
    private static final long CAP_NET_ADMIN = 1 << 12;

    private Peers peers;
    private Catalogue catalogue;

    @BeforeAll
    void compileThePeers() throws Exception {
        peers = Peers.compile(Path.of("").toAbsolutePath());
        List<Integer> cores = Machine.cores();
        catalogue = new Catalogue(peers, cores.getFirst(), cores.getLast());
    }

    Stream<Comparison> comparisons() {
        return catalogue.comparisons().stream()
                .filter(comparison -> !comparison.name().startsWith("echo") || comparison.descriptors() <= CONNECTIONS);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("comparisons")
    void shouldCarryBytesForEachContender(Comparison comparison) throws Exception {
        String obstacle = comparison.obstacle(peers);
        assumeTrue(obstacle.isEmpty(), obstacle);
        assumeTrue(!comparison.name().contains("fanout") || mayHearKernelGroups(),
                "the kernel's multicast needs CAP_NET_ADMIN, as root has it");

        Map<String, List<Turns.Turn>> turns = ONCE.measure(comparison);

        assertThat(turns).hasSameSizeAs(comparison.contenders()).allSatisfy((contender, ofOne) -> {
            assertThat(ofOne).hasSize(1);
            assertThat(ofOne.getFirst().slice().operations()).isPositive();
            assertThat(ofOne.getFirst().slice().nanos()).isPositive();
            if (!comparison.name().equals("wouldblock")) {
                assertThat(ofOne.getFirst().slice().bytes()).isPositive();
            }
        });
        assertThat(Figures.of(comparison, turns)).hasSizeGreaterThanOrEqualTo(comparison.targets().size())
                .allSatisfy(figures -> assertThat(figures.spread().median()).isPositive());
    }

    private static boolean mayHearKernelGroups() throws IOException {
        try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
            String effective = status.filter(line -> line.startsWith("CapEff:")).findFirst().orElseThrow();
            return (Long.parseUnsignedLong(effective.substring(effective.indexOf('\t') + 1), 16) & CAP_NET_ADMIN) != 0;
        }
    }

    @Test
    void shouldWeighIdleSockets() throws Exception {
        assertThat(Weight.measure(catalogue, 1)[0]).isPositive();
    }

    @Test
    void shouldCountWhatIsAllocated() throws Exception {
        assertThat(Allocation.measure(SteadyState.class, 1, Duration.ofMillis(100), false))
                .extracting(Allocation.Result::operation)
                .containsExactlyInAnyOrder("sendAndRecv", "wouldBlock", "callback");
        assertThat(Allocation.measure(BusSteadyState.class, 1, Duration.ofMillis(100), false))
                .extracting(Allocation.Result::operation)
                .containsExactlyInAnyOrder("inline", "brought", "queued");
    }
}
