// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.KernelSocket.IN_PROGRESS;
import static ksock.api.SysIoctl.FIONBIO;
import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.typed.SocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A socket that had to answer at once, an accept above all, blocks again when told to: in every call, in full. */
@Timeout(300)
class BlocksAgainTest {

    private static final int LONG = 8 << 20;

    private final Fixture fixture = new Fixture();
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        fixture.close();
        arena.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeAllThatIsSent(Threads threads) throws Exception {
        KernelSocket[] pair = connection();
        MemorySegment data = arena.allocate(LONG, 64);
        FutureTask<Long> sending = threads.run(() -> pair[0].send(data, 0, LONG, 0));
        byte[] all = new byte[LONG];
        assertThat(pair[1].recv(all, 0, LONG, MSG_WAITALL)).isEqualTo(LONG);
        assertThat(sending.get()).isEqualTo(LONG);

        FutureTask<Long> message = threads.run(() -> pair[0].sendmsg(new MessageHeader().buffers(data), 0));
        assertThat(pair[1].recv(all, 0, LONG, MSG_WAITALL)).isEqualTo(LONG);
        assertThat(message.get()).isEqualTo(LONG);
    }

    @ParameterizedTest
    @EnumSource
    void shouldWaitForAllThatIsAskedFor(Threads threads) throws Exception {
        KernelSocket[] pair = connection();
        pair[0].setsockopt(SocketOptions.SO_RCVTIMEO, Fixture.PATIENCE);
        for (boolean message : new boolean[] {false, true}) {
            FutureTask<Long> receiving = threads.run(() -> message
                    ? pair[0].recvmsg(new MessageHeader().buffers(MemorySegment.ofArray(new byte[2])), MSG_WAITALL)
                    : pair[0].recv(new byte[2], 0, 2, MSG_WAITALL));
            Fixture.awaitBlocked(pair[0], 1);
            pair[1].send(new byte[1], 0, 1, 0);
            pair[1].send(new byte[1], 0, 1, 0);
            assertThat(receiving.get()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldWaitForTheEndOfAConnect(Threads threads) throws Exception {
        KernelSocket socket = refusedAtOnce();
        socket.setsockopt(SocketOptions.SO_SNDTIMEO, Fixture.PATIENCE);
        KernelSocket deserted = fixture.listener();
        SockAddr address = deserted.getsockname();
        deserted.close();
        assertThat(threads.run(() -> {
            Fixture.assertErrno(Errno.ECONNREFUSED, () -> socket.connect(address));
            return true;
        }).get()).isTrue();
        assertThat(socket.connect(fixture.listener().getsockname())).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveUpAConnectWhenTheOptionsTimeHasPassed(Threads threads) throws Exception {
        KernelSocket listener = fixture.listener();
        listener.listen(0);
        fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0)).connect(listener.getsockname());
        KernelSocket socket = refusedAtOnce();
        socket.setsockopt(SocketOptions.SO_SNDTIMEO, Duration.ofMillis(60));
        long begin = System.nanoTime();
        assertThat(threads.run(() -> socket.connect(listener.getsockname())).get()).isEqualTo(IN_PROGRESS);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(50));
    }

    /** Whose accept had to answer at once. */
    private KernelSocket refusedAtOnce() throws Exception {
        KernelSocket socket = fixture.keep(fixture.sockets.socket(AF_INET, SOCK_STREAM, 0));
        socket.ioctl(FIONBIO, 1);
        Fixture.assertErrno(Errno.EINVAL, socket::accept);
        socket.ioctl(FIONBIO, 0);
        return socket;
    }

    private KernelSocket[] connection() throws Exception {
        KernelSocket socket = refusedAtOnce();
        KernelSocket listener = fixture.listener();
        socket.connect(listener.getsockname());
        return new KernelSocket[] {socket, fixture.keep(listener.accept())};
    }
}
