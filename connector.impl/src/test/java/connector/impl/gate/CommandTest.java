// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.client.Main;
import connector.impl.runtime.Snapshot;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code cn}, and the Python client of its documentation, each in a process of its own, against a real gate. */
@Timeout(300)
class CommandTest {
    /** {@code 128 + SIGINT}, as a shell tells it. */
    private static final int INTERRUPTED = 128 + 2;

    private static final CbId ID = new CbId(14, 1110);

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();
    private Path path;
    private RunningBus platform;
    private Gate gate;

    @BeforeEach
    void open() throws IOException {
        path = directory.resolve("gate.sock");
        platform = new RunningBus();
        platform.connector.addCallback(ID, "echo", (msg, sender) -> sender.reply(msg, new byte[] {'h', 'i'}));
        gate = Gate.open(GateSettings.at(path), platform.sockets, platform.netlink);
    }

    @AfterEach
    void close() {
        processes.forEach(Process::destroyForcibly);
        gate.close();
        platform.close();
    }

    private record Ran(int code, String out, String err) {
    }

    /** Runs cn to its end. */
    private Ran cn(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--socket", path.toString()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), all.toArray(String[]::new));
        return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Starts cn in a process of its own. */
    private Process start(String... arguments) throws IOException {
        // A background job of a shell ignores SIGINT, and so would what it starts: cn is told to hear Ctrl-C.
        List<String> line = new ArrayList<>(List.of("env", "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                Main.class.getName(), "--socket", path.toString()));
        line.addAll(List.of(arguments));
        return started(new ProcessBuilder(line));
    }

    private Process started(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private static BufferedReader out(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static BufferedReader err(Process process) {
        return new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    }

    /** Sends to a message's own group as soon as somebody listens there. */
    private void awaitSent(CnMsg msg) {
        await().atMost(Duration.ofSeconds(60)).until(() -> platform.connector.netlinkSend(msg, msg.id().idx()) == 0);
    }

    @Test
    void shouldListForPeopleAndPrograms() {
        assertThat(cn("list").out()).containsPattern("echo +14\\.1110");
        assertThat(cn("list", "--json").out()).contains("\"idx\":14,\"val\":1110,\"name\":\"echo\"");
    }

    @Test
    void shouldSendAndSayWhatBecameOfIt() {
        assertThat(cn("send", "14.1110", "hello")).isEqualTo(new Ran(0, "sent 5 bytes to 14.1110\n", ""));
        Ran refused = cn("send", "5.5", "hello");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("send to 5.5 failed: ENODEV");
    }

    @Test
    void shouldPrintTheReply() {
        assertThat(cn("request", "14.1110", "--seq", "7").out()).contains("14.1110  seq 7 ack 1").contains("hi");
        assertThat(cn("request", "5.5").code()).isEqualTo(1);
        platform.connector.addCallback(new CbId(5, 6), "mute", (msg, sender) -> { });
        assertThat(cn("request", "5.6", "--timeout", "0.1").code()).isEqualTo(4);
    }

    @Test
    void shouldSayOfWhichKindThereIsNothing() {
        platform.notifications.statistics(() -> Snapshot.of(platform.bus, platform.notifications, List.of()));
        assertThat(cn("stat", "group")).isEqualTo(new Ran(0, "no groups\n", ""));
        assertThat(cn("stat", "gate", "group", "bus").out()).startsWith("bus").endsWith("no gates\n")
                .contains("no groups\n");
        assertThat(cn("stat").out()).as("all there is").doesNotContain("group").doesNotContain("no ");
        assertThat(cn("stat", "group", "--json")).isEqualTo(new Ran(0, "", ""));
    }

    @Test
    void shouldSayWhyACaptureCannotBeWritten() {
        assumeTrue(Files.exists(Path.of("/dev/full")), "a device that is full");
        Ran ran = cn("capture", "/dev/full", "--timeout", "5");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).endsWith("cn: cannot write /dev/full: No space left on device\n");
        assertThat(cn("capture", directory.resolve("no/such").toString()).err())
                .isEqualTo("cn: cannot write " + directory.resolve("no/such") + ": No such file or directory\n");
    }

    @Test
    void shouldListenInAnotherProcess() throws Exception {
        Process listening = start("listen", "14.1110", "--count", "2", "--json");
        awaitSent(CnMsg.of(ID, 1, 2, (byte) 'x'));
        platform.connector.netlinkSend(CnMsg.of(new CbId(14, 9), 3, 0), 14);
        platform.connector.netlinkSend(CnMsg.of(ID, 4, 0), 14);

        BufferedReader out = out(listening);
        assertThat(out.readLine()).contains("\"seq\":1").contains("\"ack\":2").contains("\"text\":\"x\"");
        assertThat(out.readLine()).as("14.9 was not asked for").contains("\"seq\":4");
        assertThat(listening.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(listening.exitValue()).isZero();
    }

    @Test
    void shouldFollowNewUsersWhenListeningToEverybody() throws Exception {
        Process listening = start("listen", "--count", "1", "--json");
        assertThat(platform.connector.addCallback(new CbId(4000, 1), "late", (msg, sender) -> { })).isZero();
        awaitSent(CnMsg.of(new CbId(4000, 1), 1, 0));
        assertThat(out(listening).readLine()).contains("\"idx\":4000");
    }

    @Test
    void shouldPrintWhoComesAndGoes() throws Exception {
        Process notified = start("notify", "*.*", "--count", "2");
        BufferedReader out = out(notified);
        assertThat(out.readLine()).contains("present").contains("14.1110").contains("echo");
        platform.connector.addCallback(new CbId(5, 6), "other", (msg, sender) -> { });
        assertThat(out.readLine()).contains("registered").contains("5.6").contains("other");
        platform.connector.delCallback(new CbId(5, 6));
        assertThat(out.readLine()).contains("unregistered").contains("5.6");
        assertThat(notified.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldEndQuietlyOnCtrlC() throws Exception {
        Process listening = start("listen", "14");
        BufferedReader err = err(listening);
        assertThat(err.readLine()).contains("listening to 14");
        Process kill = started(new ProcessBuilder("kill", "-INT", Long.toString(listening.pid())));
        assertThat(kill.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(listening.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(listening.exitValue()).isEqualTo(INTERRUPTED);
        assertThat(err.readLine()).as("no stack trace").isNull();
    }

    @Test
    void shouldSayThatThePlatformWentAway() throws Exception {
        Process listening = start("listen", "14");
        BufferedReader err = err(listening);
        err.readLine();
        gate.close();

        assertThat(err.readLine()).contains("ECONNRESET").contains("closed the connection");
        assertThat(listening.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(listening.exitValue()).isEqualTo(1);
    }

    /** The Python client of the documentation, as printed there. */
    private Process python(String... arguments) throws Exception {
        boolean there = false;
        try {
            there = new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            // Said below.
        }
        assumeTrue(there, "no python3 on this machine");
        String readme = Files.readString(Path.of("../connector.client/README.md"));
        Matcher code = Pattern.compile("```python\\n(.*?)```", Pattern.DOTALL).matcher(readme);
        assertThat(code.find()).as("the documentation has Python in it").isTrue();
        Path script = Files.writeString(directory.resolve("client.py"), code.group(1));
        List<String> line = new ArrayList<>(List.of("python3", script.toString(), path.toString()));
        line.addAll(List.of(arguments));
        return started(new ProcessBuilder(line).redirectErrorStream(true));
    }

    @Test
    void shouldListInPythonAsPrinted() throws Exception {
        assertThat(new String(python("list").getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("14.1110 echo\n");
    }

    @Test
    void shouldSendInPythonAsPrinted() throws Exception {
        Process taken = python("send", "14", "1110", "hello");
        assertThat(taken.waitFor()).isZero();
        Process refused = python("send", "5", "5", "hello");
        assertThat(new String(refused.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).contains("errno 19");
        assertThat(refused.waitFor()).isEqualTo(1);
    }

    @Test
    void shouldListenInPythonAsPrinted() throws Exception {
        Process listening = python("listen", "14");
        awaitSent(CnMsg.of(ID, 1, 2, (byte) 'x'));
        assertThat(out(listening).readLine()).isEqualTo("14.1110 seq 1 ack 2 b'x'");
    }
}
