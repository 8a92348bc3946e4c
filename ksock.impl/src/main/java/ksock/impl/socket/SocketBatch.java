// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SendBatch;
import ksock.api.SysSocket;
import ksock.impl.host.SendRing;
import ksock.impl.libc.LinuxConst;
import ksock.impl.wait.Deadline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends to many sockets. Those on sockets of the host go by the ring; all others by a call each, once what was prepared
 * before them is out, so that the order is kept.
 */
final class SocketBatch implements SendBatch {

    private static final Logger LOG = LoggerFactory.getLogger(SocketBatch.class);

    private final BatchMemory memory;
    private final MemorySegment data;
    private final ByteBuffer bytes;
    private final Cleaner.Cleanable cleanable;

    private final SocketState[] sockets;
    private final int[] offsets;
    private final int[] lengths;
    // What was sent, or -errno.
    private final int[] results;
    private final int[] ofRing;
    private int count;
    private int used;
    private boolean sent;
    /** Whether it is just being sent: a family may call it from within its own send. */
    private boolean sending;
    // Up to where results are known: all, unless a send ended in the middle.
    private int made;
    // While it is sent: from the first that has entered its socket to behind the last.
    private int entered;
    private int prepared;
    /** Whether a send ended in the middle: what is in the ring nobody knows. */
    private boolean ringLost;
    @SuppressWarnings("UnusedVariable") // written, so that the compiler does not leave fetch out
    private int fetched;

    /**
     * A batch.
     *
     * @param giveBack what to do when it is closed or forgotten
     */
    SocketBatch(BatchMemory memory, int sends, Cleaner cleaner, Runnable giveBack) {
        this.memory = memory;
        data = memory.data();
        bytes = data.asByteBuffer();
        sockets = new SocketState[sends];
        offsets = new int[sends];
        lengths = new int[sends];
        results = new int[sends];
        ofRing = new int[sends];
        cleanable = cleaner.register(this, giveBack);
    }

    @Override
    public boolean add(KernelSocket socket, ByteBuffer from) {
        checkUsable();
        SocketState state = stateOf(socket);
        int length = from.remaining();
        if (length > bytes.capacity()) {
            throw new IllegalArgumentException(length + " bytes in a batch of " + bytes.capacity());
        }
        if (sent) {
            clear();
        }
        int at = used;
        if (count == sockets.length || length > bytes.capacity() - at) {
            return false;
        }
        bytes.put(at, from, from.position(), length);
        used = Math.min(bytes.capacity(), BatchMemory.align(at + length));
        put(state, at, length);
        return true;
    }

    @Override
    public boolean addAgain(KernelSocket socket) {
        checkUsable();
        SocketState state = stateOf(socket);
        if (sent || count == 0) {
            throw new IllegalStateException("nothing was added that could be sent again");
        }
        if (count == sockets.length) {
            return false;
        }
        put(state, offsets[count - 1], lengths[count - 1]);
        return true;
    }

    private void put(SocketState socket, int offset, int length) {
        sockets[count] = socket;
        offsets[count] = offset;
        lengths[count] = length;
        count++;
    }

    private void checkUsable() {
        checkOpen();
        if (sending) {
            throw new IllegalStateException("the batch is just being sent");
        }
    }

    private void checkOpen() {
        if (memory.isClosed()) {
            throw new IllegalStateException("the batch is closed");
        }
    }

    private static SocketState stateOf(KernelSocket socket) {
        SocketState state = SocketHandle.stateOf(Objects.requireNonNull(socket, "socket"));
        if (state == null) {
            throw new IllegalArgumentException("not a socket of this service: " + socket);
        }
        return state;
    }

    private void clear() {
        Arrays.fill(sockets, 0, count, null);
        count = 0;
        used = 0;
        made = 0;
        sent = false;
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public void send() {
        checkUsable();
        if (!sent) {
            sent = true;
            sending = true;
            try {
                SendRing ring = memory.ring();
                if (ring == null || ringLost) {
                    sendEach(0, count);
                } else {
                    send(ring);
                }
            } finally {
                sending = false;
            }
        }
    }

    private void send(SendRing ring) {
        entered = 0;
        prepared = 0;
        boolean done = false;
        try {
            sendAll(ring);
            done = true;
        } finally {
            if (!done) {
                // As the batch was closed meanwhile, or for want of stack.
                ringLost = true;
                try {
                    leave(prepared);
                } finally {
                    for (; entered < prepared; entered++) {
                        sockets[entered].lost++;
                    }
                }
            }
        }
    }

    private void sendAll(SendRing ring) {
        long address = data.address();
        fetched = fetch();
        while (prepared < count) {
            int index = prepared;
            SocketState socket = sockets[index];
            if (socket.host() == null || socket.keepsError() || !socket.tryEnter()) {
                submit(ring);
                sendEach(index, index + 1);
                prepared = index + 1;
                entered = prepared;
            } else {
                // Before anything is called: from now on it is to be left.
                prepared = index + 1;
                ring.prepare(socket.host(), address + offsets[index], lengths[index]);
            }
        }
        submit(ring);
    }

    /**
     * Reads what is going to be read of each socket: of many it is in no near cache, and of several the processor
     * fetches it at the same time.
     */
    private int fetch() {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += sockets[i].prefetchSend();
        }
        return sum;
    }

    /** Makes those that are prepared, and leaves them. */
    private void submit(SendRing ring) {
        int from = entered;
        int to = prepared;
        if (from == to) {
            return;
        }
        int until;
        // Not over what families do, which may take as long as it likes.
        synchronized (memory) {
            checkOpen();
            until = from + ring.submit(ofRing);
        }
        for (int i = from; i < until; i++) {
            int result = ofRing[i - from];
            results[i] = result < 0 ? -KeptError.ofSend(sockets[i], -result) : result;
            made = i + 1;
            count(sockets[i], results[i], lengths[i]);
        }
        leave(to);
        // The host had no memory for them.
        sendEach(until, to);
    }

    /** Leaves those that are entered, or counts as lost the one at which it runs out of stack. */
    private void leave(int to) {
        while (entered < to) {
            SocketState socket = sockets[entered];
            // It is never left twice.
            entered++;
            boolean left = false;
            try {
                socket.leave();
                left = true;
            } finally {
                if (!left) {
                    socket.lost++;
                }
            }
        }
    }

    private static void count(SocketState socket, int result, int length) {
        if (result > 0) {
            socket.sent(result);
        }
        if (result < length && (result >= 0 || result == -LinuxConst.EAGAIN)) {
            socket.sendRefused(result, length);
        }
    }

    private void sendEach(int from, int to) {
        for (int i = from; i < to; i++) {
            checkOpen();
            results[i] = sendOne(sockets[i], offsets[i], lengths[i]);
            made = i + 1;
        }
    }

    private int sendOne(SocketState socket, int offset, int length) {
        try {
            long result = DataCalls.send(socket, data, offset, length, SysSocket.MSG_DONTWAIT, null, Deadline.FOREVER);
            return result == KernelSocket.WOULD_BLOCK ? -LinuxConst.EAGAIN : (int) result;
        } catch (KernelSocketException e) {
            return -e.number();
        } catch (RuntimeException e) {
            // Of a family that has a fault: no matter of the others.
            LOG.error("{} failed to send", socket, e);
            return -Errno.EIO.number();
        }
    }

    @Override
    public int length(int index) {
        return lengths[Objects.checkIndex(index, count)];
    }

    @Override
    public ByteBuffer unsent(int index) {
        Objects.checkIndex(index, made);
        int taken = Math.max(0, results[index]);
        return bytes.slice(offsets[index] + taken, lengths[index] - taken).asReadOnlyBuffer();
    }

    @Override
    public long result(int index) throws KernelSocketException {
        Objects.checkIndex(index, made);
        int result = results[index];
        if (result >= 0) {
            return result;
        }
        if (result == -LinuxConst.EAGAIN) {
            return KernelSocket.WOULD_BLOCK;
        }
        throw new KernelSocketException("send", -result, sockets[index]
                + (result == -Errno.ENOTSOCK.number() && !sockets[index].isOpen() ? " is closed" : ""));
    }

    @Override
    public void close() {
        cleanable.clean();
    }
}
