// SPDX-License-Identifier: Apache-2.0
package bench.end;

import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.SysSocket.MSG_DONTWAIT;

import java.lang.foreign.MemorySegment;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;

/** recv with MSG_DONTWAIT on a TCP connection where nothing has come. */
final class WouldBlock implements Driver {

    private static final int BATCH = 1000;
    private static final int LENGTH = 64;

    private final KernelSocket connection;
    private final KernelSocket peer;
    private final MemorySegment buffer = Stream.allocate(LENGTH);

    WouldBlock() throws KernelSocketException {
        try (KernelSocket listener = Loopback.listenTcp()) {
            connection = Loopback.connectTcp(Loopback.port(listener));
            peer = listener.accept();
        }
        Stream.sendAll(peer, buffer, 1);
        if (!Stream.recvAll(connection, buffer, 1)) {
            throw new IllegalStateException("nothing came");
        }
    }

    @Override
    public Slice run(long nanos) throws KernelSocketException {
        return refuse(nanos);
    }

    private Slice refuse(long nanos) throws KernelSocketException {
        long begin = System.nanoTime();
        long operations = 0;
        do {
            for (int i = 0; i < BATCH; i++) {
                if (connection.recv(buffer, 0, LENGTH, MSG_DONTWAIT) != WOULD_BLOCK) {
                    throw new IllegalStateException("recv did not say WOULD_BLOCK; is " + peer + " open?");
                }
            }
            operations += BATCH;
        } while (System.nanoTime() - begin < nanos);
        return new Slice(operations, 0, System.nanoTime() - begin);
    }
}
