// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jfr;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.SOCK_STREAM;

import java.util.concurrent.CountDownLatch;
import ksock.api.KernelSocket;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.impl.loop.EventLoop;
import ksock.impl.socket.SocketCore;
import ksock.impl.socket.SocketScope;

/** Connects, accepts, is called back, receives and closes: each a place where something would be recorded. */
public final class NoRecorderProgram {

    private NoRecorderProgram() {
    }

    public static void main(String[] args) throws Exception {
        boolean recorder = ModuleLayer.boot().findModule("jdk.jfr").isPresent();
        long received;
        try (EventLoop loop = new EventLoop(); SocketCore core = new SocketCore(loop);
                SocketScope scope = core.scope(-1, ""); KernelSocket listener = scope.socket(AF_INET, SOCK_STREAM, 0);
                KernelSocket client = scope.socket(AF_INET, SOCK_STREAM, 0)) {
            listener.bind(SockAddr.loopback4(0));
            listener.listen(1);
            CountDownLatch called = new CountDownLatch(1);
            listener.callbacks(SocketCallbacks.builder().newconn((socket, arg) -> called.countDown()).build(), null);
            client.connect(listener.getsockname());
            called.await();
            try (KernelSocket server = listener.accept()) {
                client.send(new byte[5], 0, 5, 0);
                received = server.recv(new byte[9], 0, 9, 0);
            }
        }
        System.out.println("jdk.jfr " + recorder + ", received " + received);
    }
}
