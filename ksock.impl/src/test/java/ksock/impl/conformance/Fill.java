// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.NetinetIn.IPPROTO_TCP;
import static ksock.api.NetinetTcp.TCP_INFO;
import static ksock.api.SysPoll.POLLOUT;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.PollFd;

/** Brings streams into states that take many calls. */
final class Fill {

    /** The state of {@code struct tcp_info} after both ways are shut. */
    static final int CLOSED = 7;

    private static final Duration SETTLING = Duration.ofMillis(200);

    private Fill() {
    }

    /** Sends until nothing more is taken; says how much was. */
    static long up(KernelSocket socket) throws KernelSocketException {
        byte[] data = new byte[1 << 16];
        long total = 0;
        boolean settled = socket.domain() == AF_UNIX;
        while (true) {
            long sent = socket.send(data, 0, data.length, MSG_DONTWAIT);
            if (sent == WOULD_BLOCK && settled) {
                return total;
            }
            if (sent == WOULD_BLOCK) {
                // What is on its way to the peer makes room once more: full is what stays full for a while.
                settled = Service.open().poll(new PollFd[] {new PollFd(socket, POLLOUT)}, SETTLING) == 0;
            } else {
                settled = socket.domain() == AF_UNIX;
                total += sent;
            }
        }
    }

    /** Receives until the end of file; says how much came. */
    static long drain(KernelSocket socket) throws KernelSocketException {
        byte[] data = new byte[1 << 16];
        long total = 0;
        long count;
        while ((count = socket.recv(data, 0, data.length, 0)) > 0) {
            total += count;
        }
        return total;
    }

    /** Waits until a TCP connection is in a state. */
    static void untilState(KernelSocket socket, int state) {
        await().atMost(Ground.PATIENCE).until(() -> {
            MemorySegment info = MemorySegment.ofArray(new byte[256]);
            socket.getsockopt(IPPROTO_TCP, TCP_INFO, info);
            return info.get(ValueLayout.JAVA_BYTE, 0) == state;
        });
    }
}
