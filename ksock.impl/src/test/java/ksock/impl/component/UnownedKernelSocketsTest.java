// SPDX-License-Identifier: Apache-2.0
package ksock.impl.component;

import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ServiceLoader;
import ksock.api.KernelSocket;
import ksock.api.KernelSockets;
import org.junit.jupiter.api.Test;

class UnownedKernelSocketsTest {

    @Test
    void shouldBeFoundByTheServiceLoaderAndWork() throws Exception {
        KernelSockets sockets = ServiceLoader.load(KernelSockets.class).findFirst().orElseThrow();
        KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        try (KernelSocket near = pair[0]; KernelSocket far = pair[1]) {
            assertThat(near.send(new byte[] {7}, 0, 1, 0)).isEqualTo(1);
            byte[] received = new byte[1];
            assertThat(far.recv(received, 0, 1, 0)).isEqualTo(1);
            assertThat(received[0]).isEqualTo((byte) 7);
        }
    }
}
