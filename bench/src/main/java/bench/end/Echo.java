// SPDX-License-Identifier: Apache-2.0
package bench.end;

import static ksock.api.SysIoctl.FIONBIO;

import java.lang.foreign.MemorySegment;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SocketCallbacks;

/**
 * An echo server by callbacks. A recv that does not fill the buffer has taken all there was, and what arrives later is
 * another arrival, so there is one recv and one send a message.
 */
final class Echo implements End {

    private static final int BUFFER = 256;

    // One for all connections, as in C and in Netty; a thread each, because the loop can be taken over.
    private static final ThreadLocal<MemorySegment> MESSAGE =
            ThreadLocal.withInitial(() -> Stream.allocate(BUFFER));

    private final SocketCallbacks callbacks = SocketCallbacks.builder().recv(Echo::echo).build();
    private final String port;

    Echo() throws KernelSocketException {
        KernelSocket listener = Loopback.listenTcp();
        port = Loopback.port(listener);
        listener.callbacks(SocketCallbacks.builder().newconn(this::accept).build(), null);
    }

    @Override
    public String address() {
        return port;
    }

    private void accept(KernelSocket listener, Object nothing) throws KernelSocketException {
        KernelSocket connection;
        while ((connection = listener.accept()) != null) {
            Loopback.withoutDelay(connection);
            connection.ioctl(FIONBIO, 1);
            connection.callbacks(callbacks, null);
        }
    }

    private static void echo(KernelSocket connection, Object nothing, long length) throws KernelSocketException {
        MemorySegment message = MESSAGE.get();
        long received;
        do {
            received = connection.recv(message, 0, BUFFER, 0);
            if (received == 0) {
                connection.close();
            }
            if (received <= 0) {
                return;
            }
            if (connection.send(message, 0, received, 0) != received) {
                throw new IllegalStateException("a closed-loop load leaves room for each answer");
            }
        } while (received == BUFFER);
    }
}
