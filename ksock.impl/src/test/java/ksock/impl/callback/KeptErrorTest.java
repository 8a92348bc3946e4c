// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.PollFd;
import ksock.api.SendBatch;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.SocketCallbacks;
import ksock.api.SysPoll;
import ksock.impl.callback.Sockets.Kind;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A socket whose error the loop has taken, to tell of it, answers each call as one without callbacks does, of which the
 * host still has the error: whatever is called, and in whatever order.
 */
@Timeout(600)
class KeptErrorTest {

    private static final int LENGTH = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** For a call that may wait, and mostly must not. */
    private static final Duration LIMIT = Duration.ofMillis(20);

    /** What has come before the reset. */
    enum Before {
        NOTHING, DATA, THE_END, DATA_AND_THE_END
    }

    private enum Call {
        RECV, RECV_ALL, PEEK, RECV_URGENT, RECV_ERRORS, RECVMSG, SEND, SEND_WAITING, SENDMSG, SEND_CONNECTING,
        SEND_BATCH, ACCEPT, CONNECT, DISSOLVE, ERROR, POLL
    }

    private static Object make(Call call, KernelSocket socket, SockAddr listener) throws KernelSocketException {
        return switch (call) {
            case RECV -> recv(socket, MSG_DONTWAIT);
            case RECV_ALL -> recv(socket.within(LIMIT), MSG_WAITALL);
            case PEEK -> recv(socket, MSG_PEEK | MSG_DONTWAIT);
            case RECV_URGENT -> recv(socket, MSG_OOB | MSG_DONTWAIT);
            case RECV_ERRORS -> recv(socket, MSG_ERRQUEUE | MSG_DONTWAIT);
            case RECVMSG -> socket.recvmsg(
                    new MessageHeader().buffers(MemorySegment.ofArray(new byte[LENGTH])), MSG_DONTWAIT);
            case SEND -> socket.send(new byte[1], 0, 1, MSG_DONTWAIT);
            case SEND_WAITING -> socket.within(LIMIT).send(new byte[1], 0, 1, 0);
            case SENDMSG -> socket.sendmsg(
                    new MessageHeader().buffers(MemorySegment.ofArray(new byte[1])), MSG_DONTWAIT);
            case SEND_CONNECTING -> socket.sendto(MemorySegment.ofArray(new byte[1]), 0, 1,
                    MSG_FASTOPEN | MSG_DONTWAIT,
                    socket.domain() == AF_UNIX ? null : new SockAddrBuffer().set(listener));
            case SEND_BATCH -> {
                try (SendBatch batch = Sockets.SERVICE.sendBatch(1, 64)) {
                    batch.add(socket, ByteBuffer.wrap(new byte[1]));
                    batch.send();
                    yield batch.result(0);
                }
            }
            case ACCEPT -> socket.within(LIMIT).accept();
            case CONNECT -> socket.connect(listener);
            case DISSOLVE -> socket.connect(new SockAddr.Raw(AF_UNSPEC, new byte[14]));
            case ERROR -> socket.getsockopt(SOL_SOCKET, SO_ERROR);
            case POLL -> {
                PollFd fd = new PollFd(socket, SysPoll.POLLIN | SysPoll.POLLRDHUP);
                Sockets.SERVICE.poll(new PollFd[] {fd}, Duration.ZERO);
                yield fd.revents();
            }
        };
    }

    private static String answer(Call call, KernelSocket socket, SockAddr listener) {
        try {
            return call + " " + make(call, socket, listener);
        } catch (KernelSocketException e) {
            return call + " " + e.errno();
        }
    }

    private static String recv(KernelSocket socket, int flags) throws KernelSocketException {
        byte[] data = new byte[LENGTH];
        long length = socket.recv(data, 0, LENGTH, flags);
        return length + new String(data, StandardCharsets.US_ASCII).strip();
    }

    static Stream<Arguments> resets() {
        return Stream.of(Kind.TCP, Kind.TCP6, Kind.UNIX, Kind.SEQPACKET)
                .flatMap(kind -> Stream.of(Before.values()).map(before -> Arguments.of(kind, before)));
    }

    @ParameterizedTest
    @MethodSource("resets")
    void shouldAnswerAsIfTheHostStillHadTheError(Kind kind, Before before) throws Exception {
        Set<Call> all = EnumSet.allOf(Call.class);
        if (kind == Kind.UNIX) {
            // There the host forgets the error as it gives less than all. Here it is still told.
            all.remove(Call.RECV_ALL);
        }
        for (Call first : all) {
            for (Call second : all) {
                List<Call> calls = List.of(first, second, Call.RECV, Call.SEND, Call.RECV);
                assertThat(answers(kind, before, true, calls)).as("%s", calls)
                        .isEqualTo(answers(kind, before, false, calls));
            }
        }
    }

    private static List<String> answers(Kind kind, Before before, boolean told, List<Call> calls) throws Exception {
        try (Sockets sockets = new Sockets()) {
            SockAddr listener = sockets.listener(kind).getsockname();
            KernelSocket socket = reset(sockets, kind, before, told);
            List<String> answers = new ArrayList<>();
            for (Call call : calls) {
                answers.add(answer(call, socket, listener));
            }
            return answers;
        }
    }

    private static KernelSocket reset(Sockets sockets, Kind kind, Before before, boolean told) throws Exception {
        KernelSocket[] pair = sockets.connected(kind);
        CountDownLatch taken = new CountDownLatch(1);
        if (told) {
            pair[0].callbacks(SocketCallbacks.builder().disconnected((s, a, reason) -> taken.countDown()).build(),
                    null);
        }
        if (kind.domain == AF_UNIX) {
            // A UNIX peer that closes with something unread resets.
            pair[0].send(new byte[1], 0, 1, 0);
        } else {
            pair[1].setsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new int[] {1, 0}));
        }
        if (before == Before.DATA || before == Before.DATA_AND_THE_END) {
            pair[1].send(new byte[] {'a', 'b', 'c'}, 0, 3, 0);
            await(pair[0], SysPoll.POLLIN);
        }
        if (before == Before.THE_END || before == Before.DATA_AND_THE_END) {
            pair[1].shutdown(SHUT_WR);
            await(pair[0], SysPoll.POLLRDHUP);
        }
        pair[1].close();
        if (told) {
            assertThat(taken.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } else {
            await(pair[0], SysPoll.POLLERR);
        }
        return pair[0];
    }

    private static void await(KernelSocket socket, int events) throws KernelSocketException {
        assertThat(Sockets.SERVICE.poll(new PollFd[] {new PollFd(socket, events)}, PATIENCE)).isEqualTo(1);
    }
}
