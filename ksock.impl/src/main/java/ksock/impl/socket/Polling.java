// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.time.Duration;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.api.PollFd;
import ksock.api.SysPoll;
import ksock.impl.jfr.Operations;
import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.LinuxConst;
import ksock.impl.libc.PollFds;
import ksock.impl.libc.Scratch;
import ksock.impl.libc.TimeSpec;
import ksock.impl.loop.EventLoop;
import ksock.impl.loop.LoopWait;
import ksock.impl.wait.Deadline;
import ksock.impl.wait.ParkWaiter;
import ksock.impl.wait.SignalWaiter;
import ksock.impl.wait.WaitQueue;

/**
 * poll over sockets of any families: in one ppoll(2) where a platform thread waits for sockets of the host alone, else
 * parked until one of them tells of readiness.
 */
final class Polling {

    /** What is reported without being asked for. */
    private static final int ALWAYS = SysPoll.POLLERR | SysPoll.POLLHUP | SysPoll.POLLNVAL;
    /** Other names of {@link SysPoll#POLLIN}, which is what the event loop and the families tell of. */
    private static final int AS_IN = SysPoll.POLLRDNORM | SysPoll.POLLRDBAND;
    /** Other names of {@link SysPoll#POLLOUT}. */
    private static final int AS_OUT = SysPoll.POLLWRNORM | SysPoll.POLLWRBAND;
    private static final SocketState[] NONE = {};

    private final PollFd[] fds;
    private final SocketState[] sockets;
    private final long span;
    private final long deadline;
    // The socket's descriptor, or -1, which the kernel skips.
    private final int[] descriptors;
    private final LoopWait loopWait = new LoopWait();

    private Polling(PollFd[] fds, SocketState[] sockets, long span) {
        this.fds = fds;
        this.sockets = sockets;
        this.span = span;
        deadline = Deadline.after(span);
        descriptors = new int[sockets.length];
    }

    static int poll(PollFd[] fds, Duration timeout) throws KernelSocketException {
        SocketState[] sockets = fds.length == 0 ? NONE : new SocketState[fds.length];
        for (int i = 0; i < fds.length; i++) {
            sockets[i] = SocketHandle.stateOf(fds[i].socket());
            if (sockets[i] == null) {
                throw new KernelSocketException("poll", Errno.EINVAL, "not a socket of this service: "
                        + fds[i].socket());
            }
        }
        long span = timeout == null ? Deadline.FOREVER : SocketHandle.span(timeout);
        boolean[] entered = new boolean[sockets.length];
        try {
            for (int i = 0; i < sockets.length; i++) {
                entered[i] = sockets[i].tryEnter();
            }
            return new Polling(fds, sockets, span).run();
        } finally {
            int left = 0;
            try {
                for (; left < sockets.length; left++) {
                    if (entered[left]) {
                        sockets[left].leave();
                    }
                }
            } finally {
                for (; left < sockets.length; left++) {
                    if (entered[left]) {
                        sockets[left].lost++;
                    }
                }
            }
            Reference.reachabilityFence(fds);
        }
    }

    private int run() throws KernelSocketException {
        if (span <= 0 || EventLoop.mayNotWait()) {
            int ready = look();
            if (ready == 0 && span > 0) {
                throw new KernelSocketException("poll", Errno.EDEADLK, "a callback may not wait");
            }
            return ready;
        }
        return sockets.length > 0 && Operations.recordsSlow()
                ? (int) RecordedCall.make("poll", sockets[0], this::await) : await();
    }

    private int await() throws KernelSocketException {
        return onlyHost() && !Thread.currentThread().isVirtual() ? inKernel() : parked();
    }

    private boolean onlyHost() {
        for (SocketState socket : sockets) {
            if (socket.host() == null) {
                return false;
            }
        }
        return true;
    }

    private WaitQueue[] queues() {
        WaitQueue[] queues = new WaitQueue[sockets.length];
        for (int i = 0; i < queues.length; i++) {
            queues[i] = sockets[i].waiters();
        }
        return queues;
    }

    private int inKernel() throws KernelSocketException {
        WaitQueue[] queues = queues();
        SignalWaiter waiter = SignalWaiter.enter(queues);
        try {
            while (true) {
                int ready = look();
                long left = Deadline.remaining(deadline, span);
                if (ready > 0 || left <= 0) {
                    return ready;
                }
                checkWait(waiter.lookAround());
                hostPoll(loopWait.next(left));
            }
        } finally {
            waiter.leaveAll();
        }
    }

    private int parked() throws KernelSocketException {
        int interest = 0;
        for (PollFd fd : fds) {
            interest |= told(fd.events());
        }
        ParkWaiter waiter = new ParkWaiter(interest);
        WaitQueue[] queues = queues();
        for (WaitQueue queue : queues) {
            queue.add(waiter);
        }
        try {
            for (SocketState socket : sockets) {
                if (socket.isOpen()) {
                    socket.readiness().watch();
                }
            }
            while (true) {
                waiter.forget();
                int ready = look();
                long left = Deadline.remaining(deadline, span);
                if (ready > 0 || left <= 0) {
                    return ready;
                }
                checkWait(waiter.cancelled());
                checkToldOf();
                for (int i = 0; i < sockets.length; i++) {
                    if ((told(fds[i].events()) & SysPoll.POLLOUT) != 0) {
                        sockets[i].readiness().watchRoom();
                    }
                }
                waiter.park(loopWait.next(left));
            }
        } finally {
            for (WaitQueue queue : queues) {
                queue.remove(waiter);
            }
        }
    }

    /** Throws if nothing will tell of the host's sockets any more. */
    private void checkToldOf() throws KernelSocketException {
        for (SocketState socket : sockets) {
            int lost = socket.readiness().lost();
            if (lost != 0) {
                throw new KernelSocketException("poll", lost, "the event loop has ended");
            }
        }
    }

    private static void checkWait(boolean cancelled) throws KernelSocketException {
        if (cancelled) {
            throw new KernelSocketException("poll", Errno.ECANCELED, "the call was cancelled");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new KernelSocketException("poll", Errno.EINTR, "the thread was interrupted");
        }
    }

    /** What has to be told for these events to be looked for again. */
    private static int told(int events) {
        return events | ((events & AS_IN) != 0 ? SysPoll.POLLIN : 0) | ((events & AS_OUT) != 0 ? SysPoll.POLLOUT : 0);
    }

    /** Asks all, and writes what is so into the PollFds; how many have something. */
    private int look() throws KernelSocketException {
        boolean anyHost = false;
        for (int i = 0; i < sockets.length; i++) {
            boolean onHost = sockets[i].isOpen() && sockets[i].host() != null;
            descriptors[i] = onHost ? sockets[i].host().fd() : -1;
            anyHost |= onHost;
            fds[i].revents(0);
        }
        if (anyHost) {
            hostPoll(0);
        }
        int ready = 0;
        for (int i = 0; i < sockets.length; i++) {
            if (!sockets[i].isOpen()) {
                fds[i].revents(SysPoll.POLLNVAL);
            } else if (sockets[i].host() == null) {
                int found = sockets[i].family().poll();
                found |= (found & SysPoll.POLLIN) != 0 ? SysPoll.POLLRDNORM : 0;
                found |= (found & SysPoll.POLLOUT) != 0 ? SysPoll.POLLWRNORM : 0;
                fds[i].revents(found & (fds[i].events() | ALWAYS));
            }
            if (sockets[i].isOpen() && sockets[i].keepsError()) {
                // The host has forgotten it, the next call has not.
                fds[i].revents(fds[i].revents() | SysPoll.POLLERR);
            }
            if (fds[i].revents() != 0) {
                ready++;
            }
        }
        return ready;
    }

    /** ppoll(2) over the host's descriptors; what it finds is in the PollFds afterwards. */
    private void hostPoll(long nanos) throws KernelSocketException {
        Scratch scratch = Scratch.acquire();
        try (Arena arena = Arena.ofConfined()) {
            long size = sockets.length * PollFds.SIZE;
            MemorySegment array = size <= Scratch.BOUNCE_SIZE ? scratch.bounce() : arena.allocate(size, 8);
            for (int i = 0; i < sockets.length; i++) {
                PollFds.set(array, i, descriptors[i], fds[i].events());
            }
            MemorySegment timeout = nanos == Deadline.FOREVER
                    ? MemorySegment.NULL : TimeSpec.set(scratch.timespec(), nanos);
            int result = DescriptorCalls.ppoll(scratch.errno(), array, sockets.length, timeout);
            if (result < 0 && result != -LinuxConst.EINTR) {
                throw new KernelSocketException("poll", -result, sockets.length + " sockets");
            }
            for (int i = 0; result > 0 && i < sockets.length; i++) {
                if (descriptors[i] >= 0) {
                    fds[i].revents(PollFds.revents(array, i));
                }
            }
        } finally {
            scratch.release();
        }
    }
}
