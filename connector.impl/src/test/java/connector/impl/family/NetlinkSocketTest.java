// SPDX-License-Identifier: Apache-2.0
package connector.impl.family;

import static ksock.api.LinuxNetlink.NETLINK_ADD_MEMBERSHIP;
import static ksock.api.LinuxNetlink.NETLINK_CONNECTOR;
import static ksock.api.LinuxNetlink.NETLINK_LIST_MEMBERSHIPS;
import static ksock.api.LinuxNetlink.NETLINK_PKTINFO;
import static ksock.api.SysPoll.POLLERR;
import static ksock.api.SysPoll.POLLIN;
import static ksock.api.SysPoll.POLLOUT;
import static ksock.api.SysSocket.AF_NETLINK;
import static ksock.api.SysSocket.MSG_PEEK;
import static ksock.api.SysSocket.MSG_TRUNC;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_RAW;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.api.SysSocket.SOL_NETLINK;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_PASSCRED;
import static ksock.api.SysSocket.SO_RCVBUF;
import static ksock.api.SysSocket.SO_TYPE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NlMsgHdr;
import connector.impl.gate.RunningBus;
import connector.impl.netlink.PortLimits;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import ksock.api.ControlBuffer;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.family.FamilySocket;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetlinkSocketTest {

    private static final CbId ID = new CbId(14, 1110);

    private RunningBus platform;
    private ConnectorFamily family;
    private FamilySocket socket;
    private final List<FamilySocket> opened = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        platform = new RunningBus();
        family = new ConnectorFamily(platform.netlink, RunningBus.inPlatform("socket"), PortLimits.DEFAULT);
        socket = socket();
    }

    @AfterEach
    void close() {
        opened.forEach(FamilySocket::close);
        assertThat(platform.netlink.ports()).isEmpty();
        platform.close();
    }

    @Test
    void shouldSendOnceAndBeAnsweredOnceHoweverOftenAFullPortIsTriedAgain() throws KernelSocketException {
        FamilySocket full = socket();
        full.bind(SockAddr.netlink(500, 0));
        set(full, SOL_SOCKET, SO_RCVBUF, 2048);
        FamilySocket member = socket();
        member.bind(SockAddr.netlink(501, 1 << 4));
        byte[] large = CnMsgHdr.frame(0, ID.idx(), ID.val(), 1, 0, 0, new byte[5000]);
        assertThat(send(large, 500, 0)).isEqualTo(large.length);
        byte[] asking = CnMsgHdr.frame(NlMsgHdr.NLM_F_ACK, ID.idx(), ID.val(), 7, 0, 0, new byte[4]);
        for (int i = 0; i < 5; i++) {
            assertThat(send(asking, 500, 1 << 4)).isEqualTo(KernelSocket.WOULD_BLOCK);
        }
        assertThat(socket.poll() & POLLIN).as("no answer as yet").isZero();
        assertThat(member.poll() & POLLIN).as("not sent as yet").isZero();
        MemorySegment buffer = MemorySegment.ofArray(new byte[8192]);
        assertThat(full.recv(buffer, 0, 8192, 0, null)).isEqualTo(large.length);
        assertThat(send(asking, 500, 1 << 4)).isEqualTo(asking.length);
        for (FamilySocket once : List.of(socket, member, full)) {
            assertThat(once.recv(buffer, 0, 8192, 0, null)).isPositive();
            assertThat(once.recv(buffer, 0, 8192, 0, null)).isEqualTo(KernelSocket.WOULD_BLOCK);
        }
    }

    private long send(byte[] frame, int port, int groups) throws KernelSocketException {
        SockAddrBuffer to = new SockAddrBuffer();
        to.setNetlink(port, groups);
        return socket.send(MemorySegment.ofArray(frame), 0, frame.length, 0, to);
    }

    private FamilySocket socket() throws KernelSocketException {
        FamilySocket made = family.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR);
        opened.add(made);
        return made;
    }

    private static void set(FamilySocket socket, int level, int option, int value) throws KernelSocketException {
        socket.setsockopt(level, option, MemorySegment.ofArray(new int[] {value}));
    }

    private static int get(FamilySocket socket, int level, int option) throws KernelSocketException {
        int[] value = new int[1];
        socket.getsockopt(level, option, MemorySegment.ofArray(value));
        return value[0];
    }

    private static long send(FamilySocket socket, byte[] frame, SockAddr to) throws KernelSocketException {
        SockAddrBuffer address = to == null ? null : new SockAddrBuffer().set(to);
        return socket.send(MemorySegment.ofArray(frame), 0, frame.length, 0, address);
    }

    private static byte[] frame(int seq) {
        return CnMsgHdr.frame(0, 14, 1110, seq, 0, 0, new byte[4]);
    }

    private static void assertErrno(ThrowingCallable call, Errno errno) {
        assertThatThrownBy(call).isInstanceOfSatisfying(KernelSocketException.class, e ->
                assertThat(e.errno()).as(e.getMessage()).isEqualTo(errno));
    }

    @Test
    void shouldHaveTheTypesThatNetlinkHas() throws KernelSocketException {
        assertErrno(() -> family.socket(AF_NETLINK, SOCK_STREAM, NETLINK_CONNECTOR), Errno.ESOCKTNOSUPPORT);
        assertErrno(() -> family.socket(AF_NETLINK, SOCK_DGRAM, 0), Errno.EPROTONOSUPPORT);
        FamilySocket raw = family.socket(AF_NETLINK, SOCK_RAW, NETLINK_CONNECTOR);
        opened.add(raw);
        assertThat(get(raw, SOL_SOCKET, SO_TYPE)).isEqualTo(SOCK_RAW);
    }

    @Test
    void shouldBindAsNetlinkDoes() throws KernelSocketException {
        SockAddrBuffer name = new SockAddrBuffer();
        socket.getsockname(name);
        assertThat(name.get()).isEqualTo(SockAddr.netlink(0, 0));
        socket.bind(SockAddr.netlink(0, 5));
        socket.getsockname(name);
        int port = name.netlinkPortId();
        assertThat(port).isNotZero();
        assertThat(name.netlinkGroups()).isEqualTo(5);

        socket.bind(SockAddr.netlink(port, 2));
        socket.getsockname(name);
        assertThat(name.netlinkGroups()).isEqualTo(2);
        assertErrno(() -> socket.bind(SockAddr.netlink(port + 1, 0)), Errno.EINVAL);
        assertErrno(() -> socket().bind(SockAddr.netlink(port, 0)), Errno.EADDRINUSE);
        assertErrno(() -> socket.bind(SockAddr.loopback4(1)), Errno.EINVAL);
    }

    @Test
    void shouldSendToTheUserAndReceiveFromTheGroup() throws KernelSocketException {
        List<CnMsg> taken = new ArrayList<>();
        platform.connector.addCallback(ID, "test", (msg, sender) -> taken.add(msg));
        socket.bind(SockAddr.netlink(0, 0));
        set(socket, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 12345);
        assertThat(send(socket, frame(3), null)).isEqualTo(40);
        assertThat(taken).hasSize(1);

        byte[] buffer = new byte[100];
        SockAddrBuffer from = new SockAddrBuffer();
        assertThat(socket.recv(MemorySegment.ofArray(buffer), 0, 100, 0, from)).isEqualTo(KernelSocket.WOULD_BLOCK);
        platform.connector.netlinkSend(CnMsg.of(ID, 7, 0, (byte) 1), 12345);
        assertThat(socket.poll()).isEqualTo(POLLIN | POLLOUT);
        assertThat(socket.recv(MemorySegment.ofArray(buffer), 0, 100, 0, from)).isEqualTo(37);
        assertThat(CnMsgHdr.seq(NlMsgHdr.buffer(buffer), NlMsgHdr.SIZE)).isEqualTo(7);
        assertThat(from.get()).as("from the platform; 12345 is no group of the mask").isEqualTo(SockAddr.netlink(0, 0));
        assertThat(socket.poll()).isEqualTo(POLLOUT);
    }

    @Test
    void shouldSendToPortsAndGroupsByAddress() throws KernelSocketException {
        FamilySocket other = socket();
        other.bind(SockAddr.netlink(72, 1 << 13));
        socket.bind(SockAddr.netlink(71, 0));
        byte[] buffer = new byte[100];
        SockAddrBuffer from = new SockAddrBuffer();

        send(socket, frame(1), SockAddr.netlink(72, 0));
        assertThat(other.recv(MemorySegment.ofArray(buffer), 0, 100, 0, from)).isEqualTo(40);
        assertThat(from.get()).isEqualTo(SockAddr.netlink(71, 0));
        assertThat(NlMsgHdr.pid(NlMsgHdr.buffer(buffer), 0)).as("nlmsg_pid").isEqualTo(71);

        send(socket, frame(2), SockAddr.netlink(0, 1 << 13));
        other.recv(MemorySegment.ofArray(buffer), 0, 100, 0, from);
        assertThat(from.get()).isEqualTo(SockAddr.netlink(71, 1 << 13));
        assertErrno(() -> send(socket, frame(3), SockAddr.netlink(4711, 0)), Errno.ECONNREFUSED);
    }

    @Test
    void shouldRememberThePeerThatItWasConnectedTo() throws KernelSocketException {
        FamilySocket other = socket();
        other.bind(SockAddr.netlink(72, 0));
        SockAddrBuffer peer = new SockAddrBuffer().set(SockAddr.netlink(72, 0));
        assertThat(socket.connect(peer)).isZero();
        SockAddrBuffer name = new SockAddrBuffer();
        socket.getpeername(name);
        assertThat(name.get()).isEqualTo(SockAddr.netlink(72, 0));
        send(socket, frame(1), null);
        assertThat(other.poll() & POLLIN).isEqualTo(POLLIN);
    }

    @Test
    void shouldPeekAndTruncate() throws KernelSocketException {
        socket.bind(SockAddr.netlink(0, 1));
        platform.connector.netlinkSend(CnMsg.of(ID, 7, 0, new byte[64]), 1);
        MemorySegment small = MemorySegment.ofArray(new byte[10]);

        assertThat(socket.recv(small, 0, 10, MSG_PEEK, null)).isEqualTo(10);
        assertThat(socket.recv(small, 0, 10, MSG_PEEK | MSG_TRUNC, null)).isEqualTo(100);
        MessageHeader message = new MessageHeader().buffers(small, MemorySegment.ofArray(new byte[20]));
        assertThat(socket.recvmsg(message, 0)).isEqualTo(30);
        assertThat(message.flags()).isEqualTo(MSG_TRUNC);
        assertThat(socket.recv(small, 0, 10, 0, null)).as("the rest is lost").isEqualTo(KernelSocket.WOULD_BLOCK);
    }

    @Test
    void shouldTellGroupAndCredentialsAsControlData() throws KernelSocketException {
        FamilySocket sender = socket();
        socket.bind(SockAddr.netlink(0, 0));
        set(socket, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 700);
        set(socket, SOL_NETLINK, NETLINK_PKTINFO, 1);
        set(socket, SOL_SOCKET, SO_PASSCRED, 1);
        platform.connector.netlinkSend(CnMsg.of(ID), 700);
        SockAddrBuffer name = new SockAddrBuffer();
        socket.getsockname(name);
        send(sender, frame(1), name.get());
        ControlBuffer control = new ControlBuffer(128);
        MessageHeader message = new MessageHeader().buffers(MemorySegment.ofArray(new byte[100])).control(control);

        socket.recvmsg(message, 0);
        assertThat(control.messages()).extracting(ControlBuffer.ControlMessage::level).containsExactly(1, 270);
        assertThat(control.messages().get(0).data().get(ValueLayout.JAVA_INT, 0)).as("pid of the platform").isZero();
        assertThat(control.messages().get(1).data().get(ValueLayout.JAVA_INT, 0)).as("group").isEqualTo(700);
        socket.recvmsg(message, 0);
        assertThat(control.messages().get(0).data().get(ValueLayout.JAVA_INT, 0))
                .isEqualTo((int) ProcessHandle.current().pid());
    }

    @Test
    void shouldGiveOneEnobufsAheadOfWhatIsQueued() throws KernelSocketException {
        socket.bind(SockAddr.netlink(0, 1));
        set(socket, SOL_SOCKET, SO_RCVBUF, 1000);
        assertThat(get(socket, SOL_SOCKET, SO_RCVBUF)).as("the least there is").isEqualTo(4096);
        for (int i = 0; i < 200; i++) {
            platform.connector.netlinkSend(CnMsg.of(ID, i, 0, new byte[100]), 1);
        }
        byte[] buffer = new byte[200];
        assertThat(socket.poll()).isEqualTo(POLLIN | POLLOUT | POLLERR);
        assertErrno(() -> socket.recv(MemorySegment.ofArray(buffer), 0, 200, 0, null), Errno.ENOBUFS);
        int count = 0;
        while (socket.recv(MemorySegment.ofArray(buffer), 0, 200, 0, null) > 0) {
            assertThat(CnMsgHdr.seq(NlMsgHdr.buffer(buffer), NlMsgHdr.SIZE)).isEqualTo(count++);
        }
        assertThat(count).isBetween(1, 100);
        assertThat(socket.poll()).isEqualTo(POLLOUT);
    }

    @Test
    void shouldTellItsListenerOnceForEachTimeItWasEmptied() throws KernelSocketException {
        List<Integer> told = new ArrayList<>();
        socket.bind(SockAddr.netlink(0, 1));
        socket.readiness(told::add);
        byte[] buffer = new byte[200];
        for (int round = 1; round <= 3; round++) {
            platform.connector.netlinkSend(CnMsg.of(ID), 1);
            assertThat(told).hasSize(round);
            while (socket.recv(MemorySegment.ofArray(buffer), 0, 200, 0, null) > 0) {
                assertThat(told).hasSize(round);
            }
        }
    }

    @Test
    void shouldAnswerOptionsByTheirNumbers() throws KernelSocketException {
        set(socket, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 40);
        ByteBuffer bitmap = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
        assertThat(socket.getsockopt(SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, MemorySegment.ofBuffer(bitmap)))
                .isEqualTo(8);
        assertThat(bitmap.getInt(4)).isEqualTo(1 << 7);
        assertErrno(() -> set(socket, SOL_NETLINK, 0, 1), Errno.ENOPROTOOPT);
        assertErrno(() -> set(socket, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 0), Errno.EINVAL);
        assertErrno(() -> socket.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, MemorySegment.ofArray(new byte[2])),
                Errno.EINVAL);
        assertErrno(() -> get(socket, 5, 5), Errno.ENOPROTOOPT);
    }

    @Test
    void shouldSwallowWhatIsNoNetlinkMessage() throws KernelSocketException {
        assertThat(send(socket, new byte[15], null)).isEqualTo(15);
        assertErrno(() -> send(socket, new byte[300_000], null), Errno.EMSGSIZE);
    }
}
