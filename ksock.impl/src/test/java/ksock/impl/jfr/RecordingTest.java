// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jfr;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.MSG_OOB;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.api.SysIoctl;
import ksock.api.family.FamilySocket;
import ksock.impl.loop.ChildProgram;
import ksock.impl.loop.EventLoop;
import ksock.impl.socket.FamilyEntry;
import ksock.impl.socket.MemoryFamily;
import ksock.impl.socket.SocketCore;
import ksock.impl.socket.SocketScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {

    private final EventLoop loop = new EventLoop();
    private final SocketCore core = new SocketCore(loop);
    private final SocketScope sockets = core.scope(42, "a.bundle");
    private final Recording recording = new Recording();

    @TempDir
    private Path folder;

    @BeforeEach
    void record() {
        recording.enable("ksock.SlowOperation").withThreshold(Duration.ofMillis(20));
        for (String event : List.of("ksock.Connect", "ksock.Accept", "ksock.Close")) {
            recording.enable(event);
        }
        recording.start();
    }

    @AfterEach
    void close() {
        recording.close();
        core.close();
        loop.close();
    }

    private List<RecordedEvent> events(String name) throws IOException {
        Path file = Files.createTempFile(folder, "ksock", ".jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream().filter(event -> event.getEventType().getName().equals(name))
                .toList();
    }

    private KernelSocket listener() throws KernelSocketException {
        KernelSocket listener = sockets.socket(AF_INET, SOCK_STREAM, 0);
        listener.bind(SockAddr.loopback4(0));
        listener.listen(16);
        return listener;
    }

    private static void assertOwner(RecordedEvent event) {
        assertThat(event.getLong("bundleId")).isEqualTo(42);
        assertThat(event.getString("bundle")).isEqualTo("a.bundle");
        assertThat(event.getString("family")).isEqualTo("host");
        assertThat(event.getInt("domain")).isEqualTo(AF_INET);
        assertThat(event.getInt("type")).isEqualTo(SOCK_STREAM);
    }

    @Test
    void shouldCloseAFamilysSocketThatFailsToSayItsAddress() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        FamilySocket faulty = (FamilySocket) Proxy.newProxyInstance(FamilySocket.class.getClassLoader(),
                new Class<?>[] {FamilySocket.class}, (proxy, method, args) -> switch (method.getName()) {
                    case "getsockname" -> throw new IllegalStateException("as a provider with a fault does");
                    case "close" -> {
                        closed.set(true);
                        yield null;
                    }
                    case "poll" -> 0;
                    default -> null;
                });
        core.putFamily(new FamilyEntry((domain, type, protocol) -> faulty, "faulty", MemoryFamily.DOMAIN,
                FamilyEntry.ALL, 0, 7));

        sockets.socket(MemoryFamily.DOMAIN, SOCK_STREAM, 0).close();

        assertThat(closed).isTrue();
    }

    @Test
    void shouldRecordTheLifeOfAConnectionFromBothEnds() throws Exception {
        long clientId;
        long serverId;
        long listenerId;
        String listens;
        String connects;
        try (KernelSocket listener = listener(); KernelSocket client = sockets.socket(AF_INET, SOCK_STREAM, 0)) {
            client.connect(listener.getsockname());
            try (KernelSocket server = listener.accept()) {
                client.send(new byte[9], 0, 9, 0);
                server.recv(new byte[9], 0, 9, 0);
                serverId = server.id();
            }
            clientId = client.id();
            listenerId = listener.id();
            listens = listener.getsockname().toString();
            connects = client.getsockname().toString();
        }

        assertThat(events("ksock.Connect")).singleElement().satisfies(event -> {
            assertOwner(event);
            assertThat(event.getLong("socketId")).isEqualTo(clientId);
            assertThat(event.getString("localAddress")).isEqualTo(connects);
            assertThat(event.getString("remoteAddress")).isEqualTo(listens);
            assertThat(event.getInt("errno")).isZero();
            assertThat(event.getString("error")).isEmpty();
            assertThat(event.getDuration()).isPositive();
        });
        assertThat(events("ksock.Accept")).singleElement().satisfies(event -> {
            assertOwner(event);
            assertThat(event.getLong("socketId")).isEqualTo(serverId);
            assertThat(event.getLong("listenerId")).isEqualTo(listenerId);
            assertThat(event.getString("localAddress")).isEqualTo(listens);
            assertThat(event.getString("remoteAddress")).isEqualTo(connects);
        });
        assertThat(events("ksock.Close")).hasSize(3).filteredOn(event -> event.getLong("socketId") == serverId)
                .singleElement().satisfies(event -> {
                    assertOwner(event);
                    assertThat(event.getString("localAddress")).isEqualTo(listens);
                    assertThat(event.getString("remoteAddress")).isEqualTo(connects);
                    assertThat(event.getLong("receivedBytes")).isEqualTo(9);
                    assertThat(event.getLong("sentBytes")).isZero();
                    assertThat(event.getBoolean("forgotten")).isFalse();
                });
    }

    @Test
    void shouldRecordAConnectThatFailsWithItsErrnoAndWhereItWent() throws Exception {
        SockAddr nobody;
        try (KernelSocket bound = sockets.socket(AF_INET, SOCK_STREAM, 0)) {
            bound.bind(SockAddr.loopback4(0));
            nobody = bound.getsockname();
        }
        try (KernelSocket client = sockets.socket(AF_INET, SOCK_STREAM, 0)) {
            assertThatThrownBy(() -> client.connect(nobody)).hasMessageContaining("ECONNREFUSED");
        }
        assertThat(events("ksock.Connect")).singleElement().satisfies(event -> {
            assertThat(event.getString("remoteAddress")).isEqualTo(nobody.toString());
            assertThat(event.getInt("errno")).isEqualTo(Errno.ECONNREFUSED.number());
            assertThat(event.getString("error")).isEqualTo("ECONNREFUSED");
        });
    }

    @Test
    void shouldRecordAConnectInProgressOnceWhenItsCallbackIsTold() throws Exception {
        try (KernelSocket listener = listener(); KernelSocket client = sockets.socket(AF_INET, SOCK_STREAM, 0)) {
            client.ioctl(SysIoctl.FIONBIO, 1);
            CountDownLatch connected = new CountDownLatch(1);
            client.callbacks(SocketCallbacks.builder().connected((socket, arg) -> connected.countDown()).build(), null);
            assertThat(client.connect(listener.getsockname())).isEqualTo(KernelSocket.IN_PROGRESS);
            connected.await();
            String address = client.getsockname().toString();
            assertThat(events("ksock.Connect")).singleElement().satisfies(event -> {
                assertThat(event.getInt("errno")).isZero();
                assertThat(event.getString("localAddress")).isEqualTo(address);
            });
        }
        assertThat(events("ksock.Connect")).hasSize(1);
    }

    @Test
    void shouldRecordCallsThatBlockForLong() throws Exception {
        KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        assertThat(pair[1].recv(new byte[1], 0, 1, MSG_DONTWAIT)).isEqualTo(KernelSocket.WOULD_BLOCK);
        Duration limit = Duration.ofMillis(60);
        assertThatThrownBy(() -> pair[1].within(limit).recv(new byte[1], 0, 1, 0)).hasMessageContaining("ETIMEDOUT");

        assertThat(events("ksock.SlowOperation")).singleElement().satisfies(event -> {
            assertThat(event.getString("operation")).isEqualTo("recv");
            assertThat(event.getLong("socketId")).isEqualTo(pair[1].id());
            assertThat(event.getString("error")).isEqualTo("ETIMEDOUT");
            assertThat(event.getDuration()).isBetween(limit, Duration.ofSeconds(30));
        });
        pair[0].close();
        pair[1].close();
    }

    @Test
    void shouldLeaveOutWhatIsShorterThanTheRecordingsThreshold() throws Exception {
        recording.enable("ksock.SlowOperation").withThreshold(Duration.ofMinutes(10));
        KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        assertThatThrownBy(() -> pair[1].within(Duration.ofMillis(60)).recv(new byte[1], 0, 1, 0))
                .hasMessageContaining("ETIMEDOUT");
        assertThat(events("ksock.SlowOperation")).isEmpty();
        pair[0].close();
        pair[1].close();
    }

    @Test
    void shouldRecordCallbacksThatTakeLong() throws Exception {
        KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        CountDownLatch done = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        pair[1].callbacks(SocketCallbacks.builder().recv((socket, arg, msglen) -> {
            if (done.getCount() > 0) {
                assertThat(never.await(60, TimeUnit.MILLISECONDS)).isFalse();
                done.countDown();
            }
        }).build(), null);
        pair[0].send(new byte[1], 0, 1, 0);
        done.await();
        // A busy machine may make others slow too.
        await().untilAsserted(() -> assertThat(events("ksock.SlowOperation")).anySatisfy(event -> {
            assertThat(event.getDuration()).isGreaterThanOrEqualTo(Duration.ofMillis(50));
            assertThat(event.getString("operation")).isEqualTo("callback recv");
            assertThat(event.getLong("socketId")).isEqualTo(pair[1].id());
            assertThat(event.getThread().getJavaName()).startsWith("ksock-loop-");
        }));
        pair[0].close();
        pair[1].close();
    }

    /** Urgent data that somebody takes before it can be told, as another callback does. */
    @Test
    void shouldRecordNoCallbackThatWasNotCalled() throws Exception {
        try (KernelSocket listener = listener(); KernelSocket client = sockets.socket(AF_INET, SOCK_STREAM, 0)) {
            client.connect(listener.getsockname());
            try (KernelSocket server = listener.accept()) {
                CountDownLatch began = new CountDownLatch(1);
                CountDownLatch taken = new CountDownLatch(1);
                CountDownLatch again = new CountDownLatch(1);
                server.callbacks(SocketCallbacks.builder().recv((socket, arg, msglen) -> {
                    long received = socket.recv(new byte[8], 0, 8, 0);
                    if (began.getCount() > 0) {
                        began.countDown();
                        taken.await();
                    } else if (received > 0) {
                        recording.enable("ksock.SlowOperation").withThreshold(Duration.ZERO);
                        again.countDown();
                    }
                }).exception((socket, arg, event) -> { }).build(), null);
                client.send(new byte[1], 0, 1, 0);
                began.await();
                client.send(new byte[1], 0, 1, MSG_OOB);
                settle();
                assertThat(server.recv(new byte[1], 0, 1, MSG_OOB)).isEqualTo(1);
                taken.countDown();
                settle();
                recording.disable("ksock.SlowOperation");
                client.send(new byte[1], 0, 1, 0);
                again.await();
                settle();
            }
        }
        assertThat(events("ksock.SlowOperation"))
                .noneSatisfy(event -> assertThat(event.getString("operation")).isEqualTo("callback exception"));
    }

    /** Returns when what was ready before has been told. */
    private void settle() throws Exception {
        for (int i = 0; i < 3; i++) {
            KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
            CountDownLatch turned = new CountDownLatch(1);
            pair[1].callbacks(
                    SocketCallbacks.builder().recv((socket, arg, msglen) -> turned.countDown()).build(), null);
            pair[0].send(new byte[1], 0, 1, 0);
            turned.await();
            pair[0].close();
            pair[1].close();
        }
    }

    @Test
    void shouldRecordNothingOfWhatIsNotAskedFor() throws Exception {
        recording.disable("ksock.Close");
        sockets.socket(AF_INET, SOCK_STREAM, 0).close();
        assertThat(events("ksock.Close")).isEmpty();
    }

    @Test
    void shouldWorkWithoutTheFlightRecorder() throws Exception {
        assertThat(ChildProgram.run(NoRecorderProgram.class, "--limit-modules", "java.base"))
                .isEqualTo("jdk.jfr false, received 5");
    }
}
