// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** {@code <signal.h>} and {@code <pthread.h>}: what it takes to get a thread out of a system call. */
public final class SignalCalls {

    private static final MethodHandle sigaction$MH = Downcall.link("sigaction",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle pthread_self$MH = Downcall.linkWithoutErrno("pthread_self",
            FunctionDescriptor.of(JAVA_LONG));
    private static final MethodHandle pthread_kill$MH = Downcall.linkWithoutErrno("pthread_kill",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT));
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

    /** {@code pthread_t pthread_self()}; of a platform thread it holds for the thread's life. */
    public static long pthreadSelf() {
        try {
            return (long) pthread_self$MH.invokeExact();
        } catch (Throwable e) {
            throw Downcall.thrown(e);
        }
    }

    /**
     * {@code int pthread_kill(pthread_t thread, int signal)}: 0 or {@code -errno}. The thread must be known to be
     * alive: glibc may read its memory.
     */
    public static int pthreadKill(long thread, int signal) {
        try {
            return -(int) pthread_kill$MH.invokeExact(thread, signal);
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
