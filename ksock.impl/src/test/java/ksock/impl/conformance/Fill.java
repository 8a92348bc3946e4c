// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.NetinetIn.IPPROTO_TCP;
import static ksock.api.NetinetTcp.TCP_INFO;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;

/** Brings streams into states that take many calls. */
final class Fill {

    /** The state of {@code struct tcp_info} after both ways are shut. */
    static final int CLOSED = 7;

    private Fill() {
    }

    /** Sends until nothing more is taken; says how much was. */
    static long up(KernelSocket socket) throws KernelSocketException {
        byte[] data = new byte[1 << 16];
        long total = 0;
        // What is on its way to the peer makes room once more: full is what stays full.
        for (int refused = 0; refused < 3;) {
            long sent = socket.send(data, 0, data.length, MSG_DONTWAIT);
            refused = sent == WOULD_BLOCK ? refused + 1 : 0;
            total += Math.max(0, sent);
        }
        return total;
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
