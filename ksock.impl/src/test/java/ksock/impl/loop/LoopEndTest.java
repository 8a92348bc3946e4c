// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of a loop: whom it tells, and what is left of it. */
@Timeout(300)
class LoopEndTest {

    private final EventLoop loop = new EventLoop();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void shouldTellEachHandlerThatItIsLostWhenTheLoopEnds() throws Exception {
        try (DescriptorPair pair = new DescriptorPair(); DescriptorPair other = new DescriptorPair()) {
            Recorder recorder = new Recorder();
            Recorder gone = new Recorder();
            Registration registration = loop.register(pair.near, recorder);
            loop.register(other.near, gone).close();

            loop.close();
            loop.close();

            assertThat(recorder.losses).containsExactly(Errno.ECANCELED.number());
            assertThat(gone.losses).isEmpty();
            assertThat(registration.armWrite()).isEqualTo(-Errno.ECANCELED.number());
            assertThat(registration.rearm()).isEqualTo(-Errno.ECANCELED.number());
            registration.close();
            assertThatThrownBy(() -> loop.register(pair.near, recorder)).isInstanceOfSatisfying(
                    KernelSocketException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECANCELED));
            assertThatThrownBy(() -> loop.execute(new TestTask(() -> { }))).isInstanceOf(KernelSocketException.class);
        }
    }

    @Test
    void shouldTouchNoDescriptorForARegistrationThatTheEndOvertook() throws Exception {
        try (DescriptorPair pair = new DescriptorPair()) {
            EpollPoller poller = new EpollPoller();
            Slots slots = new Slots();
            Registration registration = new Registration(poller, slots, new Recorder(), pair.near, slots.allocate());
            slots.set(registration);

            // The end comes before the registration is open; then the epoll's number may be anybody's.
            assertThat(registration.lose()).isTrue();

            assertThat(registration.open()).isEqualTo(-Errno.ECANCELED.number());
            poller.close();
        }
    }

    @Test
    void shouldGoOnAfterAHandlerThatThrowsWhatCannotBeLogged() throws Exception {
        try (DescriptorPair pair = new DescriptorPair()) {
            Recorder recorder = new Recorder();
            loop.execute(new TestTask(() -> {
                throw new UnspeakableException();
            }));
            loop.register(pair.near, recorder);
            DescriptorPair.send(pair.far, 1);

            assertThat(recorder.next()).isNotZero();
            assertThat(loop.isAlive()).isTrue();
        }
    }

    /** Says nothing of itself: whoever asks gets another of its kind. */
    private static final class UnspeakableException extends RuntimeException {

        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new UnspeakableException();
        }
    }

    @Test
    void shouldTellEachHandlerThatItIsLostWhenTheLoopDies() throws Exception {
        assertThat(ChildProgram.run(DeathProgram.class)).isEqualTo(Errno.ECANCELED.number() + " ECANCELED");
    }

    @Test
    void shouldLeaveNoDescriptorAndNoThreadBehind() throws Exception {
        try (EventLoop warmUp = new EventLoop()) {
            warmUp.execute(new TestTask(() -> { }));
        }
        long before = settledEpolls();
        List<EventLoop> loops = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            EventLoop one = new EventLoop();
            loops.add(one);
            one.execute(new TestTask(() -> { }));
        }
        assertThat(epolls()).isGreaterThanOrEqualTo(before + 20);
        loops.forEach(EventLoop::close);
        await().untilAsserted(() -> assertThat(epolls()).isLessThanOrEqualTo(before));
        await().untilAsserted(() -> assertThat(loops).allMatch(one -> one.threads() == 0));
    }

    @Test
    void shouldLeaveNothingBehindWhenItEndsAsItBegins() throws Exception {
        long before = settledEpolls();
        for (int i = 0; i < 500; i++) {
            try (EventLoop one = new EventLoop()) {
                one.execute(new TestTask(() -> { }));
            }
        }
        await().untilAsserted(() -> assertThat(epolls()).isLessThanOrEqualTo(before));
    }

    /** As many as there are when the loops of earlier tests have closed theirs. */
    private static long settledEpolls() {
        AtomicLong last = new AtomicLong(-1);
        await().pollInterval(200, TimeUnit.MILLISECONDS).until(() -> {
            long now = epolls();
            return last.getAndSet(now) == now;
        });
        return last.get();
    }

    private static long epolls() throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.filter(fd -> {
                try {
                    return Files.readSymbolicLink(fd).toString().equals("anon_inode:[eventpoll]");
                } catch (IOException e) {
                    return false;
                }
            }).count();
        }
    }
}
