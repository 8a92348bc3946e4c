// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import connector.api.CbId;
import connector.api.wire.CnTap;
import connector.api.wire.CnTapText;
import connector.api.wire.FrameDecoder;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Holdings;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.netlink.PortOptions;
import connector.impl.netlink.Received;
import connector.impl.netlink.Tapped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import ksock.api.KernelSocket;
import ksock.api.SysSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Any bytes at all, said by a client at the gate, to a bus with a user that replies, with a tap and without. The build
 * replays what is in the folder of inputs; with {@code JAZZER_FUZZ=1} in the environment it looks for more, guided by
 * coverage:
 * {@code JAZZER_FUZZ=1 mvn test -pl connector.impl -am -Dtest=GateFuzzTest -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class GateFuzzTest {

    private static final Path PATH = Path.of("/nowhere");
    private static final PortLimits SMALL = new PortLimits(8192, 65_536, 4096, 64, 4);

    private static RunningBus platform;

    @BeforeAll
    static void open() throws IOException {
        platform = new RunningBus();
        platform.connector.addCallback(new CbId(1, 1), "echo", (msg, sender) -> sender.reply(msg, msg.toByteArray()));
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @FuzzTest(maxDuration = "10m")
    void shouldTakeAnyInputAndStayWithinItsLimits(byte[] data) throws IOException {
        if (data.length < 2) {
            return;
        }
        SocketType type = (data[0] & 1) == 0 ? SocketType.STREAM : SocketType.SEQPACKET;
        int piece = data[1] == 0 ? data.length : data[1] & 0xff;
        GateSettings settings = GateSettings.at(PATH).type(type)
                .limits(10, new ClientLimits(SMALL, (data[0] & 2) == 0 ? 0 : 3), UserLimits.DEFAULT);
        KernelSocket[] pair = platform.sockets.socketpair(SysSocket.AF_UNIX, type.number(), 0);
        GateUser user = new GateUser(1, settings.user(), new Holdings());
        try (Port tap = tap((data[0] & 4) != 0);
                KernelSocket ofGate = pair[0];
                KernelSocket ofClient = pair[1];
                Port port = platform.netlink.open(identity(), SMALL, user.account(), readable -> { })) {
            GateCounters counters = new GateCounters();
            PortOptions options = new PortOptions(port);
            CrowdWriter crowd = new CrowdWriter("fuzz", platform.sockets, counters);
            ClientOutput output = new ClientOutput(ofGate, type.writeBytes(), crowd, new BufferPool(), counters,
                    pumpedHere -> port);
            ClientInput input = new ClientInput(
                    port, settings, user, new ControlFrames(port, options, counters), output, counters);
            ByteBuffer in = NlMsgHdr.buffer(BufferPool.CAPACITY);
            for (int at = 2; at < data.length; at += piece) {
                in.clear().put(data, at, Math.min(piece, data.length - at)).flip();
                ClientInput.Result result = input.take(in);
                while (result == ClientInput.Result.HELD) {
                    readAll(ofClient, output, type);
                    result = input.takeHeld();
                }
                output.pump();
                readAll(ofClient, output, type);
                if (result == ClientInput.Result.BROKEN) {
                    assertThat(type).isEqualTo(SocketType.STREAM);
                    break;
                }
            }
            input.end();
            if (tap.isTap()) {
                assertThat(dropped(tap)).as("what the gate dropped, and told")
                        .isEqualTo(counters.malformed.sum() + counters.limited.sum());
            }
            assertThat(port.memberships().length).isLessThanOrEqualTo(SMALL.maxMemberships());
            assertThat(user.account().subscriptions()).isLessThanOrEqualTo(SMALL.maxSubscriptions());
        }
        assertThat(user.account().memberships()).isZero();
        assertThat(user.account().subscriptions()).isZero();
        assertThat(user.account().queuedBytes()).isZero();
        assertThat(platform.netlink.ports()).as("nothing is left").hasSize(ownPorts());
    }

    private static Identity identity() throws IOException {
        return Identity.ofProcess(platform.uid(), 0, 4711, List.of(), "fuzz");
    }

    private static Port tap(boolean on) throws IOException {
        Port tap = platform.netlink.open(RunningBus.inPlatform("tap"), PortLimits.DEFAULT, readable -> { });
        tap.receiveBufferBytes(PortLimits.DEFAULT.maxReceiveBufferBytes());
        assertThat(tap.tap(on)).isZero();
        return tap;
    }

    /** How many of the things that a tap was told a gate had dropped; each can be put in words. */
    private static long dropped(Port tap) {
        long dropped = 0;
        for (Received next = tap.receive(); next != null; next = tap.receive()) {
            ByteBuffer both = NlMsgHdr.buffer(((Tapped) next).bytes());
            assertThat(CnTapText.lines(both, 0)).isNotEmpty().noneMatch(String::isBlank);
            dropped += (CnTap.flags(both, 0) & CnTap.GATE) != 0 ? 1 : 0;
        }
        return dropped;
    }

    private static int ownPorts() {
        return (int) platform.netlink.ports().stream().filter(port -> port.identity().inPlatform()).count();
    }

    /** What a client gets is whole frames, each with its own port in it, and an answer's errno is one. */
    private static void readAll(KernelSocket client, ClientOutput output, SocketType type) throws IOException {
        FrameDecoder decoder = new FrameDecoder(NlMsgHdr.MAX_SKIPPED_LENGTH);
        byte[] bytes = new byte[BufferPool.CAPACITY];
        while (true) {
            long count = client.recv(bytes, 0, bytes.length, SysSocket.MSG_DONTWAIT);
            if (count == KernelSocket.WOULD_BLOCK) {
                if (!output.isBacklogged()) {
                    break;
                }
                output.writable();
                continue;
            }
            ByteBuffer in = NlMsgHdr.buffer(Arrays.copyOf(bytes, (int) count));
            FrameDecoder.Step step;
            while ((step = decoder.next(in)) != FrameDecoder.Step.NEED_INPUT) {
                assertThat(step).isEqualTo(FrameDecoder.Step.FRAME);
                if (NlMsgHdr.type(decoder.buffer(), decoder.offset()) == NlMsgHdr.NLMSG_ERROR) {
                    assertThat(NlMsgErr.isWhole(decoder.length())).isTrue();
                    assertThat(NlMsgErr.errno(decoder.buffer(), decoder.offset())).isBetween(0, 133);
                }
            }
            assertThat(type == SocketType.SEQPACKET && decoder.isMidFrame()).isFalse();
        }
        assertThat(decoder.isMidFrame()).isFalse();
    }
}
