// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.Assume.assumeTrue;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.Connector;
import connector.api.runtime.ConnectorRuntime;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Messages from processes to bundles, and their replies. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class MessagesIT {
    private static final AgentBundle AGENTS = AgentBundle.of("test.messages", "1.0.0", "echo", "identity");
    private static final String ECHO = "0xec.1";
    private static final String IDENTITY = "0xec.2";

    /** As a stranger would write it: the layout is in connector.api.wire's documentation. */
    private static final String PYTHON_CLIENT = """
            import os, socket, struct, sys
            s = socket.socket(socket.AF_UNIX)
            s.connect(sys.argv[1])
            data = b'who am I'
            cn = struct.pack('=IIIIHH', 0xec, 2, 77, 5, len(data), 0) + data
            s.sendall(struct.pack('=IHHII', 16 + len(cn), 3, 0, 77, 0) + cn)
            frame = s.recv(65536)
            length, kind, flags, nlseq, pid = struct.unpack_from('=IHHII', frame)
            idx, val, seq, ack, size, flags = struct.unpack_from('=IIIIHH', frame, 16)
            print(idx, val, seq, ack, frame[36:36 + size].decode())
            """;

    @Inject
    private BundleContext context;

    @Inject
    private Connector connector;

    @Inject
    private ConnectorRuntime runtime;

    private Bundle agents;

    @Configuration
    public Option[] platform() {
        return new Option[] {Platform.bundles()};
    }

    @Before
    public void startAgents() throws Exception {
        Wiring.awaitGate(context);
        agents = AGENTS.install(context);
        agents.start();
        await().until(() -> Stream.of(runtime.getConnectorDTO().users).filter(user -> user.idx == 0xEC).count() == 2);
    }

    @After
    public void removeAgents() throws Exception {
        agents.uninstall();
    }

    @Test
    public void shouldReplyToAProcessWithItsSeqAndItsAckPlusOne() throws Exception {
        List<Map<String, Object>> replies = Cn.run("request", ECHO, "--seq", "4000000000", "--ack", "41", "hello");

        assertThat(replies).singleElement().satisfies(reply -> {
            assertThat(reply).containsEntry("text", "hello");
            assertThat(unsigned(reply, "idx")).isEqualTo(0xEC);
            assertThat(unsigned(reply, "val")).isEqualTo(1);
            assertThat(unsigned(reply, "seq")).isEqualTo(4000000000L);
            assertThat(unsigned(reply, "ack")).isEqualTo(42);
        });
    }

    @Test
    public void shouldWrapTheAckAround() throws Exception {
        List<Map<String, Object>> replies = Cn.run("request", ECHO, "--ack", "-1", "x");

        assertThat(replies).singleElement().satisfies(reply -> assertThat(unsigned(reply, "ack")).isZero());
    }

    @Test
    public void shouldCarryTheLongestMessageThereAndBack() throws Exception {
        String longest = "ab".repeat(CnMsg.MAX_DATA);
        List<Map<String, Object>> replies = Cn.run("request", ECHO, "--hex", longest);

        assertThat(replies).singleElement().satisfies(reply -> assertThat(reply).containsEntry("data", longest));
    }

    @Test
    public void shouldKnowWhichProcessASenderIs() throws Exception {
        try (Cn cn = Cn.start("request", IDENTITY)) {
            assertThat(cn.end()).as("status; %s", cn.complaints()).isZero();

            assertThat(cn.objects()).singleElement().satisfies(reply -> assertThat(reply)
                    .containsEntry("text", "uid " + ownUid() + " pid " + cn.pid() + " inside false"));
        }
    }

    @Test
    public void shouldKnowThatASenderIsABundle() throws Exception {
        CnMsg reply = connector.request(CbId.parse(IDENTITY), new byte[0], Duration.ofSeconds(10));

        assertThat(reply.text()).endsWith("inside true");
    }

    @Test
    public void shouldSpeakToWhoeverWritesFramesByHand() throws Exception {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(Platform.GATE));
            // struct nlmsghdr, with a port that is not ours; struct cn_msg; 5 bytes; padding
            ByteBuffer frame = ByteBuffer.allocate(44).order(ByteOrder.nativeOrder())
                    .putInt(41).putShort((short) 3).putShort((short) 0).putInt(9).putInt(12345)
                    .putInt(0xEC).putInt(1).putInt(7).putInt(100).putShort((short) 5).putShort((short) 0)
                    .put("hello".getBytes(StandardCharsets.US_ASCII))
                    .position(44).flip();
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
            ByteBuffer reply = ByteBuffer.allocate(44).order(ByteOrder.nativeOrder());
            while (reply.hasRemaining() && channel.read(reply) >= 0) {
                // Until the whole frame is here.
            }
            reply.flip();

            assertThat(reply.remaining()).isEqualTo(44);
            assertThat(reply.getInt(0)).as("nlmsg_len").isEqualTo(41);
            assertThat(reply.getInt(12)).as("nlmsg_pid, the connector's").isZero();
            assertThat(reply.getInt(16)).as("idx").isEqualTo(0xEC);
            assertThat(reply.getInt(20)).as("val").isEqualTo(1);
            assertThat(reply.getInt(24)).as("seq").isEqualTo(7);
            assertThat(reply.getInt(28)).as("ack").isEqualTo(101);
            assertThat(reply.getShort(32)).as("len").isEqualTo((short) 5);
            assertThat(new String(reply.array(), 36, 5, StandardCharsets.US_ASCII)).isEqualTo("hello");
        }
    }

    @Test
    public void shouldSpeakToTenLinesOfPython() throws Exception {
        assumeTrue("no python3 on this machine", isThere("python3"));
        Process python = new ProcessBuilder("python3", "-c", PYTHON_CLIENT, Platform.GATE.toString())
                .redirectErrorStream(true)
                .start();
        String output;
        try {
            output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(python.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            python.destroyForcibly();
        }

        assertThat(output.strip()).isEqualTo(
                "236 2 77 6 uid " + ownUid() + " pid " + python.pid() + " inside false");
    }

    @Test
    public void shouldTellAProcessThatNobodyHasTheId() throws Exception {
        try (Cn cn = Cn.start("send", "0xec.999", "x")) {
            assertThat(cn.end()).isEqualTo(1);
            assertThat(cn.complaints()).anySatisfy(line -> assertThat(line).contains("236.999").contains("ENODEV"));
        }
    }

    @Test
    public void shouldListItsUsersToAProcess() throws Exception {
        assertThat(Cn.run("list")).anySatisfy(user -> assertThat(user)
                .containsEntry("name", "echo")
                .containsEntry("bundle", "test.messages")
                .containsEntry("version", "1.0.0"));
    }

    private static long unsigned(Map<String, Object> object, String member) {
        return ((Number) object.get(member)).longValue();
    }

    private static long ownUid() throws IOException {
        return Integer.toUnsignedLong((Integer) Files.getAttribute(Path.of("/proc/self").toRealPath(), "unix:uid"));
    }

    private static boolean isThere(String command) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(
                folder -> Files.isExecutable(Path.of(folder, command)));
    }
}
