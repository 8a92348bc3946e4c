// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnOverrunException;
import connector.client.CnSocket;
import connector.client.CnTapped;
import connector.client.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code cn monitor} and {@code cn capture} hear at a real gate of what others say. */
@Timeout(120)
class MonitorTest {

    private static final CbId ID = new CbId(14, 1110);
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private Path path;
    private RunningBus platform;
    private Gate gate;

    @BeforeEach
    void open() throws IOException {
        path = directory.resolve("gate.sock");
        platform = new RunningBus();
        platform.connector.addCallback(ID, "echo", (msg, sender) -> {
            received.add(msg.text());
            sender.reply(msg, "re".getBytes(UTF_8));
        });
        gate = Gate.open(GateSettings.at(path), platform.sockets, platform.netlink);
    }

    @AfterEach
    void close() {
        gate.close();
        platform.close();
    }

    private record Ran(int code, List<String> out, String err) {
    }

    private CompletableFuture<Ran> cn(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--socket", path.toString()));
        return CompletableFuture.supplyAsync(() -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            int code = Main.run(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8),
                    all.toArray(String[]::new));
            return new Ran(code, out.toString(UTF_8).lines().toList(), err.toString(UTF_8));
        }, task -> Thread.ofPlatform().daemon().start(task));
    }

    private void awaitTap() {
        await().atMost(SOON).until(() -> platform.netlink.taps().areOn());
    }

    private void request(String text) throws CnException {
        try (CnSocket other = CnSocket.socket(path)) {
            other.request(new CnMessage(14, 1110, 7, 0, text.getBytes(UTF_8)), SOON);
        }
    }

    @Test
    void shouldPrintTheRequestsAndRepliesOfOthersAndWhatIsRefused() throws Exception {
        CompletableFuture<Ran> monitor = cn("monitor", "--count", "5");
        awaitTap();
        request("hello");
        try (CnSocket other = CnSocket.socket(path)) {
            assertThat(other.sendAcked(new CnMessage(99, 1, 3, 0, new byte[0]), 0, 0).errno())
                    .isEqualTo(NetlinkErrno.ENODEV);
        }

        Ran ran = monitor.get(60, TimeUnit.SECONDS);
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.err()).contains("monitoring everybody; Ctrl-C ends it");
        assertThat(ran.out()).filteredOn(line -> line.contains(" seq "))
                .extracting(line -> line.replaceAll("^[0-9:.]+  ", "").replaceAll("port [0-9]+", "port N"))
                .containsExactly("14.1110  seq 7 ack 0  port N > platform  hello",
                        "14.1110  seq 7 ack 1  platform > port N  re",
                        "99.1  seq 3 ack 0  port N > platform  [ENODEV: nobody has that id]  (no data)");
        assertThat(ran.out()).anyMatch(line -> line.endsWith("ENODEV: nobody has that id"))
                .anyMatch(line -> line.endsWith("  OK"));
        assertThat(ran.out().getLast()).contains("total 5 messages", "1 refused, 0 lost");
    }

    @Test
    void shouldPrintARequestToTheConnectorAheadOfWhatAnswersItAndNoSystemCalls() throws Exception {
        CompletableFuture<Ran> monitor = cn("monitor", "--count", "4");
        awaitTap();
        try (CnSocket other = CnSocket.socket(path)) {
            other.pktinfo(true);
            other.list();
        }

        assertThat(monitor.get(60, TimeUnit.SECONDS).out()).filteredOn(line -> line.contains(" > "))
                .extracting(line -> line.replaceAll("^[0-9:.]+  ", "").replaceAll("port [0-9]+", "port N"))
                .containsExactlyInAnyOrder("4294967295.4294967295  seq 2 ack 0  port N > platform  asks who is there",
                        "14.1110  seq 2 ack 1  platform > port N  present echo",
                        "4294967295.4294967295  seq 2 ack 1  platform > port N  snapshot-end",
                        "answer to 2  platform > port N  OK")
                .first().asString().endsWith("asks who is there");
    }

    @Test
    void shouldLetThroughWhatItsFiltersSay() throws Exception {
        CompletableFuture<Ran> ofId = cn("monitor", "--json", "--count", "1", "15");
        CompletableFuture<Ran> ofPort = cn("monitor", "--json", "--count", "3", "--port", "4242");
        CompletableFuture<Ran> ofGroup = cn("monitor", "--json", "--count", "1", "--group", "77");
        await().atMost(SOON).until(() -> platform.netlink.ports().stream().filter(port -> port.isTap()).count() == 3);
        request("not that");
        platform.connector.netlinkSend(CnMsg.ofText(new CbId(15, 3), 1, 0, "of group 77"), 77);
        try (CnSocket other = CnSocket.socket(path)) {
            other.bind(4242, 0);
            other.request(new CnMessage(14, 1110, 8, 0, "from 4242".getBytes(UTF_8)), SOON);
        }

        assertThat(messages(ofId)).singleElement().asString().contains("\"idx\":15", "\"verdict\":\"ESRCH\"");
        assertThat(messages(ofGroup)).singleElement().asString().contains("\"group\":77", "of group 77");
        assertThat(messages(ofPort)).hasSize(3).allMatch(line -> line.contains("4242"));
    }

    private static List<String> messages(CompletableFuture<Ran> ran) throws Exception {
        return ran.get(60, TimeUnit.SECONDS).out().stream().filter(line -> line.startsWith("{\"time\"")).toList();
    }

    @Test
    void shouldSayThatItHearsMulticastsOnlyWhereThePolicyForbidsMore() throws Exception {
        platform.policy.put("rule", Map.of("deny.monitor", "any"));
        CompletableFuture<Ran> monitor = cn("monitor", "--count", "1", "14");
        await().atMost(SOON).until(() ->
                platform.connector.netlinkSend(CnMsg.ofText(ID, 5, 0, "for all"), 14) == 0);

        Ran ran = monitor.get(60, TimeUnit.SECONDS);
        assertThat(ran.err()).contains("hearing multicasts only, no requests and replies: setsockopt failed: EPERM: "
                + "only root and the platform's own user may monitor the bus, and whom a rule of connector.policy with "
                + "allow.monitor names");
        assertThat(ran.out().getFirst()).endsWith("group 14 #1  for all");
    }

    @Test
    void shouldTellWhoOfTheNamedIdsIsThereAndComesAndGoes() throws Exception {
        CompletableFuture<Ran> monitor = cn("monitor", "--count", "1", "14", "15.2");
        await().atMost(SOON).until(() -> platform.notifications.subscriptions().length == 2);
        platform.connector.addCallback(new CbId(15, 1), "other", (msg, sender) -> { });
        platform.connector.addCallback(new CbId(15, 2), "named", (msg, sender) -> { });
        platform.connector.delCallback(new CbId(15, 2));
        request("the one that counts");

        assertThat(monitor.get(60, TimeUnit.SECONDS).out()).filteredOn(line -> line.contains("registered")
                        || line.contains("present"))
                .extracting(line -> line.replaceAll("^[0-9:.]+  ", "").strip())
                .containsExactly("present      14.1110  echo", "registered   15.2  named  STARTED",
                        "unregistered 15.2  named  WITHDRAWN");
    }

    @Test
    void shouldHaveAReplyThoughItMayNotListen() throws Exception {
        platform.policy.put("deaf", Map.of("idx", "14", "deny.listen", "any"));
        Ran ran = cn("request", "14.1110", "hello").get(60, TimeUnit.SECONDS);
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).singleElement().asString().endsWith("ack 1  re");
    }

    @Test
    void shouldCaptureRequestsAndReplyAndReplayTheRequestsAlone() throws Exception {
        Path file = directory.resolve("bus.pcapng");
        CompletableFuture<Ran> capture = cn("capture", file.toString(), "14.1110", "--count", "4");
        awaitTap();
        request("one");
        request("two");
        assertThat(capture.get(60, TimeUnit.SECONDS).err()).contains("5 packets captured, 0 messages lost");
        received.clear();

        Ran replay = cn("replay", file.toString(), "--speed", "max").get(60, TimeUnit.SECONDS);

        assertThat(replay.out()).containsExactly("sent 2 messages");
        assertThat(replay.err()).contains("replaying 2 messages, leaving out 3 frames: answers, replies to one port");
        assertThat(received).containsExactly("one", "two");
    }

    @Test
    void shouldLoseExactlyWhatASlowMonitorDoesNotRead() throws Exception {
        int count = 20_000;
        try (CnSocket slow = CnSocket.socket(path)) {
            slow.setsockopt(GateControl.SOL_SOCKET, GateControl.SO_RCVBUF, 8192);
            slow.tap(true);
            for (int i = 0; i < count; i++) {
                platform.connector.netlinkSend(CnMsg.of(new CbId(15, 1), i, 0, new byte[100]), 15);
            }
            long seen = 0;
            long lost = 0;
            while (seen + lost < count) {
                try {
                    CnTapped tapped = (CnTapped) slow.receive(SOON);
                    seen++;
                    assertThat(tapped.number()).isLessThanOrEqualTo(count);
                } catch (CnOverrunException overrun) {
                    assertThat(overrun.group()).isZero();
                    lost += overrun.lost();
                }
            }
            assertThat(lost).isPositive();
            assertThat(seen + lost).isEqualTo(count);
        }
    }
}
