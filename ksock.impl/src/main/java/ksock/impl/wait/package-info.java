// SPDX-License-Identifier: Apache-2.0
/**
 * How a thread waits in a socket call, and how it is brought out again.
 *
 * <p>Each socket has a {@link ksock.impl.wait.WaitQueue} of those who are blocked in it. There are two kinds:
 *
 * <h2>In the kernel: {@link ksock.impl.wait.SignalWaiter}</h2>
 * A platform thread makes the real blocking call. Linux does not end such a call when the descriptor is closed, so it
 * is brought out by a signal: {@code tgkill} with a real-time signal nobody used, whose handler is a function of
 * libc that does nothing, installed without SA_RESTART, so that the call ends with EINTR
 * ({@link ksock.impl.wait.WakeSignal}). A signal that arrives between the thread's last look around and its entry into
 * the kernel is lost; so it is sent again until the thread is out. Only threads that are registered, and so are known
 * to be alive and in a call of ours, are ever signalled: the signal is sent under the waiter's monitor, which a thread
 * that leaves meanwhile has to have had, and which is given up whatever happens to who signals. One that has run out of
 * stack, and could not leave, may be signalled in vain until its socket is closed; if it has ended, nothing happens.
 *
 * <p>Threads that receive, accept or send come back to their socket all the time. The first such call that blocks
 * therefore leaves its waiter in the queue for the next one, one for each direction: whoever sets it to be in a call
 * has it, and is known by it.
 *
 * <p>{@link java.lang.Thread#interrupt} becomes such a signal by the one public way there is to be told of an interrupt
 * without consuming it: {@link java.nio.channels.spi.AbstractSelector#begin}.
 *
 * <h2>Parked: {@link ksock.impl.wait.ParkWaiter}</h2>
 * A virtual thread, and any thread on a socket that is not the host's, repeats the call in its form that does not
 * block, and parks in between until the event loop, or the family, reports readiness. It is in the queue before it
 * tries, so that no report is missed.
 *
 * <h2>In several queues</h2>
 * A poll waits in the queue of each of its sockets: the close of any of them wakes it, and a cancel of any ends it.
 *
 * <h2>Reasons</h2>
 * Being woken is only the advice to look around: whether the socket is closing, the call was cancelled, the thread
 * interrupted, or the time has passed is for the woken one to find out, in that order. One woken for no reason goes on
 * waiting.
 */
package ksock.impl.wait;
