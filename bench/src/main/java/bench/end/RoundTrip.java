// SPDX-License-Identifier: Apache-2.0
package bench.end;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;

/** 64-byte messages there and back on one TCP connection, by blocking calls. */
final class RoundTrip {

    private static final int MESSAGE = 64;
    private static final int BATCH = 64;

    private RoundTrip() {
    }

    static End server(Threads threads) throws KernelSocketException {
        KernelSocket listener = Loopback.listenTcp();
        String port = Loopback.port(listener);
        threads.serve(() -> {
            KernelSocket connection = Loopback.withoutDelay(listener.accept());
            MemorySegment message = Stream.allocate(MESSAGE);
            while (Stream.recvAll(connection, message, MESSAGE)) {
                Stream.sendAll(connection, message, MESSAGE);
            }
            return null;
        });
        return () -> port;
    }

    static Driver client(String port, Threads threads) throws KernelSocketException {
        KernelSocket connection = Loopback.withoutDelay(Loopback.connectTcp(port));
        MemorySegment message = Stream.allocate(MESSAGE);
        return nanos -> threads.call(() -> exchange(connection, message, nanos));
    }

    private static Slice exchange(KernelSocket connection, MemorySegment message, long nanos)
            throws KernelSocketException {
        long begin = System.nanoTime();
        long operations = 0;
        do {
            for (int i = 0; i < BATCH; i++) {
                long sequence = operations + i;
                message.set(JAVA_LONG, 0, sequence);
                Stream.sendAll(connection, message, MESSAGE);
                if (!Stream.recvAll(connection, message, MESSAGE) || message.get(JAVA_LONG, 0) != sequence) {
                    throw new IllegalStateException("another message came back");
                }
            }
            operations += BATCH;
        } while (System.nanoTime() - begin < nanos);
        return new Slice(operations, 2 * MESSAGE * operations, System.nanoTime() - begin);
    }
}
