// SPDX-License-Identifier: Apache-2.0
package connector.impl.family;

import static ksock.api.LinuxNetlink.NETLINK_CAP_ACK;
import static ksock.api.LinuxNetlink.NETLINK_EXT_ACK;
import static ksock.api.LinuxNetlink.NETLINK_GET_STRICT_CHK;
import static ksock.api.LinuxNetlink.NETLINK_ROUTE;
import static ksock.api.SysSocket.AF_NETLINK;
import static ksock.api.SysSocket.SOCK_RAW;
import static ksock.api.SysSocket.SOL_NETLINK;
import static org.assertj.core.api.Assertions.assertThat;

import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.ServiceLoader;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Our answers beside those of the netlink that answers on every host: rtnetlink. What it sends to a socket with
 * NETLINK_CAP_ACK and NETLINK_EXT_ACK is what the bus sends to everybody, byte by byte.
 */
@Timeout(300)
class RouteNetlinkTest {

    private static final int NLM_F_REQUEST = 1;
    private static final int RTM_GETLINK = 18;
    private static final int UNKNOWN = 0x3ff;
    private static final int SEQ = 0x01020304;
    /** A struct ifinfomsg. */
    private static final int IFINFOMSG = 16;
    private static final int IFI_CHANGE = 28;
    private static final int IFLA_IFNAME = 3;

    private final KernelSockets sockets = ServiceLoader.load(KernelSockets.class).findFirst().orElseThrow();
    private KernelSocket socket;
    private int port;

    @BeforeEach
    void open() throws KernelSocketException {
        socket = sockets.socket(KernelSockets.HOST_FAMILY, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
        socket.bind(SockAddr.netlink(0, 0));
        port = ((SockAddr.Netlink) socket.getsockname()).portId();
    }

    @AfterEach
    void close() {
        socket.close();
    }

    private void asTheBusAnswers() throws KernelSocketException {
        socket.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1);
        socket.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    }

    private static ByteBuffer request(int type, int flags, int length) {
        ByteBuffer request = NlMsgHdr.buffer(length);
        NlMsgHdr.put(request, length, type, flags, SEQ, 0);
        return request;
    }

    private byte[] answer(ByteBuffer request) throws KernelSocketException {
        byte[] frame = new byte[request.capacity()];
        request.get(0, frame);
        socket.send(frame, 0, frame.length, 0);
        byte[] in = new byte[4096];
        long count = socket.within(Duration.ofSeconds(60)).recv(in, 0, in.length, 0);
        return Arrays.copyOf(in, (int) count);
    }

    @Test
    void shouldAcknowledgeAsTheHostDoesWhateverTheOptionsAre() throws Exception {
        ByteBuffer ping = request(NlMsgHdr.NLMSG_NOOP, NLM_F_REQUEST | NlMsgHdr.NLM_F_ACK, NlMsgHdr.SIZE);
        byte[] ours = NlMsgErr.frame(ping, 0, port, 0, null, NlMsgErr.NO_OFFSET, null);
        assertThat(answer(ping)).isEqualTo(ours);
        asTheBusAnswers();
        assertThat(answer(ping)).isEqualTo(ours);
    }

    @Test
    void shouldRefuseAsTheHostDoesWhereItHasNothingToSay() throws Exception {
        asTheBusAnswers();
        ByteBuffer unknown = request(UNKNOWN, NLM_F_REQUEST, NlMsgHdr.SIZE + IFINFOMSG);
        assertThat(answer(unknown)).isEqualTo(
                NlMsgErr.frame(unknown, 0, port, NetlinkErrno.EOPNOTSUPP, null, NlMsgErr.NO_OFFSET, null));
    }

    @Test
    void shouldSayWhyAsTheHostDoes() throws Exception {
        asTheBusAnswers();
        socket.setsockopt(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
        ByteBuffer request = request(RTM_GETLINK, NLM_F_REQUEST, NlMsgHdr.SIZE + IFINFOMSG);
        request.putInt(IFI_CHANGE, 1);

        byte[] hosts = answer(request);

        String text = NlMsgErr.text(NlMsgHdr.buffer(hosts), 0, hosts.length);
        assertThat(text).contains("header");
        assertThat(hosts).isEqualTo(
                NlMsgErr.frame(request, 0, port, NetlinkErrno.EINVAL, text, NlMsgErr.NO_OFFSET, null));
    }

    @Test
    void shouldReadTheOffsetThatTheHostSays() throws Exception {
        asTheBusAnswers();
        byte[] name = "a name that no interface could have".getBytes(StandardCharsets.US_ASCII);
        int attribute = NlMsgHdr.SIZE + IFINFOMSG;
        ByteBuffer request = request(RTM_GETLINK, NLM_F_REQUEST, attribute + NlMsgHdr.align(4 + name.length));
        request.putShort(attribute, (short) (4 + name.length)).putShort(attribute + 2, (short) IFLA_IFNAME)
                .put(attribute + 4, name);

        byte[] hosts = answer(request);

        ByteBuffer read = NlMsgHdr.buffer(hosts);
        assertThat(NlMsgErr.isWhole(hosts.length)).isTrue();
        assertThat(NlMsgErr.errno(read, 0)).isEqualTo(Errno.ERANGE.number());
        assertThat(NlMsgErr.offset(read, 0, hosts.length)).isEqualTo(attribute);
        assertThat(NlMsgErr.text(read, 0, hosts.length)).isNotEmpty();
        // Its text and its offset stand in the places where ours do; after them the host says what it had expected.
        byte[] ours = NlMsgErr.frame(request, 0, port, Errno.ERANGE.number(),
                NlMsgErr.text(read, 0, hosts.length), attribute, null);
        assertThat(Arrays.copyOfRange(hosts, NlMsgErr.ERROR, ours.length))
                .isEqualTo(Arrays.copyOfRange(ours, NlMsgErr.ERROR, ours.length));
    }

    @Test
    void shouldBeReadableWhereTheHostRepeatsTheWholeRequest() throws Exception {
        ByteBuffer unknown = request(UNKNOWN, NLM_F_REQUEST, NlMsgHdr.SIZE + IFINFOMSG);
        unknown.putInt(IFI_CHANGE, 4711);

        byte[] hosts = answer(unknown);

        ByteBuffer read = NlMsgHdr.buffer(hosts);
        assertThat(hosts).hasSize(NlMsgErr.ATTRIBUTES + IFINFOMSG);
        assertThat(read.getInt(NlMsgErr.REQUEST + IFI_CHANGE)).isEqualTo(4711);
        assertThat(NlMsgErr.errno(read, 0)).isEqualTo(NetlinkErrno.EOPNOTSUPP);
        assertThat(NlMsgErr.text(read, 0, hosts.length)).as("no attribute is taken out of the request").isNull();
    }
}
