// SPDX-License-Identifier: Apache-2.0
package bench.end;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;

/**
 * One stream in sends of 64 KiB. The first eight bytes of each chunk say whether it is a slice's last; the receiver
 * answers that one with the number of bytes that have come.
 */
final class Bulk {

    private static final int CHUNK = 65536;

    private Bulk() {
    }

    static End server(String transport) throws KernelSocketException {
        KernelSocket listener;
        String address;
        if (transport.equals("tcp")) {
            listener = Loopback.listenTcp();
            address = Loopback.port(listener);
        } else {
            address = "ksock-bench-" + ProcessHandle.current().pid();
            listener = Loopback.listenUnix(address);
        }
        Threads.PLATFORM.serve(() -> {
            receive(listener.accept());
            return null;
        });
        return () -> address;
    }

    private static void receive(KernelSocket connection) throws KernelSocketException {
        MemorySegment chunk = Stream.allocate(CHUNK);
        MemorySegment answer = Stream.allocate(Long.BYTES);
        long total = 0;
        long filled = 0;
        long result;
        while ((result = connection.recv(chunk, filled, CHUNK - filled, 0)) > 0) {
            filled += result;
            total += result;
            if (filled == CHUNK) {
                filled = 0;
                if (chunk.get(JAVA_LONG, 0) != 0) {
                    answer.set(JAVA_LONG, 0, total);
                    Stream.sendAll(connection, answer, Long.BYTES);
                }
            }
        }
    }

    static Driver client(String transport, String address) throws KernelSocketException {
        return new Client(transport.equals("tcp") ? Loopback.connectTcp(address) : Loopback.connectUnix(address));
    }

    private static final class Client implements Driver {

        private final KernelSocket connection;
        private final MemorySegment chunk = Stream.allocate(CHUNK);
        private final MemorySegment answer = Stream.allocate(Long.BYTES);
        private long total;

        Client(KernelSocket connection) {
            this.connection = connection;
        }

        @Override
        public Slice run(long nanos) throws KernelSocketException {
            return transfer(nanos);
        }

        private Slice transfer(long nanos) throws KernelSocketException {
            long begin = System.nanoTime();
            long chunks = 0;
            boolean last;
            do {
                last = System.nanoTime() - begin >= nanos;
                chunk.set(JAVA_LONG, 0, last ? 1 : 0);
                Stream.sendAll(connection, chunk, CHUNK);
                chunks++;
            } while (!last);
            total += chunks * CHUNK;
            if (!Stream.recvAll(connection, answer, Long.BYTES) || answer.get(JAVA_LONG, 0) != total) {
                throw new IllegalStateException("other bytes arrived than were sent");
            }
            return new Slice(chunks, chunks * CHUNK, System.nanoTime() - begin);
        }
    }
}
