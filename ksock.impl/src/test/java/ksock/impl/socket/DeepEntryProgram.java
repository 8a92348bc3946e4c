// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.SOCK_STREAM;

import java.util.SplittableRandom;
import ksock.api.KernelSocket;
import ksock.impl.loop.EventLoop;

/**
 * As {@link DeepStackProgram}, on a socket that closes already, while a call is in it; prints how often the close ended
 * when that call was out.
 */
final class DeepEntryProgram {

    static final int ROUNDS = 60;

    private static final long STACK_BYTES = 180_000;
    private static final int PAGE = 4096;
    private static final long PATIENCE_MILLIS = 30_000;

    private static boolean entered; // written by the deep thread, which is joined

    private DeepEntryProgram() {
    }

    @SuppressWarnings("SystemOut") // what it is for
    public static void main(String[] args) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        int closed = 0;
        try (EventLoop loop = new EventLoop(); SocketCore core = new SocketCore(loop)) {
            for (int round = 0; round < ROUNDS; round++) {
                closed += closes(core.scope(-1, ""), random) ? 1 : 0;
            }
        }
        System.out.println("closed: " + closed);
    }

    private static boolean closes(SocketScope sockets, SplittableRandom random) throws Exception {
        KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        SocketState socket = SocketHandle.stateOf(pair[0]);
        Thread closer;
        socket.enter("call");
        try {
            closer = Thread.ofPlatform().daemon().start(pair[0]::close);
            while (socket.isOpen()) {
                Thread.onSpinWait();
            }
            int pad = random.nextInt(200);
            Thread deep = new Thread(null, () -> overflow(socket, pad), "deep",
                    STACK_BYTES + (long) PAGE * random.nextInt(4));
            deep.start();
            deep.join(PATIENCE_MILLIS);
        } finally {
            socket.leave();
        }
        closer.join(PATIENCE_MILLIS);
        pair[1].close();
        return !closer.isAlive() && !entered;
    }

    private static void overflow(SocketState socket, int pad) {
        try {
            pad(socket, pad);
        } catch (StackOverflowError e) {
            // As meant.
            Thread.onSpinWait();
        }
    }

    /** So that the stack does not always end at the same place. */
    private static void pad(SocketState socket, int levels) {
        if (levels > 0) {
            pad(socket, levels - 1);
        } else {
            enterOnTheWayOut(socket);
        }
    }

    /** With a little more stack each time: so that it ends in whatever is called, not only in what is deepest. */
    @SuppressWarnings("InfiniteRecursion") // as meant
    private static void enterOnTheWayOut(SocketState socket) {
        try {
            enterOnTheWayOut(socket);
        } finally {
            entered |= socket.tryEnter();
        }
    }
}
