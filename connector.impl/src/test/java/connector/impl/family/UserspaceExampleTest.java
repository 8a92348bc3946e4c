// SPDX-License-Identifier: Apache-2.0
package connector.impl.family;

import static ksock.api.LinuxNetlink.NETLINK_ADD_MEMBERSHIP;
import static ksock.api.LinuxNetlink.NETLINK_CONNECTOR;
import static ksock.api.SysPoll.POLLIN;
import static ksock.api.SysSocket.AF_NETLINK;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.api.SysSocket.SOL_NETLINK;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_RCVBUF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NlMsgHdr;
import connector.impl.gate.RunningBus;
import connector.impl.netlink.PortLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.PollFd;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.impl.loop.EventLoop;
import ksock.impl.socket.FamilyEntry;
import ksock.impl.socket.SocketCore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The userspace example of Linux' connector document, in Java and inside, through the real kernel sockets. */
@Timeout(300)
class UserspaceExampleTest {

    private static final CbId ID = new CbId(12345, 1);

    private RunningBus platform;
    private SocketCore core;
    private FamilyEntry entry;
    private KernelSockets sockets;

    @BeforeEach
    void open() throws IOException {
        platform = new RunningBus();
        core = new SocketCore(new EventLoop());
        ConnectorFamily family =
                new ConnectorFamily(platform.netlink, RunningBus.inPlatform("socket"), PortLimits.DEFAULT);
        entry = new FamilyEntry(family, "connector", AF_NETLINK, NETLINK_CONNECTOR, 0, 1);
        core.putFamily(entry);
        sockets = core.scope(1, "test");
    }

    @AfterEach
    void close() {
        core.close();
        core.loop().close();
        assertThat(platform.netlink.ports()).isEmpty();
        platform.close();
    }

    private KernelSocket listening() throws KernelSocketException {
        KernelSocket s = sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR);
        s.bind(SockAddr.netlink(0, 0));
        s.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 12345);
        return s;
    }

    @Test
    void shouldRunTheSeedsExampleLineForLine() throws Exception {
        List<CnMsg> taken = new ArrayList<>();
        platform.connector.addCallback(ID, "example", (msg, sender) -> {
            taken.add(msg);
            sender.reply(msg, (byte) 42);
        });

        KernelSocket s = sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR);
        SockAddr.Netlink local = SockAddr.netlink(0, 12345);
        s.bind(local);
        int on = local.groups();
        s.setsockopt(270, 1, on);
        byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
        byte[] message = CnMsgHdr.frame(0, 12345, 1, 7, 9, 0, hello);
        assertThat(s.send(message, 0, message.length, 0)).isEqualTo(message.length);
        byte[] buffer = new byte[1024];
        long length = s.recv(buffer, 0, buffer.length, 0);

        assertThat(taken).hasSize(1);
        assertThat(length).isEqualTo(37);
        assertThat(CnMsgHdr.seq(NlMsgHdr.buffer(buffer), NlMsgHdr.SIZE)).isEqualTo(7);
        assertThat(CnMsgHdr.ack(NlMsgHdr.buffer(buffer), NlMsgHdr.SIZE)).isEqualTo(10);
        s.close();
    }

    @Test
    void shouldWakeABlockedRecvWhenAMessageComes() throws Exception {
        KernelSocket s = listening();
        CompletableFuture<Long> received = CompletableFuture.supplyAsync(() -> {
            try {
                return s.recv(new byte[100], 0, 100, 0);
            } catch (KernelSocketException e) {
                throw new IllegalStateException(e);
            }
        });
        platform.connector.netlinkSend(CnMsg.of(ID), 12345);
        assertThat(received.get(60, TimeUnit.SECONDS)).isEqualTo(36);
    }

    @Test
    void shouldEndABlockedRecvInTimeAndByClose() throws Exception {
        KernelSocket s = listening();
        assertThatThrownBy(() -> s.within(Duration.ofMillis(50)).recv(new byte[100], 0, 100, 0))
                .isInstanceOfSatisfying(KernelSocketException.class, e ->
                        assertThat(e.errno()).isEqualTo(Errno.ETIMEDOUT));
        CompletableFuture<Errno> ended = new CompletableFuture<>();
        Thread receiver = Thread.ofVirtual().start(() -> {
            try {
                s.recv(new byte[100], 0, 100, 0);
            } catch (KernelSocketException e) {
                ended.complete(e.errno());
            }
        });
        await().until(() -> receiver.getState() == Thread.State.TIMED_WAITING
                || receiver.getState() == Thread.State.WAITING);
        s.close();
        assertThat(ended.get(60, TimeUnit.SECONDS)).isEqualTo(Errno.EINTR);
    }

    @Test
    void shouldWaitForRoomInAFullPort() throws Exception {
        KernelSocket receiver = sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR);
        receiver.bind(SockAddr.netlink(72, 0));
        receiver.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096);
        KernelSocket sender = sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR);
        sender.connect(SockAddr.netlink(72, 0));
        byte[] message = CnMsgHdr.frame(0, 1, 1, 0, 0, 0, new byte[1000]);
        int sent = 0;
        while (sender.send(message, 0, message.length, MSG_DONTWAIT) > 0) {
            sent++;
        }
        CompletableFuture<Long> blocked = CompletableFuture.supplyAsync(() -> {
            try {
                return sender.send(message, 0, message.length, 0);
            } catch (KernelSocketException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(sent).isPositive();
        await().during(Duration.ofMillis(100)).until(() -> !blocked.isDone());
        receiver.recv(new byte[2000], 0, 2000, 0);
        assertThat(blocked.get(60, TimeUnit.SECONDS)).isEqualTo(message.length);
    }

    @Test
    void shouldPollWithSocketsOfTheHost() throws Exception {
        KernelSocket s = listening();
        KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        PollFd[] fds = {new PollFd(s, POLLIN), new PollFd(pair[0], POLLIN)};
        assertThat(sockets.poll(fds, Duration.ZERO)).isZero();

        platform.connector.netlinkSend(CnMsg.of(ID), 12345);
        assertThat(sockets.poll(fds, Duration.ofSeconds(60))).isEqualTo(1);
        assertThat(fds[0].revents()).isEqualTo(POLLIN);
    }

    @Test
    void shouldCallBackForEachArrival() throws Exception {
        KernelSocket s = listening();
        BlockingQueue<Integer> seqs = new LinkedBlockingQueue<>();
        s.callbacks(SocketCallbacks.builder().recv((socket, arg, length) -> {
            byte[] buffer = new byte[100];
            while (socket.recv(buffer, 0, buffer.length, MSG_DONTWAIT) > 0) {
                seqs.add(CnMsgHdr.seq(NlMsgHdr.buffer(buffer), NlMsgHdr.SIZE));
            }
        }).build(), null);
        for (int i = 0; i < 1000; i++) {
            platform.connector.netlinkSend(CnMsg.of(ID, i, 0), 12345);
            if (i % 100 == 0) {
                assertThat(seqs.poll(60, TimeUnit.SECONDS)).isLessThanOrEqualTo(i);
            }
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> seqs.contains(999));
        assertThat(List.copyOf(seqs)).isSorted();
    }

    @Test
    void shouldLoseItsSocketsWithTheFamilyAndNeverFallThroughToTheHost() throws Exception {
        KernelSocket s = listening();
        core.removeFamily(entry);

        assertThat(s.isOpen()).isFalse();
        assertThatThrownBy(() -> sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR))
                .isInstanceOfSatisfying(KernelSocketException.class, e ->
                        assertThat(e.errno()).isEqualTo(Errno.EPROTONOSUPPORT));
    }
}
