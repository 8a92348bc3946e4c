// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.Connector;
import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.ConnectorRuntime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import javax.inject.Inject;
import ksock.api.KernelSocket;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;
import ksock.api.runtime.KernelSocketsRuntime;
import ksock.api.runtime.SocketDTO;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/** The services of the platform, as another bundle gets them. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ServicesIT {
    @Inject
    private BundleContext context;

    @Inject
    private KernelSockets sockets;

    @Inject
    private KernelSocketsRuntime socketsRuntime;

    @Inject
    private ConnectorRuntime connectorRuntime;

    @Configuration
    public Option[] platform() {
        return new Option[] {Platform.bundles()};
    }

    @Test
    public void shouldGiveKernelSocketsAndConnectorToEachWhoAsks() {
        for (Class<?> service : new Class<?>[] {KernelSockets.class, Connector.class}) {
            ServiceReference<?> reference = context.getServiceReference(service);
            assertThat(reference.getProperty(Constants.SERVICE_SCOPE)).isEqualTo(Constants.SCOPE_PROTOTYPE);
        }
    }

    @Test
    public void shouldOfferConditionsToWaitFor() {
        for (String id : new String[] {"ksock.ready", "connector.ready", "connector.gate"}) {
            await(id).until(() -> Wiring.condition(context, id) != null);
        }
    }

    @Test
    public void shouldMakeSocketsThatTheHostKnows() throws Exception {
        try (KernelSocket listener = sockets.socket(AF_INET, SOCK_STREAM, 0)) {
            listener.bind(SockAddr.loopback4(0));
            listener.listen(1);
            int port = ((SockAddr.Inet4) listener.getsockname()).port();
            try (SocketChannel peer = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                    KernelSocket accepted = listener.accept()) {
                peer.write(ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)));
                byte[] buffer = new byte[100];
                long length = accepted.recv(buffer, 0, buffer.length, 0);

                assertThat(new String(buffer, 0, (int) length, StandardCharsets.UTF_8)).isEqualTo("hello");
                assertThat(accepted.getpeername())
                        .isEqualTo(SockAddr.loopback4(((InetSocketAddress) peer.getLocalAddress()).getPort()));
            }
        }
    }

    @Test
    public void shouldTellOfASocketWhoseItIs() throws Exception {
        try (KernelSocket socket = sockets.socket(AF_INET, SOCK_STREAM, 0)) {
            SocketDTO dto = socketsRuntime.getRuntimeDTO().sockets.stream()
                    .filter(candidate -> candidate.id == socket.id())
                    .findFirst()
                    .orElseThrow();

            assertThat(dto.bundleId).isEqualTo(context.getBundle().getBundleId());
            assertThat(dto.bundle).isEqualTo(context.getBundle().getSymbolicName());
            assertThat(dto.domain).isEqualTo(AF_INET);
            assertThat(dto.type).isEqualTo(SOCK_STREAM);
        }
    }

    @Test
    public void shouldTellOfTheBusItsUsersAndItsGate() {
        await().until(() -> connectorRuntime.getConnectorDTO().users.length > 0);
        Wiring.awaitGate(context);
        ConnectorDTO dto = connectorRuntime.getConnectorDTO();

        assertThat(dto.users).anySatisfy(user -> {
            assertThat(user.idx).isEqualTo(0x123);
            assertThat(user.val).isEqualTo(0x456);
            assertThat(user.name).isEqualTo("cn_test");
            assertThat(user.bundle).isEqualTo("agent.cntest");
            assertThat(user.state).isEqualTo("active");
        });
        assertThat(dto.failedUsers).isEmpty();
        assertThat(dto.gates).singleElement().satisfies(gate -> {
            assertThat(gate.path).isEqualTo(Platform.GATE.toString());
            assertThat(gate.listening).isTrue();
        });
    }

    @Test
    public void shouldLetNobodyButItsOwnUserThroughTheGate() throws Exception {
        Wiring.awaitGate(context);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Platform.GATE))).isEqualTo("rw-------");
    }
}
