// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.LinuxNetlink.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import ksock.api.ControlBuffer;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's socket_netlink and socket_netlink_route: port ids, groups, and talking to the kernel. */
class NetlinkTest {

    private static final int RTM_GETLINK = 18;
    private static final SockAddr KERNEL = SockAddr.netlink(0, 0);

    @TestFactory
    Stream<DynamicContainer> ports() {
        return onBothThreads("ports", () -> Stream.of(
                row("AutomaticPort", NetlinkTest::route, s -> {
                    s.bind(KERNEL);
                    assertThat(((SockAddr.Netlink) s.getsockname()).portId()).isNotZero();
                }, OK),
                row("AutomaticPort: two differ", g -> new Ground.Pair(bound(g), bound(g)), pair -> assertThat(
                        pair.near().getsockname()).isNotEqualTo(pair.far().getsockname()), OK),
                row("the id of another", g -> new Ground.Pair(bound(g), route(g)), pair -> pair.far().bind(
                        pair.near().getsockname()), EADDRINUSE),
                row("bind again, to another id", NetlinkTest::bound, s -> s.bind(SockAddr.netlink(0x7eeeeeee, 0)),
                        EINVAL),
                row("ConnectBinds", NetlinkTest::route, s -> {
                    s.connect(KERNEL);
                    assertThat(((SockAddr.Netlink) s.getsockname()).portId()).isNotZero();
                }, OK),
                row("GetPeerName", NetlinkTest::bound, s -> assertThat(s.getpeername()).isEqualTo(KERNEL), OK),
                row("bind to another family", NetlinkTest::route, s -> s.bind(SockAddr.loopback4(0)), EINVAL),
                row("bind to a short address", NetlinkTest::route,
                        s -> s.bind(new SockAddr.Raw(AF_NETLINK, new byte[4])), EINVAL),
                row("listen", NetlinkTest::bound, s -> s.listen(1), EOPNOTSUPP),
                row("accept", NetlinkTest::bound, s -> s.accept(), EOPNOTSUPP),
                row("shutdown", NetlinkTest::bound, s -> s.shutdown(SHUT_RDWR), EOPNOTSUPP),
                row("MSG_OOB", NetlinkTest::bound, s -> s.send(new byte[16], 0, 16, MSG_OOB), EOPNOTSUPP)));
    }

    @TestFactory
    Stream<DynamicContainer> groups() {
        return onBothThreads("groups", () -> Stream.of(
                row("NETLINK_ADD_MEMBERSHIP", NetlinkTest::bound, s -> {
                    s.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 1);
                    int[] groups = new int[1];
                    s.getsockopt(SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, MemorySegment.ofArray(groups));
                    return groups[0];
                }, 1),
                row("NETLINK_DROP_MEMBERSHIP", NetlinkTest::bound, s -> {
                    s.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 1);
                    s.setsockopt(SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, 1);
                    return ((SockAddr.Netlink) s.getsockname()).groups();
                }, 0),
                row("group 0", NetlinkTest::bound, s -> s.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 0), EINVAL),
                row("beyond the last group", NetlinkTest::bound,
                        s -> s.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 4711), EINVAL),
                row("an option in two bytes", NetlinkTest::bound, s -> s.setsockopt(SOL_NETLINK,
                        NETLINK_ADD_MEMBERSHIP, MemorySegment.ofArray(new byte[2])), EINVAL),
                row("unknown option", NetlinkTest::bound, s -> s.setsockopt(SOL_NETLINK, 4711, 1), ENOPROTOOPT),
                row("groups by bind", NetlinkTest::route, s -> {
                    s.bind(SockAddr.netlink(0, 0x11));
                    return ((SockAddr.Netlink) s.getsockname()).groups();
                }, 0x11)));
    }

    @TestFactory
    Stream<DynamicContainer> messages() {
        return onBothThreads("messages", () -> Stream.of(
                row("GetLinkDump", NetlinkTest::bound, s -> {
                    s.sendto(request(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 16), 0, KERNEL);
                    ByteBuffer answer = ByteBuffer.allocateDirect(65_536).order(ByteOrder.nativeOrder());
                    SockAddrBuffer from = new SockAddrBuffer();
                    assertThat(s.recvfrom(answer, 0, from)).isGreaterThan(16);
                    assertThat(from.netlinkPortId()).isZero();
                    // RTM_NEWLINK, of the sequence asked for.
                    assertThat(answer.getShort(4)).isEqualTo((short) 16);
                    assertThat(answer.getInt(8)).isEqualTo(4711);
                }, OK),
                row("an unknown request is answered by its errno", NetlinkTest::bound, s -> {
                    s.sendto(request(0x7ff0, NLM_F_REQUEST | NLM_F_ACK, 16), 0, KERNEL);
                    ByteBuffer answer = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
                    s.recv(answer, 0);
                    assertThat(answer.getShort(4)).isEqualTo((short) NLMSG_ERROR);
                    return -answer.getInt(16);
                }, EOPNOTSUPP.number()),
                row("MsgTrunc", NetlinkTest::bound, s -> {
                    s.sendto(request(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 16), 0, KERNEL);
                    MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[16]));
                    assertThat(s.recvmsg(header, MSG_TRUNC)).isGreaterThan(16);
                    assertThat(header.flags() & MSG_TRUNC).isEqualTo(MSG_TRUNC);
                }, OK),
                row("sendto nobody", g -> userSocket(g), s -> s.sendto(request(16, 0, 16), 0,
                        SockAddr.netlink(0x7fffeeee, 0)), ECONNREFUSED),
                row("sendto another family", NetlinkTest::bound, s -> s.sendto(request(16, 0, 16), 0,
                        SockAddr.loopback4(1)), EINVAL),
                row("between processes, with NETLINK_PKTINFO", g -> new Ground.Pair(userSocket(g), userSocket(g)),
                        pair -> {
                    pair.far().setsockopt(SOL_NETLINK, NETLINK_PKTINFO, 1);
                    pair.near().sendto(request(16, 0, 16), 0, pair.far().getsockname());
                    MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[64]))
                            .control(new ControlBuffer(64)).name(new SockAddrBuffer());
                    assertThat(pair.far().recvmsg(header, 0)).isEqualTo(16);
                    assertThat(header.name().get()).isEqualTo(pair.near().getsockname());
                    ControlBuffer.ControlMessage info = header.control().messages().getFirst();
                    assertThat(info.level()).isEqualTo(SOL_NETLINK);
                    assertThat(info.data().get(ValueLayout.JAVA_INT, 0)).isZero();
                }, OK)));
    }

    private static KernelSocket route(Ground ground) throws KernelSocketException {
        return ground.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    }

    private static KernelSocket bound(Ground ground) throws KernelSocketException {
        KernelSocket socket = route(ground);
        socket.bind(KERNEL);
        return socket;
    }

    private static KernelSocket userSocket(Ground ground) throws KernelSocketException {
        KernelSocket socket = ground.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
        socket.bind(KERNEL);
        return socket;
    }

    /** A struct nlmsghdr, and a struct ifinfomsg or rtgenmsg of zeros where it is longer. */
    private static ByteBuffer request(int type, int flags, int length) {
        int whole = type == RTM_GETLINK ? 32 : length;
        return ByteBuffer.allocate(whole).order(ByteOrder.nativeOrder()).putInt(whole).putShort((short) type)
                .putShort((short) flags).putInt(4711).putInt(0).rewind().limit(whole);
    }
}
