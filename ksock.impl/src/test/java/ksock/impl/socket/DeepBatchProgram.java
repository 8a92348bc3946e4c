// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_STREAM;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SendBatch;
import ksock.impl.loop.EventLoop;

/**
 * As {@link DeepStackProgram}, by the sends of a batch; prints how often it could be used after that, and how often the
 * sockets could be closed.
 */
final class DeepBatchProgram {

    /** Often enough that each method is interpreted, compiled, and compiled again. */
    static final int ROUNDS = 600;

    private static final int SOCKETS = 4;
    private static final long STACK_BYTES = 180_000;
    private static final int PAGE = 4096;
    private static final long PATIENCE_MILLIS = 30_000;
    private static final int LONGEST = 1 << 16;

    private final KernelSocket[][] pairs = new KernelSocket[SOCKETS][];
    private final SendBatch batch;
    private final ByteBuffer one = ByteBuffer.allocate(1);

    private DeepBatchProgram(SocketScope sockets) throws KernelSocketException {
        for (int i = 0; i < SOCKETS; i++) {
            pairs[i] = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        }
        batch = sockets.sendBatch(2 * SOCKETS, 1024);
    }

    @SuppressWarnings("SystemOut") // what it is for
    public static void main(String[] args) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        int usable = 0;
        int closed = 0;
        try (EventLoop loop = new EventLoop(); SocketCore core = new SocketCore(loop)) {
            for (int round = 0; round < ROUNDS; round++) {
                DeepBatchProgram program = new DeepBatchProgram(core.scope(-1, ""));
                int pad = random.nextInt(200);
                boolean out = round % 2 == 1;
                Thread deep = new Thread(null, () -> program.overflow(pad, out), "deep",
                        STACK_BYTES + (long) PAGE * random.nextInt(4));
                deep.start();
                deep.join(PATIENCE_MILLIS);
                usable += program.goesOn() ? 1 : 0;
                Thread closer = Thread.ofPlatform().daemon().start(program::close);
                closer.join(PATIENCE_MILLIS);
                closed += deep.isAlive() || closer.isAlive() ? 0 : 1;
            }
        }
        System.out.println("goes on: " + usable);
        System.out.println("closed: " + closed);
        System.out.println("rings left: " + Batches.rings());
    }

    private void close() {
        for (KernelSocket[] pair : pairs) {
            pair[0].close();
            pair[1].close();
        }
        batch.close();
    }

    /** Whether sends get where they are to go to. */
    private boolean goesOn() throws KernelSocketException {
        batch.send();
        byte[] bytes = new byte[LONGEST];
        for (KernelSocket[] pair : pairs) {
            while (pair[1].recv(bytes, 0, bytes.length, MSG_DONTWAIT) > 0) {
                Thread.onSpinWait();
            }
            batch.add(pair[0], ByteBuffer.wrap(new byte[] {7}));
        }
        batch.send();
        boolean all = batch.size() == SOCKETS;
        for (int i = 0; i < SOCKETS; i++) {
            all &= batch.result(i) == 1 && pairs[i][1].recv(bytes, 0, 2, MSG_DONTWAIT) == 1 && bytes[0] == 7;
        }
        return all;
    }

    private void overflow(int pad, boolean out) {
        try {
            pad(pad, out);
        } catch (StackOverflowError e) {
            // As meant.
            Thread.onSpinWait();
        }
    }

    /** So that the stack does not always end at the same place. */
    private void pad(int levels, boolean out) {
        if (levels > 0) {
            pad(levels - 1, out);
        } else if (out) {
            sendOnTheWayOut();
        } else {
            parse();
        }
    }

    @SuppressWarnings("InfiniteRecursion") // as meant
    private void parse() {
        send();
        parse();
    }

    /** With a little more stack each time: so that it ends in whatever is called, not only in what is deepest. */
    @SuppressWarnings("InfiniteRecursion") // as meant
    private void sendOnTheWayOut() {
        try {
            sendOnTheWayOut();
        } finally {
            send();
        }
    }

    private void send() {
        for (KernelSocket[] pair : pairs) {
            batch.add(pair[0], one);
        }
        batch.send();
    }
}
