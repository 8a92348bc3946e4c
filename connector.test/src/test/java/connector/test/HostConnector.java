// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static ksock.api.LinuxNetlink.NETLINK_CONNECTOR;
import static ksock.api.SysPoll.POLLIN;
import static ksock.api.SysSocket.AF_NETLINK;
import static ksock.api.SysSocket.SOCK_DGRAM;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.PollFd;
import ksock.api.SockAddr;

/** The host kernel's own connector, asked by the tests themselves. */
final class HostConnector {
    private static final int CN_IDX_PROC = 1;
    private static final int PROC_CN_MCAST_LISTEN = 1;
    private static final int PROC_EVENT_NONE = 0;
    private static final int ACK = 4711;
    private static final long ANSWER_NANOS = Duration.ofSeconds(3).toNanos();

    private HostConnector() {}

    /** Why this process gets no process events from the host; null if it does. */
    static String refusal(KernelSockets sockets) {
        try (KernelSocket socket =
                sockets.socket(KernelSockets.HOST_FAMILY, AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR)) {
            socket.bind(SockAddr.netlink(0, CN_IDX_PROC));
            ByteBuffer request = ByteBuffer.allocateDirect(40).order(ByteOrder.nativeOrder())
                    .putInt(40).putShort((short) 3).putShort((short) 0).putInt(0).putInt(0)
                    .putInt(CN_IDX_PROC).putInt(1).putInt(0).putInt(ACK).putShort((short) 4).putShort((short) 0)
                    .putInt(PROC_CN_MCAST_LISTEN)
                    .flip();
            socket.sendto(request, 0, SockAddr.netlink(0, 0));
            return awaitAnswer(sockets, socket);
        } catch (KernelSocketException e) {
            return "the host refuses its process events: " + e.getMessage();
        }
    }

    private static String awaitAnswer(KernelSockets sockets, KernelSocket socket) throws KernelSocketException {
        ByteBuffer frame = ByteBuffer.allocateDirect(65536).order(ByteOrder.nativeOrder());
        PollFd[] readable = {new PollFd(socket, POLLIN)};
        long deadline = System.nanoTime() + ANSWER_NANOS;
        for (long left = ANSWER_NANOS; left > 0; left = deadline - System.nanoTime()) {
            if (sockets.poll(readable, Duration.ofNanos(left)) > 0) {
                socket.recv(frame.clear(), 0);
                // struct proc_event begins at 36: what, cpu, timestamp_ns, and the answer's errno
                if (frame.getInt(36) == PROC_EVENT_NONE && frame.getInt(28) == ACK + 1) {
                    int errno = frame.getInt(52);
                    return errno == 0 ? null : "the host answers the request for process events with errno " + errno;
                }
            }
        }
        return "the host does not answer the request for process events (a container?)";
    }
}
