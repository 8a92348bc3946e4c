// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_INET6;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.SOCK_SEQPACKET;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.api.SysIoctl;
import ksock.impl.component.UnownedKernelSockets;

/** Real sockets for a test, closed after it. */
final class Sockets implements AutoCloseable {

    /** What a test is repeated for. */
    enum Kind {
        TCP(AF_INET, SOCK_STREAM), TCP6(AF_INET6, SOCK_STREAM), UNIX(AF_UNIX, SOCK_STREAM),
        SEQPACKET(AF_UNIX, SOCK_SEQPACKET);

        final int domain;
        final int type;

        Kind(int domain, int type) {
            this.domain = domain;
            this.type = type;
        }

        SockAddr any() {
            return switch (this) {
                case TCP -> SockAddr.loopback4(0);
                case TCP6 -> SockAddr.loopback6(0);
                case UNIX, SEQPACKET -> SockAddr.Unix.UNNAMED;
            };
        }
    }

    static final KernelSockets SERVICE = new UnownedKernelSockets();

    private final List<KernelSocket> open = new CopyOnWriteArrayList<>();

    KernelSocket socket(Kind kind) throws KernelSocketException {
        return socket(kind.domain, kind.type);
    }

    KernelSocket socket(int domain, int type) throws KernelSocketException {
        KernelSocket socket = SERVICE.socket(domain, type, 0);
        open.add(socket);
        return socket;
    }

    KernelSocket listener(Kind kind) throws KernelSocketException {
        KernelSocket listener = socket(kind);
        listener.bind(kind.any());
        listener.listen(128);
        return listener;
    }

    KernelSocket accept(KernelSocket listener) throws KernelSocketException {
        KernelSocket accepted = listener.accept();
        if (accepted != null) {
            open.add(accepted);
        }
        return accepted;
    }

    /** Two connected ones: the first connected, the second was accepted. */
    KernelSocket[] connected(Kind kind) throws KernelSocketException {
        KernelSocket listener = listener(kind);
        KernelSocket client = socket(kind);
        client.connect(listener.getsockname());
        KernelSocket server = accept(listener);
        listener.close();
        return new KernelSocket[] {client, server};
    }

    static void nonBlocking(KernelSocket socket) throws KernelSocketException {
        socket.ioctl(SysIoctl.FIONBIO, 1);
    }

    /** Returns when all that was ready for this socket before has been told. */
    static void settle() throws Exception {
        // A pair of its own: its events come behind those that were ready before.
        for (int i = 0; i < 3; i++) {
            KernelSocket[] pair = SERVICE.socketpair(AF_UNIX, SOCK_STREAM, 0);
            try (KernelSocket near = pair[0]; KernelSocket far = pair[1]) {
                CountDownLatch turned = new CountDownLatch(1);
                near.callbacks(SocketCallbacks.builder().recv((s, a, n) -> turned.countDown()).build(), null);
                far.send(new byte[1], 0, 1, 0);
                assertThat(turned.await(60, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Override
    public void close() {
        open.forEach(KernelSocket::close);
    }
}
