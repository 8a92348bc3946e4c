// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.ConnectorConstants;
import connector.api.NotifyEvent.Reason;
import connector.client.CnException;
import connector.client.CnSocket;
import connector.impl.bus.Origin;
import connector.impl.bus.User;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.notify.Notifications;
import connector.impl.notify.RecordedChanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder is told of the bus and its gates. */
@Timeout(300)
class RecordingTest {

    private static final CbId ID = new CbId(5, -1);

    private final Recording recording = new Recording();

    @TempDir
    private Path folder;

    @BeforeEach
    void record() {
        for (String event : List.of("UserRegistered", "UserUnregistered", "MessageLost", "Overrun", "ClientConnected",
                "ClientRefused", "HoldoverExpired")) {
            recording.enable("connector." + event);
        }
        recording.start();
    }

    @AfterEach
    void close() {
        recording.close();
    }

    private List<RecordedEvent> events(String name) throws IOException {
        Path file = Files.createTempFile(folder, "connector", ".jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("connector." + name)).toList();
    }

    @Test
    void shouldRecordWhoComesAndGoes() throws Exception {
        try (RunningBus platform = new RunningBus()) {
            platform.bus.listen(new RecordedChanges(new Notifications(platform.netlink)));
            User user = new User(ID, "busy", (msg, sender) -> { }, Map.of(),
                    new Origin(7, "an.agent", "1.2.3", 0, 0), -1, 0);
            assertThat(platform.bus.add(user, true)).isZero();
            platform.bus.remove(user, Reason.STOPPED);
        }
        assertThat(events("UserRegistered")).singleElement().satisfies(event -> {
            assertThat(event.getLong("idx")).isEqualTo(5);
            assertThat(event.getLong("val")).isEqualTo(4_294_967_295L);
            assertThat(event.getString("name")).isEqualTo("busy");
            assertThat(event.getString("bundle")).isEqualTo("an.agent");
            assertThat(event.getString("version")).isEqualTo("1.2.3");
            assertThat(event.getLong("generation")).isEqualTo(1);
            assertThat(event.getString("reason")).isEqualTo("STARTED");
        });
        assertThat(events("UserUnregistered")).singleElement().satisfies(event ->
                assertThat(event.getString("reason")).isEqualTo("STOPPED"));
    }

    @Test
    void shouldRecordCallsThatAreSlowerThanTheThresholdAndNoOthers() throws Exception {
        recording.enable("connector.SlowCallback").withThreshold(Duration.ofMillis(50));
        try (RunningBus platform = new RunningBus()) {
            User user = new User(ID, "slow", (msg, sender) -> {
                if (msg.seq() == 2) {
                    TimeUnit.MILLISECONDS.sleep(60);
                    throw new IllegalStateException("on purpose");
                }
            }, Map.of(), new Origin(7, "an.agent", "1.2.3", 0, 0), -1, 0);
            assertThat(platform.bus.add(user, true)).isZero();
            Port port = platform.netlink.open(RunningBus.inPlatform("test"), PortLimits.DEFAULT, readable -> { });
            for (int i = 1; i <= 3; i++) {
                assertThat(platform.bus.receive(CnMsg.of(ID, i, 0), port, 0).errno()).isZero();
            }
        }
        // Of the others one may have had to wait for a processor: the slow one is there, and once.
        assertThat(events("SlowCallback")).filteredOn(event -> event.getDuration().toMillis() >= 60)
                .hasSizeBetween(1, 3)
                .anySatisfy(event -> {
                    assertThat(event.getLong("idx")).isEqualTo(5);
                    assertThat(event.getString("bundle")).isEqualTo("an.agent");
                    assertThat(event.getThread().getJavaName()).isEqualTo(Thread.currentThread().getName());
                });
        assertThat(events("SlowCallback")).allSatisfy(event ->
                assertThat(event.getDuration()).isGreaterThanOrEqualTo(Duration.ofMillis(50)));
    }

    @Test
    void shouldRecordAHoldoverThatNobodyTookUp() throws Exception {
        try (RunningBus platform = new RunningBus()) {
            platform.bus.listen(new RecordedChanges(new Notifications(platform.netlink)));
            User user = new User(ID, "gone", (msg, sender) -> { }, Map.of(ConnectorConstants.HOLDOVER, 300),
                    new Origin(7, "an.agent", "1.2.3", 0, 0), -1, 0);
            assertThat(platform.bus.add(user, true)).isZero();
            Port port = platform.netlink.open(RunningBus.inPlatform("test"), PortLimits.DEFAULT, readable -> { });
            platform.bus.remove(user, Reason.STOPPED);
            assertThat(platform.bus.receive(CnMsg.of(ID, 1, 0), port, 0).errno()).isZero();
            await().until(() -> platform.bus.users().length == 0);
        }
        assertThat(events("HoldoverExpired")).singleElement().satisfies(event -> {
            assertThat(event.getString("name")).isEqualTo("gone");
            assertThat(event.getInt("abandoned")).isEqualTo(1);
        });
    }

    @Test
    void shouldRecordMessagesThatAFullMailboxLoses() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (RunningBus platform = new RunningBus()) {
            CountDownLatch running = new CountDownLatch(1);
            User user = new User(ID, "slow", (msg, sender) -> {
                running.countDown();
                release.await();
            }, Map.of(ConnectorConstants.MAILBOX_CAPACITY, 4, ConnectorConstants.OVERFLOW,
                    ConnectorConstants.OVERFLOW_DROP_NEWEST), Origin.NONE, -1, 0);
            assertThat(platform.bus.add(user, true)).isZero();
            Port port = platform.netlink.open(RunningBus.inPlatform("test"), PortLimits.DEFAULT, readable -> { });
            Thread.ofPlatform().start(() -> platform.bus.receive(CnMsg.of(ID, 0, 0), port, 0));
            running.await();
            for (int i = 1; i <= 6; i++) {
                platform.bus.receive(CnMsg.of(ID, i, 0), port, 0);
            }
            assertThat(events("MessageLost")).hasSize(2).allSatisfy(event -> {
                assertThat(event.getLong("idx")).isEqualTo(5);
                assertThat(event.getString("how")).isEqualTo("DROPPED");
            });
        } finally {
            release.countDown();
        }
    }

    @Test
    void shouldRecordAnOverrunOnceWhileItsReaderDoesNotRead() throws Exception {
        try (RunningBus platform = new RunningBus()) {
            Port port = platform.netlink.open(RunningBus.inPlatform("reader"), PortLimits.DEFAULT, readable -> { });
            assertThat(port.bind(9, 1)).isZero();
            for (int i = 0; port.toDTO().dropped < 3; i++) {
                platform.netlink.multicast(Frame.of(CnMsg.of(ID, i, 0)), null, 0, 1, null);
            }
            assertThat(events("Overrun")).singleElement().satisfies(event -> {
                assertThat(event.getLong("portId")).isEqualTo(9);
                assertThat(event.getString("owner")).isEqualTo("reader");
                assertThat(event.getLong("queuedBytes")).isPositive();
            });
        }
    }

    @Test
    void shouldRecordWhoConnectsToAGateAndWhoIsRefused() throws Exception {
        GateSettings settings = GateSettings.at(folder.resolve("gate.sock"))
                .limits(1, ClientLimits.DEFAULT, UserLimits.DEFAULT);
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(settings, platform.sockets, platform.netlink);
                CnSocket first = CnSocket.socket(settings.path())) {
            first.bind(0, 0);
            try (CnSocket second = CnSocket.socket(settings.path())) {
                assertThatThrownBy(second::recv).isInstanceOf(CnException.class);
            }
            assertThat(gate.toDTO().refused).isEqualTo(1);
        }
        assertThat(events("ClientConnected")).singleElement().satisfies(event -> {
            assertThat(event.getString("gate")).isEqualTo(settings.name());
            assertThat(event.getLong("pid")).isEqualTo(ProcessHandle.current().pid());
        });
        assertThat(events("ClientRefused")).singleElement().satisfies(event ->
                assertThat(event.getString("reason")).contains("as many clients as it may, 1"));
    }
}
