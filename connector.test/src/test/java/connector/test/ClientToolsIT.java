// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools of {@code cn}, each in a process of its own, on the bus of the executable jar in another. */
class ClientToolsIT {
    /** {@code 128 + SIGINT}, as a shell tells it. */
    private static final int INTERRUPTED = 128 + 2;

    private static final int COUNTER_VAL = 0x457;

    @TempDir
    private static Path temporary;

    private static Path gate;
    private static PlatformProcess platform;

    @BeforeAll
    static void startPlatform() throws Exception {
        gate = temporary.resolve("gate.sock");
        platform = new PlatformProcess(Files.createDirectory(temporary.resolve("home")), gate);
        await("cn_test").atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            try (Cn cn = Cn.at(gate, "list")) {
                assertThat(cn.end()).as("status; %s", cn.complaints()).isZero();
                assertThat(cn.objects()).anySatisfy(user -> assertThat(user).containsEntry("name", "cn_test"));
            }
        });
    }

    @AfterAll
    static void endPlatform() {
        if (platform != null) {
            platform.close();
        }
    }

    /** Runs it to its end, which has to be a good one; gives what it printed. */
    private static List<Map<String, Object>> cn(String... arguments) throws Exception {
        try (Cn cn = Cn.at(gate, arguments)) {
            assertThat(cn.end()).as("status of cn %s; %s", Arrays.toString(arguments), cn.complaints()).isZero();
            return cn.objects();
        }
    }

    private static List<String> lines(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(temporary.resolve("errors").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
        assertThat(process.waitFor()).as("status of %s; %s", Arrays.toString(command),
                Files.readString(temporary.resolve("errors"))).isZero();
        return lines;
    }

    private static Path inClient(String path) {
        return Path.of(System.getProperty("connector.client")).getParent().getParent().resolve(path).normalize();
    }

    @Test
    void shouldSayItsVersion() throws Exception {
        assertThat(lines(Map.of(), inClient("cn").toString(), "--version"))
                .singleElement().asString().matches("cn \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }

    @Test
    void shouldCountWhatAUserWasSent() throws Exception {
        long before = delivered();
        cn("send", "291.1110", "one");
        cn("send", "291.1110", "two");

        await("both delivered").untilAsserted(() -> assertThat(delivered()).isEqualTo(before + 2));
    }

    @Test
    void shouldSayOfWhichIdsThereAreNoCounters() throws Exception {
        try (Cn none = Cn.at(gate, "stat", "6", "291.1110", "5.5")) {
            assertThat(none.end()).isEqualTo(1);
            assertThat(none.objects()).as("what there is, is printed").singleElement().satisfies(
                    user -> assertThat(user).containsEntry("name", "cn_test"));
            assertThat(none.complaints()).containsExactly(
                    "cn: stat failed: ENODEV: nobody has 6, 5.5: 'cn list' shows who is registered");
        }
        try (Cn watching = Cn.at(gate, "stat", "5.5", "--interval", "0.1", "--count", "2")) {
            assertThat(watching.end()).as("nobody came").isEqualTo(1);
        }
    }

    private static long delivered() throws Exception {
        List<Map<String, Object>> users = cn("stat", "291.1110");
        assertThat(users).singleElement().satisfies(user -> assertThat(user)
                .containsEntry("kind", "user").containsEntry("name", "cn_test").containsEntry("state", "active"));
        return users.getFirst().get("delivered") instanceof Number number ? number.longValue() : 0;
    }

    @Test
    void shouldTellOfBusGroupsPortsAndGates() throws Exception {
        assertThat(cn("stat")).extracting(thing -> thing.get("kind")).contains("bus", "user", "port", "gate");
        assertThat(cn("stat", "gate")).singleElement().satisfies(one -> assertThat(one)
                .containsEntry("path", gate.toString()).containsEntry("clients", 1));
    }

    @Test
    void shouldTellWhatCameToTheCountersMeanwhile() throws Exception {
        try (Cn listener = Cn.at(gate, "listen", "291")) {
            listener.awaitObject(Map.of("val", COUNTER_VAL));
            List<Map<String, Object>> looks = cn("stat", "group", "--interval", "3", "--count", "2").stream()
                    .filter(group -> "291".equals(String.valueOf(group.get("number")))).toList();

            assertThat(looks).hasSize(2);
            assertThat(looks.get(0)).doesNotContainKey("difference");
            Map<?, ?> came = (Map<?, ?>) looks.get(1).get("difference");
            assertThat(((Number) came.get("sequence")).longValue()).isPositive();
        }
    }

    @Test
    void shouldShowTheBusiestFirst() throws Exception {
        try (Cn listener = Cn.at(gate, "listen", "291")) {
            listener.awaitObject(Map.of("val", COUNTER_VAL));
            List<Map<String, Object>> rows = cn("top", "--count", "1", "--interval", "3");

            assertThat(rows).extracting(row -> row.get("what")).contains("group 291", "user 291.1110");
            assertThat(rows).extracting(row -> ((Number) row.get("messages_per_second")).doubleValue())
                    .isSortedAccordingTo((a, b) -> Double.compare(b, a));
            assertThat(rows.getFirst().get("messages_per_second")).isNotEqualTo(0.0);
        }
    }

    @Test
    void shouldMonitorMessagesWithTheirGroupsWhoIsThereAndHowMuchItIs() throws Exception {
        List<Map<String, Object>> printed;
        try (Cn listener = Cn.at(gate, "listen", "291")) {
            listener.awaitObject(Map.of("val", COUNTER_VAL));
            printed = cn("monitor", "--interval", "1", "--timeout", "4");
        }

        assertThat(printed).anySatisfy(event -> assertThat(event)
                .containsEntry("event", "present").containsEntry("name", "cn_test"));
        assertThat(printed).anySatisfy(message -> assertThat(message).containsEntry("idx", 291)
                .containsEntry("val", COUNTER_VAL).containsEntry("group", 291).containsKey("sequence")
                .containsEntry("verdict", "OK").containsEntry("took", 1));
        assertThat(printed).anySatisfy(rate -> assertThat(rate).containsEntry("traffic", "rate"));
        assertThat(printed.getLast()).containsEntry("traffic", "total").containsKey("lost");
    }

    @Test
    void shouldMonitorTheRequestsOfAnotherProcessTheirRepliesAndWhatIsRefused() throws Exception {
        try (Cn monitor = Cn.at(gate, "monitor")) {
            monitor.awaitObject(Map.of("event", "present", "name", "cn_test"));
            cn("request", "291.1110", "overheard");
            try (Cn refused = Cn.at(gate, "send", "4252.1", "nobody")) {
                assertThat(refused.end()).isEqualTo(1);
            }

            Map<String, Object> request = monitor.awaitObject(Map.of("text", "overheard", "to", "platform"));
            assertThat(request).containsEntry("verdict", "OK").containsEntry("idx", 291);
            monitor.awaitObject(Map.of("text", "overheard", "to", "port", "to_port", request.get("port")));
            monitor.awaitObject(Map.of("idx", 4252, "verdict", "ENODEV"));
            monitor.awaitObject(Map.of("answer", "ENODEV", "text", "nobody has that id"));
        }
    }

    @Test
    void shouldLeaveACompleteCaptureAfterCtrlC() throws Exception {
        Path file = temporary.resolve("interrupted.pcapng");
        try (Cn capture = Cn.at(gate, "capture", file.toString(), "291")) {
            await("a packet").atMost(Duration.ofSeconds(30)).until(() -> Files.exists(file) && Files.size(file) > 250);
            lines(Map.of(), "kill", "-INT", Long.toString(capture.pid()));

            assertThat(capture.end()).as("%s", capture.complaints()).isEqualTo(INTERRUPTED);
            assertThat(capture.complaints()).isEmpty();
            assertThat(capture.objects()).singleElement().satisfies(summary -> assertThat(summary)
                    .containsEntry("file", file.toString()).containsEntry("lost", 0));
        }
        assertThat(cn("replay", file.toString(), "--speed", "max", "--group", "4250")).singleElement()
                .satisfies(report -> assertThat(report).as("read to its end").containsKey("sent"));
    }

    @Test
    void shouldReplayToTheGroupWhatWasCaptured() throws Exception {
        Path file = temporary.resolve("counters.pcapng");
        cn("capture", file.toString(), "291." + COUNTER_VAL, "--count", "2");
        try (Cn listener = Cn.at(gate, "listen", "291")) {
            listener.awaitObject(Map.of("val", COUNTER_VAL));
            List<Map<String, Object>> report = cn("replay", file.toString(), "--speed", "10");

            assertThat(report).singleElement().satisfies(one -> assertThat(one)
                    .containsEntry("sent", 2).containsEntry("refused", 0));
            await("both, from a port").untilAsserted(() -> assertThat(listener.objects().stream()
                    .filter(message -> !"0".equals(String.valueOf(message.get("port"))))).hasSize(2));
        }
    }

    @Test
    void shouldSendNothingOfAFileThatLies() throws Exception {
        Path file = temporary.resolve("lies.pcapng");
        cn("capture", file.toString(), "291." + COUNTER_VAL, "--count", "1");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 3));
        try (Cn replay = Cn.at(gate, "replay", file.toString())) {
            assertThat(replay.end()).isEqualTo(1);
            assertThat(replay.complaints()).singleElement().asString().contains(
                    file.toString(), "at byte ", "the file ends in the middle of a block");
            assertThat(replay.objects()).isEmpty();
        }
    }

    @Test
    void shouldMeasureRoundTripsAndThroughput() throws Exception {
        List<Map<String, Object>> figures = cn("bench", "--count", "200", "--size", "64");

        assertThat(figures).hasSize(2);
        assertThat(figures.get(0)).containsEntry("count", 200).containsEntry("bytes", 64);
        assertThat(((Number) figures.get(0).get("p99_us")).doubleValue())
                .isGreaterThanOrEqualTo(((Number) figures.get(0).get("p50_us")).doubleValue()).isPositive();
        assertThat(figures.get(1)).containsEntry("sent", 200);
        assertThat(((Number) figures.get(1).get("delivered")).longValue()
                + ((Number) figures.get(1).get("lost")).longValue()).isEqualTo(200);
    }

    @Test
    void shouldSayThatThereIsNobodyToMeasure() throws Exception {
        try (Cn bench = Cn.at(gate, "bench", "4251.1", "--count", "1")) {
            assertThat(bench.end()).isEqualTo(1);
            assertThat(bench.complaints()).singleElement().asString().contains("ENODEV: nobody has that id");
        }
    }

    @Test
    void shouldCompleteTheIdsThatAreThere() throws Exception {
        Map<String, String> environment = Map.of("JAVA_HOME", System.getProperty("java.home"),
                "PATH", inClient("") + ":" + System.getenv("PATH"));
        String script = "source <(cn completion bash); COMP_WORDS=(cn --socket '" + gate
                + "' send 291.); COMP_CWORD=4; _cn; printf '%s\\n' \"${COMPREPLY[@]}\"";

        assertThat(lines(environment, "bash", "--norc", "-c", script))
                .containsExactly("291.1110", "291.1111");
    }

    @Test
    void shouldBeShownByTshark() throws Exception {
        assumeTrue(Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "tshark"))), "tshark is not installed");
        Path file = temporary.resolve("shown.pcapng");
        try (Cn capture = Cn.at(gate, "capture", file.toString())) {
            // Process events come too, as many as this machine has.
            await("a counter").atMost(Duration.ofSeconds(30)).until(() -> Files.exists(file)
                    && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("counter = "));
            lines(Map.of(), "kill", "-INT", Long.toString(capture.pid()));
            capture.end();
        }

        assertThat(tshark(file, "cn_msg.idx==291 && cn_msg.val==" + COUNTER_VAL + " && cn_msg.text", "cn_msg.group",
                "cn_msg.text")).isNotEmpty().allSatisfy(line -> assertThat(line).startsWith("291\tcounter = "));
        assertThat(tshark(file, "cn_msg.event.kind==3", "cn_msg.event.name")).contains("cn_test");
        assertThat(lines(Map.of(), "tshark", "-r", file.toString(), "-T", "fields", "-e", "frame.encap_type"))
                .as("without the dissector: netlink").isNotEmpty().containsOnly("158");
    }

    private static List<String> tshark(Path file, String filter, String... fields) throws Exception {
        List<String> command = new ArrayList<>(List.of("tshark", "-X",
                "lua_script:" + inClient("wireshark/cn_msg.lua"), "-r", file.toString(), "-Y", filter, "-T", "fields"));
        for (String field : fields) {
            command.addAll(List.of("-e", field));
        }
        return lines(Map.of(), command.toArray(String[]::new));
    }
}
