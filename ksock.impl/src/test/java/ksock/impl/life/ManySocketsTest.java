// SPDX-License-Identifier: Apache-2.0
package ksock.impl.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.SocketCallbacks;
import ksock.impl.conformance.Descriptors;
import ksock.impl.conformance.Ground;
import ksock.impl.conformance.Service;
import ksock.impl.conformance.SocketKind;
import org.junit.jupiter.api.Test;

class ManySocketsTest {

    private static final int ALL = 10_000;
    /** Below what a process may have by default. */
    private static final int AT_A_TIME = 500;

    private final KernelSockets sockets = Service.open();

    @Test
    void shouldLeaveNothingBehindWhenTenThousandAreClosed() throws Exception {
        long before = Descriptors.open();
        for (int done = 0; done < ALL; done += AT_A_TIME) {
            List<KernelSocket> batch = open();
            batch.forEach(KernelSocket::close);
        }
        assertThat(Descriptors.open()).isLessThanOrEqualTo(before);
    }

    @Test
    void shouldLeaveNothingBehindWhenThousandsHadCallbacks() throws Exception {
        long before = Descriptors.open();
        SocketCallbacks callbacks = SocketCallbacks.builder().recv((socket, arg, msglen) -> { }).build();
        for (int done = 0; done < ALL / 2; done += AT_A_TIME) {
            List<KernelSocket> batch = open();
            for (KernelSocket socket : batch) {
                socket.callbacks(callbacks, null);
            }
            batch.forEach(KernelSocket::close);
        }
        assertThat(Descriptors.open()).isLessThanOrEqualTo(before);
    }

    @Test
    void shouldCloseTenThousandThatWereForgotten() throws Exception {
        long before = Descriptors.open();
        for (int done = 0; done < ALL; done += AT_A_TIME) {
            forget();
            // Only the collector finds out, and it comes when it likes.
            await().atMost(Ground.PATIENCE).until(() -> {
                System.gc();
                return Descriptors.open() <= before;
            });
        }
    }

    /** In a frame of its own, so that no local variable remembers. */
    private void forget() throws KernelSocketException {
        assertThat(open()).hasSize(AT_A_TIME);
    }

    private List<KernelSocket> open() throws KernelSocketException {
        SocketKind[] kinds = SocketKind.values();
        List<KernelSocket> batch = new ArrayList<>();
        for (int i = 0; i < AT_A_TIME; i++) {
            SocketKind kind = kinds[i % kinds.length];
            batch.add(sockets.socket(kind.domain(), kind.type(), 0));
        }
        return batch;
    }
}
