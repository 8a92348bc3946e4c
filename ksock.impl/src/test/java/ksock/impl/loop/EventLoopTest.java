// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import static ksock.impl.libc.LinuxConst.EPOLLHUP;
import static ksock.impl.libc.LinuxConst.EPOLLIN;
import static ksock.impl.libc.LinuxConst.EPOLLOUT;
import static ksock.impl.libc.LinuxConst.EPOLLRDHUP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ksock.api.Errno;
import ksock.api.KernelSocketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a registration is told, and when. */
@Timeout(300)
class EventLoopTest {

    private final EventLoop loop = new EventLoop();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void shouldReportWhatIsReadyAtRegistration() throws Exception {
        try (DescriptorPair pair = new DescriptorPair()) {
            DescriptorPair.send(pair.far, 3);
            Recorder recorder = new Recorder();

            Registration registration = loop.register(pair.near, recorder);

            assertThat(recorder.next() & EPOLLIN).isEqualTo(EPOLLIN);
            registration.close();
        }
    }

    /** Who has no stack to close tries again with a little more, until it has enough. */
    @Test
    void shouldGiveTheSlotBackWhereverClosingRanOutOfStackBefore() throws Exception {
        for (int round = 0; round < 40; round++) {
            try (DescriptorPair pair = new DescriptorPair()) {
                Registration registration = loop.register(pair.near, new Recorder());
                Thread deep = new Thread(null, () -> closeWithLittleStack(registration, Integer.MAX_VALUE), "deep",
                        192 * 1024L + round * 512L);
                deep.start();
                deep.join();

                Registration next = loop.register(pair.near, new Recorder());

                assertThat((int) next.key()).as("its slot, round %d", round).isEqualTo((int) registration.key());
                assertThat(next.key()).as("not its key").isNotEqualTo(registration.key());
                next.close();
            }
        }
    }

    private static int closeWithLittleStack(Registration registration, int levels) {
        int depth;
        try {
            depth = levels == 0 ? 0 : closeWithLittleStack(registration, levels - 1) + 1;
        } catch (StackOverflowError e) {
            registration.close();
            depth = 0;
        }
        return depth;
    }

    @Test
    void shouldReportEachArrivalOnceAndAgainOnRequest() throws Exception {
        try (DescriptorPair pair = new DescriptorPair()) {
            Recorder recorder = new Recorder();
            Registration registration = loop.register(pair.near, recorder);

            DescriptorPair.send(pair.far, 1);
            assertThat(recorder.next()).isEqualTo(EPOLLIN);
            DescriptorPair.send(pair.far, 1);
            assertThat(recorder.next()).isEqualTo(EPOLLIN);
            Recorder.settle(loop);
            assertThat(recorder.events).isEmpty();

            assertThat(registration.rearm()).isZero();
            assertThat(recorder.next()).isEqualTo(EPOLLIN);

            DescriptorPair.drain(pair.near);
            registration.rearm();
            Recorder.settle(loop);
            assertThat(recorder.events).isEmpty();
            registration.close();
        }
    }

    @Test
    void shouldReportRoomOnlyWhenArmedAndThenOnce() throws Exception {
        try (DescriptorPair pair = new DescriptorPair()) {
            Recorder recorder = new Recorder();
            Registration registration = loop.register(pair.near, recorder);
            Recorder.settle(loop);
            assertThat(recorder.events).isEmpty();

            DescriptorPair.fill(pair.near);
            assertThat(registration.armWrite()).isZero();
            Recorder.settle(loop);
            assertThat(recorder.events).isEmpty();
            DescriptorPair.drain(pair.far);
            assertThat(recorder.next()).isEqualTo(EPOLLOUT);

            DescriptorPair.fill(pair.near);
            DescriptorPair.drain(pair.far);
            Recorder.settle(loop);
            assertThat(recorder.events).isEmpty();

            registration.armWrite();
            assertThat(recorder.next()).isEqualTo(EPOLLOUT);
            registration.close();
        }
    }

    @Test
    void shouldNotRepeatArrivalsWhenWritingIsArmed() throws Exception {
        try (DescriptorPair pair = new DescriptorPair()) {
            Recorder recorder = new Recorder();
            Registration registration = loop.register(pair.near, recorder);
            DescriptorPair.send(pair.far, 1);
            assertThat(recorder.next()).isEqualTo(EPOLLIN);

            registration.armWrite();

            assertThat(recorder.next()).as("room, and not the byte that is still there").isNotEqualTo(EPOLLIN);
            Recorder.settle(loop);
            assertThat(recorder.events).isEmpty();
            registration.close();
        }
    }

    @Test
    void shouldReportTheEndOfThePeer() throws Exception {
        DescriptorPair pair = new DescriptorPair();
        Recorder recorder = new Recorder();
        Registration registration = loop.register(pair.near, recorder);

        DescriptorPair.close(pair.far);

        assertThat(recorder.next()).isEqualTo(EPOLLIN | EPOLLHUP | EPOLLRDHUP);
        registration.close();
        DescriptorPair.close(pair.near);
    }

    @Test
    void shouldReportNothingAfterClose() throws Exception {
        try (DescriptorPair pair = new DescriptorPair()) {
            Recorder recorder = new Recorder();
            Registration registration = loop.register(pair.near, recorder);
            registration.close();
            registration.close();

            DescriptorPair.send(pair.far, 1);
            registration.armWrite();
            registration.rearm();
            Recorder.settle(loop);

            assertThat(recorder.events).isEmpty();
        }
    }

    @Test
    void shouldSayWhyADescriptorCannotBeWatched() {
        assertThatThrownBy(() -> loop.register(-1, new Recorder())).isInstanceOfSatisfying(KernelSocketException.class,
                e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
    }

    @Test
    void shouldAllocateNothingInSteadyState() throws Exception {
        // In a virtual machine of its own: what other tests did to the compiler's profiles shows as garbage of the
        // JDK's.
        long turns = AllocationProgram.TURNS;
        assertThat(Long.parseLong(ChildProgram.run(AllocationProgram.class))).isLessThan(turns * 8L);
    }
}
