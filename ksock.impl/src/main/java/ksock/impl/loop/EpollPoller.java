// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import static ksock.impl.libc.LinuxConst.EPOLLET;
import static ksock.impl.libc.LinuxConst.EPOLLIN;
import static ksock.impl.libc.LinuxConst.EPOLLONESHOT;
import static ksock.impl.libc.LinuxConst.EPOLLOUT;
import static ksock.impl.libc.LinuxConst.EPOLLPRI;
import static ksock.impl.libc.LinuxConst.EPOLLRDHUP;
import static ksock.impl.libc.LinuxConst.EPOLL_CLOEXEC;
import static ksock.impl.libc.LinuxConst.EPOLL_CTL_ADD;
import static ksock.impl.libc.LinuxConst.EPOLL_CTL_DEL;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.EpollCalls;
import ksock.impl.libc.EpollEvents;
import ksock.impl.libc.LinuxConst;
import ksock.impl.libc.Scratch;

/**
 * Two epolls, one inside the other. The outer has every descriptor once, edge triggered, for its arrivals. The inner
 * has those that ever had to wait for room, each armed for one report: the kernel takes the interest away by itself as
 * it fires, and changing it never repeats an arrival, as a change in the outer would.
 */
final class EpollPoller implements Poller {

    /** The bound on what is taken in one turn: who comes next is behind so many at most. */
    private static final int EVENTS = 256;
    private static final int WRITERS = 64;

    private static final int ARRIVALS = EPOLLET | EPOLLIN | EPOLLRDHUP | EPOLLPRI;
    private static final int ROOM = EPOLLONESHOT | EPOLLOUT;

    private static final long WAKE_KEY = NO_KEY;
    private static final long WRITERS_KEY = -2;

    // Automatic: who takes the loop over goes on with the events that another thread fetched.
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment arrivals = arena.allocate(EVENTS * EpollEvents.SIZE, 8);
    // As long as both, so that an index computed from figures of two turns is still inside.
    private final MemorySegment room = arena.allocate((EVENTS + WRITERS) * EpollEvents.SIZE, 8);
    private final MemorySegment one = arena.allocate(ValueLayout.JAVA_LONG);
    private final int epoll;
    private final int writers;
    private final int wakeUps;
    private int arrived; // how many of the events are arrivals; only the leader's
    private boolean closed; // guarded by this

    EpollPoller() throws KernelSocketException {
        Scratch scratch = Scratch.acquire();
        int outer = -1;
        int inner = -1;
        int eventfd = -1;
        boolean made = false;
        try {
            MemorySegment errno = scratch.errno();
            outer = made("epoll_create1", EpollCalls.epollCreate1(errno, EPOLL_CLOEXEC));
            inner = made("epoll_create1", EpollCalls.epollCreate1(errno, EPOLL_CLOEXEC));
            eventfd = made("eventfd",
                    DescriptorCalls.eventfd(errno, 0, LinuxConst.EFD_CLOEXEC | LinuxConst.EFD_NONBLOCK));
            // Edge triggered, so that it never has to be read.
            made("epoll_ctl", control(outer, EPOLL_CTL_ADD, eventfd, EPOLLIN | EPOLLET, WAKE_KEY));
            made("epoll_ctl", control(outer, EPOLL_CTL_ADD, inner, EPOLLIN, WRITERS_KEY));
            made = true;
        } finally {
            if (!made) {
                close(scratch, eventfd);
                close(scratch, inner);
                close(scratch, outer);
            }
            scratch.release();
        }
        epoll = outer;
        writers = inner;
        wakeUps = eventfd;
        one.set(ValueLayout.JAVA_LONG, 0, 1);
    }

    @Override
    public int await(int timeoutMs) {
        Scratch scratch = Scratch.acquire();
        try {
            int count = EpollCalls.epollWait(scratch.errno(), epoll, arrivals, EVENTS, timeoutMs);
            if (count < 0) {
                arrived = 0;
                return count == -Errno.EINTR.number() ? 0 : count;
            }
            arrived = count;
            for (int i = 0; i < count; i++) {
                if (EpollEvents.data(arrivals, i) == WRITERS_KEY) {
                    int more = EpollCalls.epollWait(scratch.errno(), writers, room, WRITERS, 0);
                    return count + Math.max(0, more);
                }
            }
            return count;
        } finally {
            scratch.release();
        }
    }

    @Override
    public int events(int index) {
        int inRoom = index - arrived;
        return inRoom < 0 ? EpollEvents.events(arrivals, index) : EpollEvents.events(room, inRoom);
    }

    @Override
    public long key(int index) {
        int inRoom = index - arrived;
        return inRoom < 0 ? EpollEvents.data(arrivals, index) : EpollEvents.data(room, inRoom);
    }

    @Override
    public synchronized void wake() {
        if (closed) {
            return;
        }
        Scratch scratch = Scratch.acquire();
        try {
            // It can fail only by a count of 2^64 - 1 that nobody takes off, which a wake-up a nanosecond takes
            // centuries to reach.
            DescriptorCalls.write(scratch.errno(), wakeUps, one, Long.BYTES);
        } finally {
            scratch.release();
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        Scratch scratch = Scratch.acquire();
        try {
            close(scratch, wakeUps);
            close(scratch, writers);
            close(scratch, epoll);
        } finally {
            scratch.release();
        }
    }

    /** Watches a descriptor for arrivals, for the first time or anew; 0 or a negative errno. */
    int watch(int fd, long key, int operation) {
        return control(epoll, operation, fd, ARRIVALS, key);
    }

    /** Has room to write reported once, for the first time or again; 0 or a negative errno. */
    int armWriter(int fd, long key, int operation) {
        return control(writers, operation, fd, ROOM, key);
    }

    /** Watches a descriptor no more. */
    void forget(int fd, boolean writer) {
        control(epoll, EPOLL_CTL_DEL, fd, 0, NO_KEY);
        if (writer) {
            control(writers, EPOLL_CTL_DEL, fd, 0, NO_KEY);
        }
    }

    private static int control(int epfd, int operation, int fd, int events, long key) {
        Scratch scratch = Scratch.acquire();
        try {
            MemorySegment event = scratch.value();
            EpollEvents.set(event, events, key);
            return EpollCalls.epollCtl(scratch.errno(), epfd, operation, fd, event);
        } finally {
            scratch.release();
        }
    }

    private static int made(String call, int result) throws KernelSocketException {
        if (result < 0) {
            throw new KernelSocketException(call, -result, "for the event loop");
        }
        return result;
    }

    private static void close(Scratch scratch, int fd) {
        if (fd >= 0) {
            DescriptorCalls.close(scratch.errno(), fd);
        }
    }
}
