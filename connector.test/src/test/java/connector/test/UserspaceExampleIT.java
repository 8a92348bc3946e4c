// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static ksock.api.LinuxNetlink.NETLINK_CONNECTOR;
import static ksock.api.SysSocket.AF_NETLINK;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.Connector;
import connector.api.runtime.ConnectorRuntime;
import connector.api.wire.NetlinkErrno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import javax.inject.Inject;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** The userspace example of the connector's document, in Java, inside the platform. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class UserspaceExampleIT {
    private static final int HEADERS = 16 + 20;

    @Inject
    private BundleContext context;

    @Inject
    private KernelSockets sockets;

    @Configuration
    public Option[] platform() {
        return new Option[] {Platform.bundles()};
    }

    @Test
    public void shouldRunLineForLine() throws Exception {
        awaitFamily();
        Bundle agent = AgentBundle.of("test.echo", "1.0.0", "echo").install(context);
        agent.start();
        try {
            awaitUser("echo");

            // s = socket(PF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR);
            KernelSocket s = sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR);
            // l_local.nl_family = AF_NETLINK; l_local.nl_groups = 12345; l_local.nl_pid = 0;
            SockAddr local = SockAddr.netlink(0, 12345);
            // if (bind(s, (struct sockaddr *)&l_local, sizeof(struct sockaddr_nl)) == -1) {
            //         perror("bind"); close(s); return -1; }
            s.bind(local);
            // int on = l_local.nl_groups; setsockopt(s, 270, 1, &on, sizeof(on));
            s.setsockopt(270, 1, 12345);
            // send();
            s.send(frame(0xEC, 1, 7, 100, "hello"), 0);
            // recv();
            ByteBuffer received = ByteBuffer.allocateDirect(65536).order(ByteOrder.nativeOrder());
            recvButProcessEvents(s, received);
            assertMessage(received, 0xEC, 1, 7, 101, "hello");

            // What is multicast to the group that was joined arrives as well.
            Connector connector = context.getService(context.getServiceReference(Connector.class));
            assertThat(connector.netlinkSend(CnMsg.ofText(new CbId(0x77, 0x78), 5, 6, "to all"), 12345)).isZero();
            recvButProcessEvents(s, received);
            assertMessage(received, 0x77, 0x78, 5, 6, "to all");

            // To drop multicast subscription one should call above socket option with NETLINK_DROP_MEMBERSHIP.
            s.setsockopt(270, 2, 12345);
            assertThat(connector.netlinkSend(CnMsg.ofText(new CbId(0x77, 0x78), 5, 6, "to all"), 12345))
                    .isEqualTo(NetlinkErrno.ESRCH);
            s.close();
        } finally {
            agent.uninstall();
        }
    }

    @Test
    public void shouldGiveTheSocketAPortOfItsOwn() throws Exception {
        awaitFamily();
        try (KernelSocket one = sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR);
                KernelSocket other = sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR)) {
            one.bind(SockAddr.netlink(0, 0));
            int port = ((SockAddr.Netlink) one.getsockname()).portId();

            assertThat(port).isNotZero();
            KernelSocketException taken = catchThrowableOfType(
                    KernelSocketException.class, () -> other.bind(SockAddr.netlink(port, 0)));
            assertThat(taken.errno()).isEqualTo(Errno.EADDRINUSE);
        }
    }

    @Test
    public void shouldNotFallThroughToTheHostWithoutTheConnector() throws Exception {
        awaitFamily();
        Bundle connector = Wiring.find(context, "connector.impl");
        KernelSocket open = sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR);
        connector.stop();
        try {
            assertThat(open.isOpen()).as("a socket of the family that has left").isFalse();
            KernelSocketException refused = catchThrowableOfType(
                    KernelSocketException.class, () -> sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR));
            assertThat(refused.errno()).isEqualTo(Errno.EPROTONOSUPPORT);
            assertThat(sockets.supports(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR)).isFalse();
        } finally {
            connector.start();
        }
        awaitFamily();
        sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR).close();
    }

    private void awaitFamily() {
        await("the connector's family").until(() -> sockets.supports(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR));
    }

    private void awaitUser(String name) {
        ConnectorRuntime runtime = context.getService(context.getServiceReference(ConnectorRuntime.class));
        await(name).until(
                () -> Stream.of(runtime.getConnectorDTO().users).anyMatch(user -> name.equals(user.name)));
    }

    /** struct nlmsghdr, struct cn_msg, data. */
    private static ByteBuffer frame(int idx, int val, int seq, int ack, String text) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocateDirect(HEADERS + data.length).order(ByteOrder.nativeOrder())
                .putInt(HEADERS + data.length).putShort((short) 3).putShort((short) 0).putInt(seq).putInt(0)
                .putInt(idx).putInt(val).putInt(seq).putInt(ack)
                .putShort((short) data.length).putShort((short) 0)
                .put(data)
                .flip();
    }

    /** The example's nl_groups is a mask: 12345 has bit 0 in it, group 1, and there the host's process events are. */
    private static void recvButProcessEvents(KernelSocket socket, ByteBuffer received) throws KernelSocketException {
        do {
            socket.recv(received.clear(), 0);
            received.flip();
        } while (received.getInt(16) == 1);
    }

    private static void assertMessage(ByteBuffer frame, int idx, int val, int seq, int ack, String text) {
        assertThat(frame.getInt(16)).as("idx").isEqualTo(idx);
        assertThat(frame.getInt(20)).as("val").isEqualTo(val);
        assertThat(frame.getInt(24)).as("seq").isEqualTo(seq);
        assertThat(frame.getInt(28)).as("ack").isEqualTo(ack);
        byte[] data = new byte[frame.getShort(32)];
        frame.get(HEADERS, data);
        assertThat(new String(data, StandardCharsets.UTF_8)).isEqualTo(text);
    }
}
