// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_STREAM;

import java.util.Arrays;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.impl.libc.SocketCalls;
import ksock.impl.loop.EventLoop;

/**
 * Sends and receives by each of the calls of every message, short and long, and has a callback echo; prints whether the
 * short ones went past libc.
 */
public final class CallsProgram {

    private static final int[] LENGTHS = {1, 64, 4096, 4097, 20_000};

    private CallsProgram() {
    }

    @SuppressWarnings("SystemOut") // what it is for
    public static void main(String[] args) throws KernelSocketException {
        try (EventLoop loop = new EventLoop(); SocketCore core = new SocketCore(loop)) {
            SocketScope sockets = core.scope(-1, "");
            echo(sockets.socketpair(AF_UNIX, SOCK_STREAM, 0));
            datagrams(sockets.socket(AF_INET, SOCK_DGRAM, 0), sockets.socket(AF_INET, SOCK_DGRAM, 0));
            refused(sockets.socketpair(AF_UNIX, SOCK_STREAM, 0)[0]);
        }
        System.out.println(SocketCalls.brief());
    }

    private static void echo(KernelSocket[] pair) throws KernelSocketException {
        pair[1].callbacks(SocketCallbacks.builder().recv((socket, arg, length) -> {
            byte[] data = new byte[1000];
            for (long count = socket.recv(data, 0, 1000, 0); count > 0; count = socket.recv(data, 0, 1000, 0)) {
                socket.send(data, 0, (int) count, 0);
            }
        }).build(), null);
        for (int length : LENGTHS) {
            byte[] sent = new byte[length];
            Arrays.fill(sent, (byte) length);
            check(pair[0].send(sent, 0, length, 0) == length);
            byte[] received = new byte[length];
            int there = 0;
            while (there < length) {
                there += (int) pair[0].recv(received, there, length - there, 0);
            }
            check(Arrays.equals(sent, received));
        }
    }

    private static void datagrams(KernelSocket one, KernelSocket other) throws KernelSocketException {
        one.bind(SockAddr.loopback4(0));
        other.connect(one.getsockname());
        check(other.send(new byte[] {1, 2, 3}, 0, 3, 0) == 3);
        byte[] received = new byte[4];
        check(one.recv(received, 0, 4, 0) == 3 && Arrays.equals(received, new byte[] {1, 2, 3, 0}));
    }

    private static void refused(KernelSocket closed) {
        closed.close();
        try {
            closed.send(new byte[1], 0, 1, 0);
            check(false);
        } catch (KernelSocketException e) {
            check(e.errno() == Errno.ENOTSOCK);
        }
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("not what the calls of the host do");
        }
    }
}
