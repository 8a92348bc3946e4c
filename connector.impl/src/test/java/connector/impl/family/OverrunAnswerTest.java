// SPDX-License-Identifier: Apache-2.0
package connector.impl.family;

import static ksock.api.LinuxNetlink.NETLINK_CONNECTOR;
import static ksock.api.SysSocket.AF_NETLINK;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.impl.gate.RunningBus;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SysPoll;
import ksock.api.family.FamilySocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers, and a second overrun, that come while a reader passes over the report of what it lost. */
@Timeout(120)
class OverrunAnswerTest {

    private static final int GROUP = 5;
    private static final int ROUNDS = 5_000;

    @Test
    void shouldLoseNoAnswerWhilePassingOverWhatWasLost() throws Exception {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        Frame answer = Frame.wrap(NlMsgErr.frame(
                NlMsgHdr.buffer(NlMsgHdr.SIZE), 0, 0, 0, null, NlMsgErr.NO_OFFSET, null));
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        try (RunningBus platform = new RunningBus(); Arena arena = Arena.ofConfined()) {
            ConnectorFamily family = new ConnectorFamily(platform.netlink, RunningBus.inPlatform("socket"),
                    new PortLimits(4096, 4096, 4096, 8, 8));
            FamilySocket socket = family.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR);
            Port port = platform.netlink.ports().iterator().next();
            assertThat(port.addMembership(GROUP)).isZero();
            MemorySegment buffer = arena.allocate(8192);
            Thread answering = Thread.ofPlatform().daemon().start(() -> {
                for (int i = 1; i <= ROUNDS; i++) {
                    await(begun, i);
                    port.answer(answer);
                    answered.set(i);
                }
            });
            for (int i = 1; i <= ROUNDS; i++) {
                // Overrun, told, and overrun again: when all has been read, there is the report to be passed over.
                fill(platform, 4);
                read(socket, buffer);
                fill(platform, 4);
                int answers = readDown(socket, buffer);
                begun.set(i);
                for (int spin = random.nextInt(64); spin > 0; spin--) {
                    Thread.onSpinWait();
                }
                answers += readAll(socket, buffer);
                await(answered, i);
                answers += readAll(socket, buffer);
                assertThat(answers).as("seed %d, round %d", seed, i).isEqualTo(1);
            }
            answering.join();
            socket.close();
        }
    }

    /** Not parked: what this is about takes less time than to be woken. */
    private static void await(AtomicInteger number, int value) {
        while (number.get() < value) {
            Thread.onSpinWait();
        }
    }

    private static void fill(RunningBus platform, int messages) {
        for (int i = 0; i < messages; i++) {
            platform.connector.netlinkSend(CnMsg.of(new CbId(GROUP, 1), new byte[3000]), GROUP);
        }
    }

    /** Reads once; tells whether it was an answer. */
    private static boolean read(FamilySocket socket, MemorySegment buffer) throws KernelSocketException {
        try {
            long length = socket.recv(buffer, 0, buffer.byteSize(), 0, null);
            return length != KernelSocket.WOULD_BLOCK
                    && buffer.get(ValueLayout.JAVA_SHORT, NlMsgHdr.TYPE) == NlMsgHdr.NLMSG_ERROR;
        } catch (KernelSocketException e) {
            assertThat(e.errno().number()).isEqualTo(NetlinkErrno.ENOBUFS);
            return false;
        }
    }

    /** Reads the two that are queued, and so all but the report. */
    private static int readDown(FamilySocket socket, MemorySegment buffer) throws KernelSocketException {
        int answers = 0;
        for (int i = 0; i < 2; i++) {
            answers += read(socket, buffer) ? 1 : 0;
        }
        return answers;
    }

    private static int readAll(FamilySocket socket, MemorySegment buffer) throws KernelSocketException {
        int answers = 0;
        while ((socket.poll() & SysPoll.POLLIN) != 0) {
            answers += read(socket, buffer) ? 1 : 0;
        }
        return answers;
    }
}
