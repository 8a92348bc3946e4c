// SPDX-License-Identifier: Apache-2.0
package bench.end;

import static ksock.api.NetinetIn.IPPROTO_TCP;
import static ksock.api.NetinetTcp.TCP_NODELAY;
import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.SOCK_STREAM;

import java.util.ServiceLoader;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;

/** Sockets on this machine. */
final class Loopback {

    static final KernelSockets SOCKETS = ServiceLoader.load(KernelSockets.class).findFirst()
            .orElseThrow(() -> new IllegalStateException("no KernelSockets on the class path: ksock.impl is missing"));

    private static final int BACKLOG = 4096;

    private Loopback() {
    }

    static KernelSocket listenTcp() throws KernelSocketException {
        KernelSocket listener = SOCKETS.socket(AF_INET, SOCK_STREAM, 0);
        listener.bind(SockAddr.loopback4(0));
        listener.listen(BACKLOG);
        return listener;
    }

    static String port(KernelSocket listener) throws KernelSocketException {
        return Integer.toString(((SockAddr.Inet4) listener.getsockname()).port());
    }

    static KernelSocket connectTcp(String port) throws KernelSocketException {
        KernelSocket socket = SOCKETS.socket(AF_INET, SOCK_STREAM, 0);
        socket.connect(SockAddr.loopback4(Integer.parseInt(port)));
        return socket;
    }

    static KernelSocket listenUnix(String abstractName) throws KernelSocketException {
        KernelSocket listener = SOCKETS.socket(AF_UNIX, SOCK_STREAM, 0);
        listener.bind(SockAddr.unixAbstract(abstractName));
        listener.listen(BACKLOG);
        return listener;
    }

    static KernelSocket connectUnix(String abstractName) throws KernelSocketException {
        KernelSocket socket = SOCKETS.socket(AF_UNIX, SOCK_STREAM, 0);
        socket.connect(SockAddr.unixAbstract(abstractName));
        return socket;
    }

    static KernelSocket withoutDelay(KernelSocket socket) throws KernelSocketException {
        socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
        return socket;
    }
}
