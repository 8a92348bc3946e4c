// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.MSG_PEEK;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_TYPE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.MessageHeader;
import ksock.api.PollFd;
import ksock.api.SysPoll;
import ksock.impl.loop.EventLoop;

/**
 * A parser that receives at each level of what it parses, and is sent nothing but opening brackets: its stack ends
 * inside a call. Does so by each call; prints a line a call, how often the socket could be closed after that.
 */
final class DeepStackProgram {

    /** Often enough that each call is interpreted, compiled, and compiled again. */
    static final int ROUNDS = 60;

    private static final long STACK_BYTES = 180_000;
    private static final int PAGE = 4096;
    private static final long PATIENCE_MILLIS = 30_000;
    private static final int PENDING = 4096;

    @FunctionalInterface
    private interface Call {
        void on(KernelSocket socket, MemorySegment one, KernelSockets sockets) throws KernelSocketException;
    }

    private DeepStackProgram() {
    }

    @SuppressWarnings("SystemOut") // what it is for
    public static void main(String[] args) throws Exception {
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("recv", (s, one, all) -> s.recv(one, 0, 1, MSG_PEEK));
        calls.put("recv that does not wait", (s, one, all) -> s.recv(one, 0, 1, MSG_DONTWAIT));
        calls.put("recv within a time", (s, one, all) -> s.within(Duration.ofSeconds(9)).recv(one, 0, 1, MSG_PEEK));
        calls.put("recvmsg", (s, one, all) -> s.recvmsg(new MessageHeader().buffers(one), MSG_PEEK));
        calls.put("send", (s, one, all) -> s.send(one, 0, 1, MSG_DONTWAIT));
        calls.put("sendmsg", (s, one, all) -> s.sendmsg(new MessageHeader().buffers(one), MSG_DONTWAIT));
        calls.put("sendmsg with a socket", (s, one, all) -> s.sendmsg(new MessageHeader().buffers(one)
                .rights(List.of(s)), MSG_DONTWAIT));
        calls.put("poll", (s, one, all) -> all.poll(new PollFd[] {new PollFd(s, SysPoll.POLLIN)}, null));
        calls.put("getsockopt", (s, one, all) -> s.getsockopt(SOL_SOCKET, SO_TYPE));
        calls.put("getsockname", (s, one, all) -> s.getsockname());
        SplittableRandom random = new SplittableRandom(1);
        try (EventLoop loop = new EventLoop(); SocketCore core = new SocketCore(loop)) {
            for (Map.Entry<String, Call> call : calls.entrySet()) {
                int closed = 0;
                for (int round = 0; round < ROUNDS; round++) {
                    closed += closes(core.scope(-1, ""), call.getValue(), random) ? 1 : 0;
                }
                System.out.println(call.getKey() + ": " + closed);
            }
            int closed = 0;
            for (int round = 0; round < ROUNDS; round++) {
                closed += closesDeep(core.scope(-1, ""), random) ? 1 : 0;
            }
            System.out.println("close: " + closed);
        }
    }

    /** Whether a socket's descriptor is given back that was closed where the stack ends, and again on the way out. */
    private static boolean closesDeep(KernelSockets sockets, SplittableRandom random) throws Exception {
        KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        Thread deep = new Thread(null, () -> closeOnTheWayOut(pair[0]), "deep",
                STACK_BYTES + (long) PAGE * random.nextInt(4));
        deep.start();
        deep.join(PATIENCE_MILLIS);
        // Who has the other end sees that it is closed, and that nobody else holds it.
        PollFd end = new PollFd(pair[1], 0);
        int gone = sockets.poll(new PollFd[] {end}, Duration.ofMillis(PATIENCE_MILLIS));
        pair[1].close();
        return !deep.isAlive() && gone == 1 && end.revents() == SysPoll.POLLHUP;
    }

    private static void closeOnTheWayOut(KernelSocket socket) {
        try {
            closeAtTheEnd(socket);
        } catch (StackOverflowError e) {
            // As meant.
            Thread.onSpinWait();
        }
    }

    @SuppressWarnings("InfiniteRecursion") // as meant
    private static void closeAtTheEnd(KernelSocket socket) {
        try {
            closeAtTheEnd(socket);
        } finally {
            socket.close();
        }
    }

    /** Whether a socket is closed, and its descriptor given back, in which a thread has run out of stack. */
    private static boolean closes(KernelSockets sockets, Call call, SplittableRandom random) throws Exception {
        KernelSocket[] pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        pair[1].send(new byte[PENDING], 0, PENDING, 0);
        int pad = random.nextInt(200);
        Thread deep = new Thread(null, () -> overflow(pair[0], call, sockets, pad), "deep",
                STACK_BYTES + (long) PAGE * random.nextInt(4));
        deep.start();
        deep.join(PATIENCE_MILLIS);
        Thread closer = Thread.ofPlatform().daemon().start(pair[0]::close);
        closer.join(PATIENCE_MILLIS);
        pair[1].close();
        return !deep.isAlive() && !closer.isAlive();
    }

    private static void overflow(KernelSocket socket, Call call, KernelSockets sockets, int pad) {
        try (Arena arena = Arena.ofConfined()) {
            pad(pad, socket, call, sockets, arena.allocate(1));
        } catch (KernelSocketException e) {
            throw new IllegalStateException(e);
        } catch (StackOverflowError e) {
            // As meant.
            Thread.onSpinWait();
        }
    }

    /** So that the stack does not always end at the same place. */
    private static void pad(int levels, KernelSocket socket, Call call, KernelSockets sockets, MemorySegment one)
            throws KernelSocketException {
        if (levels > 0) {
            pad(levels - 1, socket, call, sockets, one);
        } else {
            parse(socket, call, sockets, one);
        }
    }

    @SuppressWarnings("InfiniteRecursion") // as meant
    private static void parse(KernelSocket socket, Call call, KernelSockets sockets, MemorySegment one)
            throws KernelSocketException {
        call.on(socket, one, sockets);
        parse(socket, call, sockets, one);
    }
}
