// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Datagram;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.SendBatch;

/**
 * Lone messages for many clients, on their way in one system call. What is the same for all is put in once. Of one
 * thread.
 */
final class CrowdBatch implements AutoCloseable {

    /** How many clients are written to at once; the first waits for as long as it takes to gather them. */
    private static final int CLIENTS = 64;

    private final GateCounters counters;
    private final SendBatch batch;
    private final ByteBuffer out = NlMsgHdr.buffer(new byte[BufferPool.CAPACITY]);
    private final ClientOutput[] outputs = new ClientOutput[CLIENTS];
    private int size;
    // What was put in last, and whether it is said whence it comes.
    private Datagram last;
    private boolean lastFrom;

    CrowdBatch(KernelSockets sockets, GateCounters counters) throws KernelSocketException {
        this.counters = counters;
        batch = sockets.sendBatch(CLIENTS, 2 * BufferPool.CAPACITY);
    }

    /**
     * Adds a message for a client.
     *
     * @return false if there is no room for it, or it can't be carried
     */
    @SuppressWarnings("ReferenceEquality") // Members of a group have the very same one.
    boolean add(KernelSocket socket, Datagram lone, ClientOutput output) {
        // Once: the client may say otherwise any time, and what is put in for it others get, too.
        boolean from = output.saysFrom(lone);
        if (lone == last && from == lastFrom) {
            if (!batch.addAgain(socket)) {
                return false;
            }
        } else {
            last = null;
            if (!output.putLone(out.clear(), lone, from) || !batch.add(socket, out.flip())) {
                return false;
            }
            last = lone;
            lastFrom = from;
        }
        outputs[size++] = output;
        return true;
    }

    boolean isFull() {
        return size == CLIENTS;
    }

    /**
     * Sends what was added, and has each client's output look what became of it. Throws nothing: what goes wrong with
     * one client is not for those behind it.
     */
    void send() {
        int sending = size;
        size = 0;
        last = null;
        count(counters.framesOut, sending);
        Throwable failure = failure();
        long bytes = 0;
        for (int i = 0; i < sending; i++) {
            ClientOutput output = outputs[i];
            // Of a client that has gone nothing is kept.
            outputs[i] = null;
            bytes += bring(output, i, failure);
        }
        count(counters.bytesOut, bytes);
    }

    private static void count(LongAdder counter, long more) {
        try {
            counter.add(more);
        } catch (OutOfMemoryError e) {
            // It grows where threads meet; then so much is not counted.
        }
    }

    /** Why nothing is known of what was sent; null if all is. */
    private Throwable failure() {
        try {
            batch.send();
            return null;
        } catch (RuntimeException | Error e) {
            return e;
        }
    }

    private long bring(ClientOutput output, int index, Throwable failure) {
        try {
            if (failure == null) {
                return output.brought(batch, index);
            }
            output.failed(failure);
        } catch (RuntimeException | Error e) {
            output.giveUpQuietly();
        }
        return 0;
    }

    @Override
    public void close() {
        batch.close();
    }
}
