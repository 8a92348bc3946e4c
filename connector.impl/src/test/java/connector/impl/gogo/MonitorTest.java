// SPDX-License-Identifier: Apache-2.0
package connector.impl.gogo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.NlMsgHdr;
import connector.api.wire.ProcEvent;
import connector.impl.gate.RunningBus;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.netlink.Received;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class MonitorTest {

    private static final CbId ID = new CbId(14, 1);

    @Test
    void shouldPrintWhatPassesOfTheseIdsAndSayHowMuchItWas() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        AtomicBoolean over = new AtomicBoolean();
        try (RunningBus platform = new RunningBus()) {
            platform.connector.addCallback(ID, "echo", (msg, sender) -> sender.reply(msg, "re".getBytes(UTF_8)));
            Thread sending = Thread.ofPlatform().start(() -> send(platform, over));
            String total;
            try (Monitor monitor = new Monitor(platform.netlink, RunningBus.inPlatform("shell"), List.of(ID),
                    new PrintStream(printed, true, UTF_8))) {
                total = monitor.run(TimeUnit.SECONDS.toNanos(1));
            }
            over.set(true);
            sending.join();
            assertThat(platform.netlink.taps().areOn()).as("it has gone").isFalse();
            assertThat(total).matches("[1-9][0-9]* messages in [0-9.]+ s, [0-9.]+/s, 0 refused, [0-9]+ lost");
        }
        assertThat(printed.toString(UTF_8).lines().map(line -> line.replaceFirst("^[0-9:.]+  ", "")).limit(2))
                .containsExactly("14.1  seq 7 ack 0  port 4242 > platform  hello",
                        "14.1  seq 7 ack 1  platform > port 4242  re");
        assertThat(printed.toString(UTF_8)).doesNotContain("99.1");
    }

    @Test
    void shouldDecodeProcessEventsAsCnDoesAndKeepATextOnItsLine() throws Exception {
        byte[] exec = new byte[ProcEvent.ATTRIBUTES];
        NlMsgHdr.buffer(exec).putInt(ProcEvent.WHAT, ProcEvent.PROC_EVENT_EXEC)
                .putInt(ProcEvent.EVENT_DATA, 4711).putInt(ProcEvent.EVENT_DATA + 4, 4711);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (RunningBus platform = new RunningBus();
                Monitor monitor = new Monitor(platform.netlink, RunningBus.inPlatform("shell"), List.of(),
                        new PrintStream(printed, true, UTF_8))) {
            platform.connector.netlinkSend(CnMsg.of(new CbId(1, 1), 3, 0, exec), 1);
            platform.connector.netlinkSend(CnMsg.ofText(ID, 4, 0, "two\nlines"), 14);
            monitor.run(TimeUnit.MILLISECONDS.toNanos(100));
        }
        assertThat(printed.toString(UTF_8).lines().map(line -> line.replaceFirst("^[0-9:.]+  ", "")))
                .containsExactly("1.1  seq 3 ack 0  platform > group 1  [ESRCH]  exec     pid 4711",
                        "14.1  seq 4 ack 0  platform > group 14  [ESRCH]  two\\nlines");
    }

    /** What does not fit into the port any more would be told as refused. */
    private static void takeReplies(Port port) {
        Received reply = port.receive();
        while (reply != null) {
            reply = port.receive();
        }
    }

    private static void send(RunningBus platform, AtomicBoolean over) {
        try (Port port = platform.netlink.open(RunningBus.inPlatform("sender"), PortLimits.DEFAULT, p -> { })) {
            assertThat(port.bind(4242, 0)).isZero();
            while (!over.get()) {
                platform.bus.receive(CnMsg.ofText(new CbId(99, 1), 7, 0, "not that"), port, 0);
                if (platform.netlink.taps().areOn()) {
                    platform.bus.receive(CnMsg.ofText(ID, 7, 0, "hello"), port, 0);
                    takeReplies(port);
                }
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
