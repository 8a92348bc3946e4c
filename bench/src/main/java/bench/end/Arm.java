// SPDX-License-Identifier: Apache-2.0
package bench.end;

import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_STREAM;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SocketCallbacks;

/** Sets callbacks on 10,000 sockets that were just made; times that, or weighs them. */
final class Arm implements Driver {

    private static final int SOCKETS = 10_000;
    private static final int MOST_COLLECTIONS = 20;

    private final boolean weigh;
    private final MemorySegment buffer = Arena.global().allocate(Long.BYTES);
    private final AtomicInteger told = new AtomicInteger();
    private final SocketCallbacks callbacks = SocketCallbacks.builder().recv(this::take).build();

    private Arm(boolean weigh) {
        this.weigh = weigh;
    }

    /** The slice's operations are the sockets, its bytes those that reached a callback, its time that of arming. */
    static Driver timed() {
        return new Arm(false);
    }

    /** The slice's operations are the sockets, its bytes those of the heap that they hold. */
    static Driver weighed() {
        return new Arm(true);
    }

    @Override
    public Slice run(long nanos) throws KernelSocketException, InterruptedException {
        return arm();
    }

    private Slice arm() throws KernelSocketException, InterruptedException {
        told.set(0);
        KernelSocket[] sockets = new KernelSocket[SOCKETS];
        // Whatever the first socket of all brings along is no part of one socket's weight.
        KernelSocket[] first = Loopback.SOCKETS.socketpair(AF_UNIX, SOCK_STREAM, 0);
        first[0].callbacks(callbacks, null);
        long before = weigh ? usedHeap() : 0;
        for (int i = 0; i < SOCKETS; i += 2) {
            KernelSocket[] pair = Loopback.SOCKETS.socketpair(AF_UNIX, SOCK_STREAM, 0);
            sockets[i] = pair[0];
            sockets[i + 1] = pair[1];
        }
        long begin = System.nanoTime();
        for (KernelSocket socket : sockets) {
            socket.callbacks(callbacks, null);
        }
        long nanos = System.nanoTime() - begin;
        long weight = weigh ? usedHeap() - before : 0;
        long bytes = reachAll(sockets);
        // Before any is closed: else the other halves' callbacks tell of that, while they are closed themselves.
        for (KernelSocket socket : sockets) {
            socket.callbacks(null, null);
        }
        for (KernelSocket socket : sockets) {
            socket.close();
        }
        first[0].close();
        first[1].close();
        return new Slice(SOCKETS, weigh ? weight : bytes, nanos);
    }

    /** Each is armed indeed: what is sent to one half is told of the other. */
    private long reachAll(KernelSocket[] sockets) throws KernelSocketException, InterruptedException {
        for (int i = 0; i < SOCKETS; i += 2) {
            Stream.sendAll(sockets[i], buffer, 1);
        }
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (told.get() < SOCKETS / 2) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("only " + told + " of " + SOCKETS / 2 + " sockets were called back");
            }
            Thread.sleep(1);
        }
        return told.get();
    }

    private void take(KernelSocket socket, Object nothing, long length) throws KernelSocketException {
        if (socket.recv(buffer, 0, 1, MSG_DONTWAIT) == 1) {
            told.incrementAndGet();
        }
    }

    private static long usedHeap() {
        // Until a collection frees nothing any more: what one finds unreachable may be cleaned, and so freed, by later
        // ones.
        long used = Long.MAX_VALUE;
        for (int i = 0; i < MOST_COLLECTIONS; i++) {
            System.gc();
            long now = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            if (used - now < SOCKETS) {
                return now;
            }
            used = now;
        }
        return used;
    }
}
