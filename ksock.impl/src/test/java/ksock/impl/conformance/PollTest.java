// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.SysPoll.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.PollFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** gVisor's poll and ppoll, over sockets: what is reported when. */
class PollTest {

    private static final int EVERYTHING = POLLIN | POLLOUT | POLLPRI | POLLRDHUP;

    private final Ground ground = new Ground();
    private final KernelSockets sockets = ground.sockets();

    @AfterEach
    void leave() {
        ground.close();
    }

    @TestFactory
    Stream<DynamicContainer> connected() {
        return each(ALL, kind -> Stream.of(
                row("idle: can be sent to", g -> new Polled(g, g.connected(kind)), p -> p.near(EVERYTHING), POLLOUT),
                row("NonBlockingEventPOLLIN", g -> new Polled(g, g.connected(kind)), p -> {
                    Ground.send(p.pair.far(), "x");
                    p.ground.await(p.pair.near(), POLLIN);
                    return p.near(EVERYTHING);
                }, POLLIN | POLLOUT),
                row("ImmediatelyReturnOnlyOnPollEvents", g -> new Polled(g, g.connected(kind)), p -> {
                    Ground.send(p.pair.far(), "x");
                    p.ground.await(p.pair.near(), POLLIN);
                    return p.near(POLLPRI);
                }, 0),
                row("NonBlockingEventPOLLRDNORM", g -> new Polled(g, g.connected(kind)), p -> {
                    assertThat(p.near(POLLRDNORM)).isZero();
                    Ground.send(p.pair.far(), "x");
                    p.ground.await(p.pair.near(), POLLIN);
                    return p.near(POLLRDNORM);
                }, POLLRDNORM),
                row("NonBlockingEventPOLLRDNORM_POLLIN", g -> new Polled(g, g.connected(kind)), p -> {
                    Ground.send(p.pair.far(), "x");
                    p.ground.await(p.pair.near(), POLLIN);
                    return p.near(POLLIN | POLLRDNORM);
                }, POLLIN | POLLRDNORM),
                row("NonBlockingEventPOLLWRNORM", g -> new Polled(g, g.connected(kind)), p -> p.near(POLLWRNORM),
                        POLLWRNORM),
                row("NonBlockingEventPOLLWRNORM_POLLOUT", g -> new Polled(g, g.connected(kind)),
                        p -> p.near(POLLOUT | POLLWRNORM), POLLOUT | POLLWRNORM),
                row("BlockingEventPOLLRDNORM", g -> new Polled(g, g.connected(kind)), p -> {
                    CompletableFuture<Integer> poller = Ground.async(() -> p.ground.await(p.pair.near(), POLLRDNORM));
                    Ground.send(p.pair.far(), "x");
                    return Ground.join(poller);
                }, POLLRDNORM),
                row("PollLevelTriggered", g -> new Polled(g, g.connected(kind)), p -> {
                    Ground.send(p.pair.far(), "x");
                    p.ground.await(p.pair.near(), POLLIN);
                    assertThat(p.near(POLLIN)).isEqualTo(POLLIN);
                    assertThat(p.near(POLLIN)).isEqualTo(POLLIN);
                    Ground.recv(p.pair.near(), 1);
                    return p.near(POLLIN);
                }, 0)));
    }

    @TestFactory
    Stream<DynamicContainer> room() {
        return each(EnumSet.of(TCP4, UNIX_STREAM, UNIX_SEQPACKET), kind -> Stream.of(
                row("BlockingEventPOLLOUT", g -> new Polled(g, g.connected(kind)),
                        p -> p.nearOnceThereIsRoom(POLLOUT), POLLOUT),
                row("BlockingEventPOLLWRNORM", g -> new Polled(g, g.connected(kind)),
                        p -> p.nearOnceThereIsRoom(POLLWRNORM), POLLWRNORM),
                row("BlockingEventPOLLWRNORM_POLLOUT", g -> new Polled(g, g.connected(kind)),
                        p -> p.nearOnceThereIsRoom(POLLOUT | POLLWRNORM), POLLOUT | POLLWRNORM)));
    }

    @TestFactory
    Stream<DynamicContainer> connecting() {
        return each(EnumSet.of(TCP4, TCP6), kind -> Stream.of(
                row("NonBlockingConnect_PollWrNorm", g -> connecting(g, kind),
                        p -> p.ground.await(p.pair.near(), POLLWRNORM), POLLWRNORM),
                row("NonBlockingConnect_PollWrNorm_PollOut", g -> connecting(g, kind),
                        p -> p.ground.await(p.pair.near(), POLLOUT | POLLWRNORM), POLLOUT | POLLWRNORM)));
    }

    private static Polled connecting(Ground ground, SocketKind kind) throws KernelSocketException {
        KernelSocket client = ground.nonBlocking(kind);
        client.connect(ground.listening(kind).getsockname());
        return new Polled(ground, new Ground.Pair(client, null));
    }

    @TestFactory
    Stream<DynamicContainer> ended() {
        return each(CONNECTING, kind -> Stream.of(
                row("the peer has shut its sending side", g -> new Polled(g, g.connected(kind)), p -> {
                    p.pair.far().shutdown(SHUT_WR);
                    p.ground.await(p.pair.near(), POLLRDHUP);
                    return p.near(EVERYTHING);
                }, POLLIN | POLLOUT | POLLRDHUP),
                row("NonBlockingEventPOLLHUP: both sides are shut", g -> new Polled(g, g.connected(kind)), p -> {
                    p.pair.near().shutdown(SHUT_WR);
                    p.pair.far().shutdown(SHUT_WR);
                    p.ground.await(p.pair.near(), 0);
                    return p.near(EVERYTHING) & (POLLHUP | POLLIN | POLLRDHUP);
                }, POLLHUP | POLLIN | POLLRDHUP),
                row("a listener, idle", g -> new Polled(g, new Ground.Pair(g.listening(kind), null)),
                        p -> p.near(EVERYTHING), 0),
                row("PollAroundAccept", g -> {
                    KernelSocket listener = g.listening(kind);
                    g.socket(kind).connect(listener.getsockname());
                    return new Polled(g, new Ground.Pair(listener, null));
                }, p -> {
                    assertThat(p.near(EVERYTHING)).isEqualTo(POLLIN);
                    p.ground.adopt(p.pair.near().accept());
                    return p.near(EVERYTHING);
                }, 0)));
    }

    @Test
    void shouldReturnWhenTheTimeHasPassed() throws Exception {
        long start = System.nanoTime();
        assertThat(sockets.poll(new PollFd[] {new PollFd(ground.bound(UDP4), POLLIN)}, Duration.ofMillis(20))).isZero();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000L);
    }

    @Test
    void shouldOnlyLookWhenTheTimeIsZeroOrLess() throws Exception {
        PollFd[] fds = {new PollFd(ground.bound(UDP4), POLLIN)};
        assertThat(sockets.poll(fds, Duration.ZERO)).isZero();
        assertThat(sockets.poll(fds, Duration.ofSeconds(-1))).isZero();
    }

    @Test
    void shouldWaitForNothingAtAllAsLongAsItIsTold() throws Exception {
        // NullFds
        assertThat(sockets.poll(new PollFd[0], Duration.ofMillis(5))).isZero();
    }

    @Test
    void shouldCountTheSocketsThatAreReadyAndClearTheOthers() throws Exception {
        Ground.Pair pair = ground.connected(UNIX_STREAM);
        Ground.send(pair.far(), "x");
        PollFd idle = new PollFd(ground.bound(UDP4), POLLIN);
        idle.revents(POLLERR);
        PollFd[] fds = {idle, new PollFd(pair.near(), POLLIN), new PollFd(pair.near(), POLLOUT)};
        assertThat(sockets.poll(fds, null)).isEqualTo(2);
        assertThat(fds[0].revents()).isZero();
        assertThat(fds[1].revents()).isEqualTo(POLLIN);
        assertThat(fds[2].revents()).isEqualTo(POLLOUT);
        assertThat(fds[1].events()).isEqualTo(POLLIN);
    }

    @Test
    void shouldReportAClosedSocketAtOnce() throws Exception {
        KernelSocket closed = ground.socket(UDP4);
        closed.close();
        PollFd[] fds = {new PollFd(ground.bound(UDP4), POLLIN), new PollFd(closed, POLLIN)};
        assertThat(sockets.poll(fds, null)).isEqualTo(1);
        assertThat(fds[1].revents()).isEqualTo(POLLNVAL);
    }

    @Test
    void shouldWakeForDataFromAnotherThread() throws Exception {
        // BlockingEventPOLLIN
        Ground.Pair pair = ground.connected(TCP4);
        CompletableFuture<Integer> poller = Ground.async(() -> ground.await(pair.near(), POLLIN));
        Ground.send(pair.far(), "x");
        assertThat(Ground.join(poller)).isEqualTo(POLLIN);
    }

    @Test
    void shouldWakeWhenOneOfItsSocketsIsClosed() throws Exception {
        KernelSocket socket = ground.bound(UDP4);
        PollFd fd = new PollFd(socket, POLLIN);
        CompletableFuture<Integer> poller = Ground.async(() -> sockets.poll(new PollFd[] {fd}, Ground.PATIENCE));
        socket.close();
        assertThat(Ground.join(poller)).isEqualTo(1);
        assertThat(fd.revents()).isEqualTo(POLLNVAL);
    }

    @Test
    void shouldEndWithEintrWhenInterrupted() throws Exception {
        KernelSocket socket = ground.bound(UDP4);
        CompletableFuture<Thread> caller = new CompletableFuture<>();
        CompletableFuture<Integer> poller = Ground.async(() -> {
            caller.complete(Thread.currentThread());
            return sockets.poll(new PollFd[] {new PollFd(socket, POLLIN)}, Ground.PATIENCE);
        });
        Ground.join(caller).interrupt();
        assertThatThrownBy(() -> Ground.join(poller)).hasMessageContaining("EINTR");
    }

    @Test
    void shouldPollAsManySocketsAsThereAre() throws Exception {
        // Nfds
        PollFd[] fds = new PollFd[500];
        KernelSocket idle = ground.bound(UDP4);
        for (int i = 0; i < fds.length; i++) {
            fds[i] = new PollFd(idle, POLLIN);
        }
        Ground.Pair pair = ground.connected(UDP6);
        Ground.send(pair.far(), "x");
        fds[499] = new PollFd(pair.near(), POLLIN);
        assertThat(sockets.poll(fds, null)).isEqualTo(1);
        assertThat(fds[499].revents()).isEqualTo(POLLIN);
    }

    /** Two sockets of which the near one is polled. */
    private record Polled(Ground ground, Ground.Pair pair) {

        long near(int events) throws Exception {
            return ground.poll(pair.near(), events);
        }

        /** Polled in another thread while there is no room, until the other side has made some. */
        long nearOnceThereIsRoom(int events) throws Exception {
            Fill.up(pair.near());
            CompletableFuture<Integer> poller = Ground.async(() -> ground.await(pair.near(), events));
            byte[] data = new byte[1 << 16];
            while (!poller.isDone()) {
                pair.far().recv(data, 0, data.length, MSG_DONTWAIT);
            }
            return Ground.join(poller);
        }
    }
}
