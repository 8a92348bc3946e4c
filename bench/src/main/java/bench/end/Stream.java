// SPDX-License-Identifier: Apache-2.0
package bench.end;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;

/** Whole messages on a stream that blocks, and the memory for them. */
final class Stream {

    private static final int CACHE_LINE = 64;

    private Stream() {
    }

    /** Memory for data, aligned as that of the programs in C: to a line of the cache, copied fastest by the kernel. */
    static MemorySegment allocate(long size) {
        return Arena.global().allocate(size, CACHE_LINE);
    }

    static void sendAll(KernelSocket socket, MemorySegment buffer, long length) throws KernelSocketException {
        long sent = 0;
        while (sent < length) {
            sent += progress(socket.send(buffer, sent, length - sent, 0));
        }
    }

    /** Whether so many bytes came, rather than the end of the stream. */
    static boolean recvAll(KernelSocket socket, MemorySegment buffer, long length) throws KernelSocketException {
        long received = 0;
        while (received < length) {
            long result = progress(socket.recv(buffer, received, length - received, 0));
            if (result == 0) {
                return false;
            }
            received += result;
        }
        return true;
    }

    private static long progress(long result) {
        if (result < 0) {
            throw new IllegalStateException("a blocking call answered " + result);
        }
        return result;
    }
}
