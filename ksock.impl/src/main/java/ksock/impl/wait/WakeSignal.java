// SPDX-License-Identifier: Apache-2.0
package ksock.impl.wait;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.LinuxConst;
import ksock.impl.libc.Scratch;
import ksock.impl.libc.SigAction;
import ksock.impl.libc.SignalCalls;

/**
 * The signal that brings a thread out of a system call, chosen and installed when this class is initialised.
 *
 * <p>It is the highest real-time signal that nobody handles. The JVM takes one near the top for the same purpose
 * (SIGRTMAX - 2), libc two or three at the bottom. One whose handler is ours already was left by an earlier instance of
 * this bundle in the same process, and is used again.
 */
final class WakeSignal {

    /** The chosen signal's number. */
    static final int NUMBER = install();

    // An Integer, not an object of ours: what a thread keeps must not keep this bundle's classes.
    private static final ThreadLocal<Integer> SELF = new ThreadLocal<>();

    private static final int ERRNO_SIZE = 16;
    private static final int PROCESS = DescriptorCalls.getpid();

    private WakeSignal() {
    }

    /**
     * The calling platform thread, for {@link #send}. At its first call the signal is let through, which the process
     * may have inherited as blocked.
     */
    static int self() {
        Integer known = SELF.get();
        return known != null ? known : introduce();
    }

    /** Sends the signal to a thread; nothing happens if it has ended. */
    static void send(int thread) {
        Scratch scratch = Scratch.acquire();
        try {
            SignalCalls.tgkill(scratch.errno(), PROCESS, thread, NUMBER);
        } finally {
            scratch.release();
        }
    }

    private static int introduce() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment signals = arena.allocate(SigAction.SIGSET_SIZE, 8);
            SigAction.setOnly(signals, NUMBER);
            SignalCalls.pthreadSigmask(LinuxConst.SIG_UNBLOCK, signals, MemorySegment.NULL);
            int self = SignalCalls.gettid(arena.allocate(ERRNO_SIZE, 8));
            SELF.set(self);
            return self;
        }
    }

    private static int install() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO_SIZE, 8);
            MemorySegment action = arena.allocate(SigAction.SIZE, 8);
            MemorySegment handler = SignalCalls.harmlessHandler();
            for (int signal = LinuxConst.SIGRTMAX; signal > LinuxConst.SIGRTMIN; signal--) {
                if (SignalCalls.sigaction(errno, signal, MemorySegment.NULL, action) != 0) {
                    continue;
                }
                long current = SigAction.handler(action);
                if (current == handler.address()) {
                    return signal;
                }
                if (current == LinuxConst.SIG_DFL) {
                    SigAction.set(action, handler);
                    if (SignalCalls.sigaction(errno, signal, action, MemorySegment.NULL) == 0) {
                        return signal;
                    }
                }
            }
        }
        throw new IllegalStateException("no real-time signal is free to wake blocked threads with");
    }
}
