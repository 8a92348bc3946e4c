// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How the processes are started that are a contender's own. */
final class Ends {

    private static final String SOCKETS = "bench.end.EndMain";
    private static final String BUS = "bench.bus.BusMain";
    private static final String GATE = "bench.gate.GateMain";

    private final Peers peers;
    private final String core;

    /** Has them run on a core, unless they are told otherwise. */
    Ends(Peers peers, String core) {
        this.peers = peers;
        this.core = core;
    }

    /** A program in C. */
    Contender.Side c(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(peers.program(program)));
        command.addAll(List.of(arguments));
        return new Contender.Side(command, core, true, false);
    }

    /** An end of {@code bench.end}. */
    Contender.Side java(String... arguments) {
        return jvm(SOCKETS, arguments);
    }

    /** An end of {@code bench.bus}. */
    Contender.Side bus(String... arguments) {
        return jvm(BUS, arguments);
    }

    /** An end of {@code bench.gate}. */
    Contender.Side gate(String... arguments) {
        return jvm(GATE, arguments);
    }

    private Contender.Side jvm(String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-Xms512m", "-Xmx512m", "-XX:+UseSerialGC",
                // What is weighed is the heap after System.gc(): no gaps must stay there that count as used.
                "-XX:MarkSweepAlwaysCompactCount=1",
                "-Dio.netty.leakDetection.level=disabled", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        return new Contender.Side(command, core, true, true);
    }
}
