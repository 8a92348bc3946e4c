// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * {@code <signal.h>} and the kernel's own signalling of threads: what it takes to get one out of a system call.
 *
 * <p>A thread is signalled by its number and not by {@code pthread_kill}, which may read the memory of one that has
 * ended. libc has functions for that since glibc 2.30 only, hence {@code syscall}.
 */
public final class SignalCalls {

    private static final MethodHandle sigaction$MH = Downcall.link("sigaction",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final int GETTID = Linux.X86_64 ? 186 : 178;
    private static final int TGKILL = Linux.X86_64 ? 234 : 131;

    private static final MethodHandle gettid$MH = Downcall.linkVariadic("syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG), 1);
    private static final MethodHandle tgkill$MH = Downcall.linkVariadic("syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT), 1);
    private static final MethodHandle pthread_sigmask$MH = Downcall.linkWithoutErrno("pthread_sigmask",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MemorySegment ABS = Downcall.symbol("abs");

    private SignalCalls() {
    }

    /**
     * A C function that takes an int, does nothing and is safe in a signal handler: {@code abs}. As a handler it makes
     * a signal interrupt a system call without a line of ours running in it.
     */
    public static MemorySegment harmlessHandler() {
        return ABS;
    }

    /**
     * {@code int sigaction(int signal, const struct sigaction *action, struct sigaction *old)}; both are laid out by
     * {@link SigAction}, either may be {@link MemorySegment#NULL}. Returns 0 or {@code -errno}.
     */
    public static int sigaction(MemorySegment errno, int signal, MemorySegment action, MemorySegment old) {
        try {
            return Downcall.result(errno, (int) sigaction$MH.invokeExact(errno, signal, action, old));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code pid_t gettid()}; of a platform thread it holds for the thread's life. */
    public static int gettid(MemorySegment errno) {
        try {
            return (int) (long) gettid$MH.invokeExact(errno, (long) GETTID);
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /**
     * {@code int tgkill(pid_t process, pid_t thread, int signal)}: 0 or {@code -errno}, ESRCH if there is no such
     * thread in that process.
     */
    public static int tgkill(MemorySegment errno, int process, int thread, int signal) {
        try {
            return (int) Downcall.result(errno,
                    (long) tgkill$MH.invokeExact(errno, (long) TGKILL, process, thread, signal));
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /** {@code int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)}: 0 or {@code -errno}. */
    public static int pthreadSigmask(int how, MemorySegment set, MemorySegment old) {
        try {
            return -(int) pthread_sigmask$MH.invokeExact(how, set, old);
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }
}
