// SPDX-License-Identifier: Apache-2.0
package bench.end;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_LINGER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;

/**
 * Connections that are made, carry eight bytes from the acceptor, and are closed, one after the other. The client
 * closes with a reset (SO_LINGER 0), so that none stays behind in TIME_WAIT and ports do not run out.
 */
final class Cycles {

    private static final int BATCH = 16;

    private Cycles() {
    }

    static End server() throws KernelSocketException {
        KernelSocket listener = Loopback.listenTcp();
        String port = Loopback.port(listener);
        Threads.PLATFORM.serve(() -> {
            MemorySegment number = Stream.allocate(Long.BYTES);
            for (long sequence = 1;; sequence++) {
                try (KernelSocket connection = listener.accept()) {
                    number.set(JAVA_LONG, 0, sequence);
                    Stream.sendAll(connection, number, Long.BYTES);
                }
            }
        });
        return () -> port;
    }

    static Driver client(String port) {
        return new Client(new SockAddrBuffer(Arena.global()).set(SockAddr.loopback4(Integer.parseInt(port))));
    }

    private static final class Client implements Driver {

        private final SockAddrBuffer address;
        private final MemorySegment number = Stream.allocate(Long.BYTES);
        private final MemorySegment reset = Arena.global().allocate(2 * Integer.BYTES);
        private long sequence;

        Client(SockAddrBuffer address) {
            this.address = address;
            reset.set(JAVA_INT, 0, 1);
        }

        @Override
        public Slice run(long nanos) throws KernelSocketException {
            return cycle(nanos);
        }

        private Slice cycle(long nanos) throws KernelSocketException {
            long begin = System.nanoTime();
            long operations = 0;
            do {
                for (int i = 0; i < BATCH; i++) {
                    connectOnce();
                }
                operations += BATCH;
            } while (System.nanoTime() - begin < nanos);
            return new Slice(operations, operations * Long.BYTES, System.nanoTime() - begin);
        }

        private void connectOnce() throws KernelSocketException {
            try (KernelSocket socket = Loopback.SOCKETS.socket(AF_INET, SOCK_STREAM, 0)) {
                socket.connect(address);
                socket.setsockopt(SOL_SOCKET, SO_LINGER, reset);
                if (!Stream.recvAll(socket, number, Long.BYTES) || number.get(JAVA_LONG, 0) != ++sequence) {
                    throw new IllegalStateException("a connection brought another number");
                }
            }
        }
    }
}
