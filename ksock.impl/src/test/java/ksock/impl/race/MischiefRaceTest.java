// SPDX-License-Identifier: Apache-2.0
package ksock.impl.race;

import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.MSG_OOB;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.PollFd;
import ksock.api.SocketCallbacks;
import ksock.api.SysPoll;
import ksock.impl.loop.EventLoop;
import ksock.impl.socket.Fixture;
import ksock.impl.socket.Threads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Callbacks and threads that do whatever they like to each other's sockets: send, receive, wait, sleep, throw, set
 * other callbacks, close, interrupt, cancel. None of it may break what is promised of all of it.
 */
@Timeout(600)
class MischiefRaceTest {

    private static final int SOCKETS = 16;
    private static final long NANOS = TimeUnit.SECONDS.toNanos(2L * Integer.getInteger("ksock.race.times", 1));

    private final Fixture fixture = new Fixture();
    private final Place[] places = new Place[SOCKETS];
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<String> broken = new ConcurrentLinkedQueue<>();
    private final AtomicLong called = new AtomicLong();
    private volatile boolean begun;
    private volatile boolean stopped;

    /** Callbacks as they were set once: they run one at a time, and not after they were replaced. */
    private static final class Setting {

        private final AtomicBoolean running = new AtomicBoolean();
        private volatile boolean over;
    }

    /** Where a socket is; who changes it or its callbacks holds the lock, so that it is known what is over. */
    private static final class Place {

        private final ReentrantLock lock = new ReentrantLock();
        private volatile KernelSocket socket;
        private volatile Setting setting = new Setting();
    }

    @FunctionalInterface
    private interface Deed {
        void make() throws KernelSocketException;
    }

    @Test
    void shouldKeepWhatIsPromisedWhateverIsDone() throws Exception {
        long before = Fixture.descriptors();
        for (int i = 0; i < SOCKETS; i++) {
            places[i] = new Place();
        }
        long end = System.nanoTime() + NANOS;
        for (Threads kind : List.of(Threads.PLATFORM, Threads.VIRTUAL, Threads.PLATFORM)) {
            threads.add(kind.start(() -> {
                while (!begun) {
                    // They look for one another, to interrupt.
                    Thread.onSpinWait();
                }
                while (!stopped) {
                    attempt(this::threadsDeed);
                    Thread.interrupted();
                }
            }));
        }
        begun = true;
        await().atMost(Duration.ofMinutes(5)).until(() -> System.nanoTime() - end > 0 && called.get() > 100);
        stopped = true;
        for (Thread thread : threads) {
            assertThat(thread.join(Fixture.PATIENCE)).as("%s ends", thread).isTrue();
        }
        fixture.close();
        assertThat(broken).isEmpty();
        assertThat(Fixture.descriptors()).isEqualTo(before);
    }

    private void threadsDeed() throws KernelSocketException {
        Random random = ThreadLocalRandom.current();
        Place place = places[random.nextInt(SOCKETS)];
        KernelSocket socket = place.socket;
        byte[] data = new byte[512];
        switch (random.nextInt(11)) {
            case 0, 1 -> connect(place, places[random.nextInt(SOCKETS)]);
            case 2 -> close(place);
            case 3 -> set(place, true);
            case 4 -> set(place, false);
            case 5 -> threads.get(random.nextInt(threads.size())).interrupt();
            default -> {
                if (socket != null) {
                    onSocket(random, socket, data);
                }
            }
        }
    }

    private static void onSocket(Random random, KernelSocket socket, byte[] data) throws KernelSocketException {
        switch (random.nextInt(6)) {
            case 0 -> socket.shutdown(random.nextInt(3));
            case 1 -> socket.within(Duration.ofMillis(2)).recv(data, 0, data.length, 0);
            case 2 -> socket.send(data, 0, 1, MSG_OOB | MSG_DONTWAIT);
            case 3 -> socket.rearm();
            default -> {
                for (int i = random.nextInt(40); i >= 0; i--) {
                    socket.send(data, 0, data.length, MSG_DONTWAIT);
                }
            }
        }
    }

    private void called(Place place, Setting setting, KernelSocket socket) throws KernelSocketException {
        called.incrementAndGet();
        if (!setting.running.compareAndSet(false, true)) {
            broken.add("two callbacks of " + socket + " at once");
        }
        if (setting.over) {
            broken.add("a callback of " + socket + " after it was turned off");
        }
        try {
            callbacksDeed(place, socket);
        } finally {
            setting.running.set(false);
        }
    }

    private void callbacksDeed(Place own, KernelSocket socket) throws KernelSocketException {
        Random random = ThreadLocalRandom.current();
        Place place = places[random.nextInt(SOCKETS)];
        KernelSocket other = place.socket;
        byte[] data = new byte[256];
        switch (other == null ? 20 : random.nextInt(30)) {
            case 0 -> close(own);
            case 1 -> close(place);
            case 2 -> set(own, true);
            case 3 -> set(place, random.nextBoolean());
            case 4 -> throw new IllegalStateException("mischief");
            case 5 -> fixture.sockets.poll(new PollFd[] {new PollFd(other, SysPoll.POLLIN)}, Duration.ofMillis(2));
            case 6 -> other.within(Duration.ofMillis(random.nextInt(6))).recv(data, 0, data.length, 0);
            case 7 -> other.cancel(threads.get(random.nextInt(threads.size())));
            case 8 -> LockSupport.parkNanos(3_000_000);
            default -> {
                while (socket.recv(data, 0, data.length, MSG_DONTWAIT) > 0) {
                    socket.send(data, 0, 1 + random.nextInt(100), MSG_DONTWAIT);
                }
            }
        }
    }

    private void connect(Place one, Place another) throws KernelSocketException {
        locked(one, () -> locked(another, () -> {
            if (one.equals(another) || one.socket != null || another.socket != null) {
                return;
            }
            KernelSocket[] pair = fixture.sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
            one.socket = pair[0];
            another.socket = pair[1];
            set(one, true);
            set(another, true);
            pair[0].send(new byte[8], 0, 8, MSG_DONTWAIT);
        }));
    }

    private void set(Place place, boolean on) throws KernelSocketException {
        locked(place, () -> {
            if (place.socket != null) {
                Setting former = place.setting;
                Setting next = new Setting();
                place.setting = next;
                place.socket.callbacks(on ? callbacks(place, next) : null, null);
                end(former, place.socket);
            }
        });
    }

    private void close(Place place) throws KernelSocketException {
        locked(place, () -> {
            if (place.socket != null) {
                place.socket.close();
                end(place.setting, place.socket);
                // The next socket has nothing to do with it, whose callback may be the one that closes here.
                place.socket = null;
                place.setting = new Setting();
            }
        });
    }

    /** Nothing of it runs from now on; but from inside a callback nobody waits, and so it may. */
    private void end(Setting former, KernelSocket socket) {
        if (!EventLoop.onLoopThread()) {
            if (former.running.get()) {
                broken.add("a callback of " + socket + " still runs when it is turned off");
            }
            former.over = true;
        }
    }

    private SocketCallbacks callbacks(Place place, Setting setting) {
        SocketCallbacks.Builder builder = SocketCallbacks.builder()
                .recv((socket, arg, length) -> called(place, setting, socket))
                .xmit((socket, arg, room) -> called(place, setting, socket))
                .exception((socket, arg, event) -> called(place, setting, socket))
                .disconnected((socket, arg, reason) -> called(place, setting, socket));
        return (ThreadLocalRandom.current().nextBoolean() ? builder.mayBlock() : builder).build();
    }

    /** Not at all if another has the lock, who may wait for the callback that this is. */
    private static void locked(Place place, Deed deed) throws KernelSocketException {
        if (place.lock.tryLock()) {
            try {
                deed.make();
            } finally {
                place.lock.unlock();
            }
        }
    }

    private void attempt(Deed deed) {
        try {
            deed.make();
        } catch (KernelSocketException e) {
            // Closed, interrupted, shut: as it comes.
        } catch (RuntimeException e) {
            broken.add("a thread met " + e);
        }
    }
}
