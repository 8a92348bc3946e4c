// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import io.netty.util.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is measured on. */
final class Machine {

    private Machine() {
    }

    /** The cores that this process may run on, by the kernel's account. */
    static List<Integer> cores() throws IOException {
        String allowed = line(Path.of("/proc/self/status"), "Cpus_allowed_list:");
        List<Integer> cores = new ArrayList<>();
        for (String range : allowed.split(",", -1)) {
            String[] ends = range.strip().split("-", -1);
            for (int core = Integer.parseInt(ends[0]); core <= Integer.parseInt(ends[ends.length - 1]); core++) {
                cores.add(core);
            }
        }
        return cores;
    }

    /** How many descriptors a process may have open. */
    static long descriptors() throws IOException {
        return number(line(Path.of("/proc/self/limits"), "Max open files").split(" +", -1)[0]);
    }

    /** How many more processes there may be, as far as this one can see. */
    static long processes() throws IOException {
        long room = number(line(Path.of("/proc/self/limits"), "Max processes").split(" +", -1)[0]);
        for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
            String[] group = line.split(":", 3);
            Path folder = switch (group[1]) {
                case "" -> Path.of("/sys/fs/cgroup" + group[2]);
                case "pids" -> Path.of("/sys/fs/cgroup/pids" + group[2]);
                default -> null;
            };
            // Not there at the root, and where the groups are not to be seen.
            if (folder != null && Files.exists(folder.resolve("pids.max"))) {
                long used = number(Files.readString(folder.resolve("pids.current")));
                room = Math.min(room, number(Files.readString(folder.resolve("pids.max"))) - used);
            }
        }
        return room;
    }

    private static long number(String text) {
        String digits = text.strip();
        return digits.equals("max") || digits.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    /** One line that says what machine, system and programs these are. */
    static String describe(Peers peers) throws IOException {
        return "%s, %d cores, Linux %s, JDK %s, %s, Netty %s".formatted(
                line(Path.of("/proc/cpuinfo"), "model name").replaceFirst("^\\s*:\\s*", ""),
                cores().size(), System.getProperty("os.version"), System.getProperty("java.version"),
                peers.compiler(), Version.identify().get("netty-common").artifactVersion());
    }

    private static String line(Path file, String beginning) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(beginning)).findFirst()
                    .map(line -> line.substring(beginning.length()).strip()).orElse("unknown");
        }
    }
}
