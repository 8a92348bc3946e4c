// SPDX-License-Identifier: Apache-2.0
package ksock.impl.runtime;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import ksock.api.KernelSocket;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.api.runtime.RuntimeDTO;
import ksock.api.runtime.SocketDTO;
import ksock.impl.loop.EventLoop;
import ksock.impl.socket.FamilyEntry;
import ksock.impl.socket.MemoryFamily;
import ksock.impl.socket.SocketCore;
import ksock.impl.socket.SocketScope;
import org.junit.jupiter.api.Test;

class SnapshotTest {

    @Test
    void shouldTellOfListenersConnectionsAndQueuesByOwner() throws Exception {
        try (EventLoop loop = new EventLoop(); SocketCore core = new SocketCore(loop);
                SocketScope scope = core.scope(42, "a.bundle");
                KernelSocket listener = scope.socket(AF_INET, SOCK_STREAM, 0);
                KernelSocket client = scope.socket(AF_INET, SOCK_STREAM, 0)) {
            listener.bind(SockAddr.loopback4(0));
            listener.listen(1);
            client.connect(listener.getsockname());
            try (KernelSocket server = listener.accept()) {
                client.send(new byte[5], 0, 5, 0);
                server.callbacks(SocketCallbacks.builder().recv((socket, arg, msglen) -> { }).build(), null);

                RuntimeDTO runtime = Snapshot.of(core, loop);

                assertThat(runtime.sockets).extracting(socket -> socket.state)
                        .containsExactly("LISTEN", "ESTABLISHED", "ESTABLISHED");
                SocketDTO accepted = runtime.sockets.getLast();
                assertThat(accepted.bundleId).isEqualTo(42);
                assertThat(accepted.bundle).isEqualTo("a.bundle");
                assertThat(accepted.family).isEqualTo("host");
                assertThat(accepted.receiveQueueBytes).isEqualTo(5);
                assertThat(accepted.callbacks).isEqualTo("recv");
                assertThat(accepted.remoteAddress).isEqualTo(client.getsockname().toString());
                assertThat(accepted.localAddress).isEqualTo(listener.getsockname().toString());
                assertThat(runtime.families).singleElement().satisfies(host -> {
                    assertThat(host.name).isEqualTo("host");
                    assertThat(host.sockets).isEqualTo(3);
                    assertThat(host.unsupported).isEmpty();
                });
                assertThat(runtime.opened).isEqualTo(3);
            }
            assertThat(Snapshot.of(core, loop).closed).isEqualTo(1);
        }
    }

    @Test
    void shouldCountAFamilysSocketsAlsoAfterItsPropertiesHaveChanged() throws Exception {
        MemoryFamily memory = new MemoryFamily();
        try (EventLoop loop = new EventLoop(); SocketCore core = new SocketCore(loop);
                SocketScope scope = core.scope(42, "a.bundle")) {
            core.putFamily(new FamilyEntry(memory, "memory", MemoryFamily.DOMAIN, FamilyEntry.ALL, 0, 7));
            try (KernelSocket socket = scope.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0)) {
                core.putFamily(new FamilyEntry(memory, "memory", MemoryFamily.DOMAIN, FamilyEntry.ALL, 10, 7));

                assertThat(Snapshot.of(core, loop).families).last()
                        .satisfies(family -> assertThat(family.sockets).as("with %s", socket).isEqualTo(1));
            }
        }
    }
}
