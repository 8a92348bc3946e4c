// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import ksock.api.KernelSocketException;
import ksock.api.NetinetTcp;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.SysIoctl;
import ksock.api.SysSocket;
import ksock.impl.callback.EventSource;

/**
 * What can be seen of a socket from outside, as netstat would. Each answer is a call; of a closed socket it is empty.
 */
final class Inspection {

    /** TCP's states by the number that TCP_INFO begins with. */
    private static final String[] TCP_STATES = {"", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",
        "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "NEW_SYN_RECV"};

    private Inspection() {
    }

    static String localAddress(SocketState socket) {
        SockAddrBuffer address = new SockAddrBuffer();
        return ask(socket, () -> {
            socket.family().getsockname(address);
            return text(address);
        }, "");
    }

    static String remoteAddress(SocketState socket) {
        SockAddrBuffer address = new SockAddrBuffer();
        return ask(socket, () -> {
            socket.family().getpeername(address);
            return text(address);
        }, "");
    }

    /** As {@link #localAddress}, of a socket that no call enters any more, before its descriptor is given back. */
    static String lastLocalAddress(SocketState socket) {
        SockAddrBuffer address = new SockAddrBuffer();
        try {
            socket.family().getsockname(address);
            return text(address);
        } catch (KernelSocketException e) {
            return "";
        }
    }

    /** As {@link #remoteAddress}, of such a socket. */
    static String lastRemoteAddress(SocketState socket) {
        SockAddrBuffer address = new SockAddrBuffer();
        try {
            socket.family().getpeername(address);
            return text(address);
        } catch (KernelSocketException e) {
            return "";
        }
    }

    static String state(SocketState socket) {
        boolean tcp = socket.type() == SysSocket.SOCK_STREAM
                && (socket.domain() == SysSocket.AF_INET || socket.domain() == SysSocket.AF_INET6);
        if (socket.host() != null && tcp) {
            return ask(socket, () -> {
                byte[] info = new byte[1];
                socket.family().getsockopt(SysSocket.SOL_TCP, NetinetTcp.TCP_INFO, MemorySegment.ofArray(info));
                int state = Byte.toUnsignedInt(info[0]);
                return state < TCP_STATES.length ? TCP_STATES[state] : Integer.toString(state);
            }, "");
        }
        if (!socket.readiness().connectionOriented()) {
            return "";
        }
        return switch (socket.phase()) {
            case EventSource.PHASE_LISTENING -> "LISTEN";
            case EventSource.PHASE_CONNECTING -> "CONNECTING";
            case EventSource.PHASE_CONNECTED -> "CONNECTED";
            default -> "";
        };
    }

    static long receiveQueueBytes(SocketState socket) {
        return bytes(socket, SysIoctl.FIONREAD);
    }

    static long sendQueueBytes(SocketState socket) {
        return bytes(socket, SysIoctl.SIOCOUTQ);
    }

    private static long bytes(SocketState socket, int request) {
        return ask(socket, () -> {
            MemorySegment value = MemorySegment.ofArray(new byte[Integer.BYTES]);
            socket.family().ioctl(request, value);
            return (long) value.get(JAVA_INT_UNALIGNED, 0);
        }, -1L);
    }

    private static String text(SockAddrBuffer buffer) {
        SockAddr address = buffer.get();
        return address == null ? "" : address.toString();
    }

    private static <T> T ask(SocketState socket, Question<T> question, T otherwise) {
        if (!socket.tryEnter()) {
            return otherwise;
        }
        try {
            return question.ask();
        } catch (KernelSocketException e) {
            return otherwise;
        } finally {
            socket.leave();
        }
    }

    private interface Question<T> {

        T ask() throws KernelSocketException;
    }
}
