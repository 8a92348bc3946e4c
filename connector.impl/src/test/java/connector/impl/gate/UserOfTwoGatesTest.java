// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnSocket;
import connector.impl.netlink.PortLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;
import ksock.api.SysSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A user who comes by the stream gate and by the seqpacket gate has no more than by one. */
@Timeout(120)
class UserOfTwoGatesTest {

    private static final CbId ID = new CbId(14, 1110);
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private RunningBus platform;
    private Gate stream;
    private Gate datagrams;
    private CnSocket client;

    private void open(UserLimits user, UserLimits userOfDatagrams) throws IOException {
        platform = new RunningBus();
        stream = open(SocketType.STREAM, user);
        datagrams = open(SocketType.SEQPACKET, userOfDatagrams);
        client = CnSocket.socket(path(SocketType.STREAM));
        client.bind(0, 0);
    }

    private Gate open(SocketType type, UserLimits user) throws IOException {
        return Gate.open(GateSettings.at(path(type)).type(type)
                .limits(10, new ClientLimits(PortLimits.DEFAULT, 0), user), platform.sockets, platform.netlink);
    }

    private Path path(SocketType type) {
        return directory.resolve(type.fileName());
    }

    @AfterEach
    void close() {
        client.close();
        stream.close();
        datagrams.close();
        platform.close();
    }

    private KernelSocket byDatagrams() throws KernelSocketException {
        KernelSocket socket = platform.sockets.socket(
                KernelSockets.HOST_FAMILY, SysSocket.AF_UNIX, SysSocket.SOCK_SEQPACKET, 0);
        socket.connect(SockAddr.unix(path(SocketType.SEQPACKET).toString()));
        return socket;
    }

    /** Sends a frame that asks for an answer, and takes it; the first frame of all, if nothing is sent. */
    private static int answered(KernelSocket socket, byte[] frame) throws KernelSocketException {
        if (frame != null) {
            socket.send(frame, 0, frame.length, 0);
        }
        byte[] bytes = new byte[BufferPool.CAPACITY];
        while (true) {
            int count = (int) socket.recv(bytes, 0, bytes.length, 0);
            ByteBuffer answer = NlMsgHdr.buffer(Arrays.copyOf(bytes, count));
            if (NlMsgHdr.type(answer, 0) == NlMsgHdr.NLMSG_ERROR) {
                return NlMsgErr.errno(answer, 0);
            }
        }
    }

    private static byte[] join(int group) {
        byte[] frame = new byte[GateControl.VALUE + Integer.BYTES];
        GateControl.putSetSockOpt(NlMsgHdr.buffer(frame), 1, GateControl.SOL_NETLINK,
                GateControl.NETLINK_ADD_MEMBERSHIP, group);
        return frame;
    }

    @Test
    void shouldHaveAsManyPortsAsByOneGate() throws IOException {
        open(UserLimits.DEFAULT.clients(2), UserLimits.DEFAULT.clients(2));
        try (KernelSocket second = byDatagrams()) {
            assertThat(answered(second, RawClient.header(16, NlMsgHdr.NLMSG_NOOP, NlMsgHdr.NLM_F_ACK, 1))).isZero();
            try (KernelSocket third = byDatagrams()) {
                assertThat(answered(third, null)).isEqualTo(NetlinkErrno.EMFILE);
            }
            try (CnSocket third = CnSocket.socket(path(SocketType.STREAM))) {
                assertThatThrownBy(third::recv).isInstanceOf(CnException.class)
                        .hasMessageContaining("has as many clients as it may at all gates, 2: close one");
            }
            assertThat(stream.toDTO().refused + datagrams.toDTO().refused).isEqualTo(2);
            assertThat(stream.toDTO().users[0].clients).isEqualTo(1);
            assertThat(stream.toDTO().users[0].clientsOfAllGates).isEqualTo(2);
        }
        await().atMost(SOON).until(() -> datagrams.toDTO().clients == 0);
        try (KernelSocket next = byDatagrams()) {
            assertThat(answered(next, RawClient.header(16, NlMsgHdr.NLMSG_NOOP, NlMsgHdr.NLM_F_ACK, 1))).isZero();
        }
    }

    @Test
    void shouldBeGrantedByEachGateWhatThatOneSays() throws IOException {
        open(UserLimits.DEFAULT.clients(2), UserLimits.DEFAULT.clients(1));
        try (KernelSocket refused = byDatagrams(); CnSocket second = CnSocket.socket(path(SocketType.STREAM))) {
            assertThat(answered(refused, null)).as("it has one already").isEqualTo(NetlinkErrno.EMFILE);
            second.bind(0, 0);
        }
    }

    @Test
    void shouldHaveNoMoreQueuedThanByOneGate() throws IOException {
        UserLimits little = new UserLimits(10, 8192, 10, 10, 0);
        open(little, little);
        client.addMembership(9);
        try (KernelSocket deaf = byDatagrams()) {
            assertThat(answered(deaf, join(8))).isZero();
            CnMsg big = CnMsg.of(ID, 0, 0, new byte[4000]);
            await().atMost(SOON).until(() -> {
                platform.connector.netlinkSend(big, 8);
                return stream.toDTO().users[0].queuedBytes > 8192;
            });
            assertThat(stream.toDTO().users[0].queuedBytes).isEqualTo(datagrams.toDTO().users[0].queuedBytes)
                    .isLessThan(8192 + 4200);
            assertThat(platform.connector.netlinkSend(CnMsg.of(ID, 1, 0), 9))
                    .as("nothing for the reader of the other gate").isEqualTo(NetlinkErrno.ESRCH);
        }
        await().atMost(SOON).until(() -> stream.toDTO().users[0].queuedBytes == 0);
        assertThat(platform.connector.netlinkSend(CnMsg.of(ID, 2, 0), 9)).isZero();
    }

    @Test
    void shouldSendAsManyMessagesASecondAsByOneGate() throws IOException {
        UserLimits one = new UserLimits(10, 1 << 20, 10, 10, 1);
        open(one, one);
        platform.connector.addCallback(ID, "test", (msg, sender) -> { });
        byte[] message = CnMsgHdr.frame(
                NlMsgHdr.NLM_F_ACK, ID.idx(), ID.val(), 1, 0, 0, new byte[0]);
        try (KernelSocket other = byDatagrams()) {
            // However slow this machine is, at some time both come within the same second.
            await().atMost(SOON).until(() -> {
                boolean first = client.sendAcked(new CnMessage(ID.idx(), ID.val(), 1, 0, new byte[0]), 0, 0).isOk();
                return first && answered(other, message) == NetlinkErrno.EAGAIN;
            });
            assertThat(datagrams.toDTO().limited).isPositive();
        }
    }

    @Test
    void shouldJoinAsManyGroupsAsByOneGate() throws IOException {
        UserLimits two = new UserLimits(10, 1 << 20, 2, 10, 0);
        open(two, two);
        client.addMembership(1);
        client.addMembership(2);
        try (KernelSocket other = byDatagrams()) {
            assertThat(answered(other, join(3))).isEqualTo(NetlinkErrno.EMFILE);
        }
    }
}
