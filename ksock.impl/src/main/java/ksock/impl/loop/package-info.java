// SPDX-License-Identifier: Apache-2.0
/**
 * The event loop: epoll, the threads that serve it, and tasks and timers in between. It knows descriptors and
 * {@link ksock.impl.loop.Handler}s, and nothing of sockets.
 *
 * <h2>Leader and follower</h2>
 * One thread leads: it waits in {@code epoll_wait} and calls the handlers itself, because a hand-over to another thread
 * costs more than most callbacks. Another one watches. When the leader has made no progress for a millisecond, because
 * it sleeps or computes and not because others have its processor, the watcher takes the loop over, goes on with the
 * very next event of those that were already fetched, and a spare thread becomes the watcher. The former leader finds
 * out as it claims its next event, and becomes spare. So a callback that blocks holds up nothing but its own socket, at
 * the price of a thread while it does; the threads grow with the number of callbacks that block at once, and shrink
 * again. {@link ksock.impl.loop.Turn} is the word on which they agree. The watcher marks the thread that it overthrows
 * with the time since when it has been held up: who looks at its own mark when it is done knows whether it took long,
 * without a look at the clock for each callback.
 *
 * <h2>How soon it is noticed</h2>
 * A look costs some twenty microseconds of a processor, most of them the timer's, so one in each millisecond would take
 * one or two percent of a busy loop. A leader that gets on is therefore looked at once in eight milliseconds, and again
 * after one if it sleeps at that moment ({@link ksock.impl.loop.Pace}). What is delayed behind a callback that blocks:
 * <ul>
 * <li>in a call of these sockets, about 0.2 ms and a thread's wake-up: {@link ksock.impl.loop.LoopWait} says so to the
 *     watcher.
 * <li>otherwise one to two milliseconds, if the loop was idle before, or another callback was noticed within the last
 *     second: what blocks once blocks again.
 * <li>the first one for a second in a busy loop, up to nine milliseconds; one that computes, or that blocks where the
 *     virtual machine does not see it, up to seventeen.
 * </ul>
 *
 * <h2>Registrations</h2>
 * A descriptor is registered once, edge triggered, for arrivals. Room to write is asked for separately and told once:
 * armed for ever it would wake a UNIX sender at each of its peer's reads. What the kernel carries for us is a slot and
 * its generation, never a descriptor: an event that was fetched before its socket was closed finds nobody, whoever has
 * the number by then.
 *
 * <h2>Memory</h2>
 * With thousands of sockets what a socket consists of has left the processor's cache by the time it is ready again, and
 * to fetch it piece by piece takes longer than to run through it. So when many events were fetched, the handlers of
 * sixteen at a time are first asked to {@linkplain ksock.impl.loop.Handler#prefetch read} what they will need, which
 * the processor does for several at once: a third of the time spent between the kernel and the callback, at 1,000
 * connections and at 10,000.
 *
 * <h2>Fairness</h2>
 * A turn takes a bounded number of events and of tasks; who was served goes behind all others that are ready.
 *
 * <h2>Failure</h2>
 * A handler or task that throws is logged, and the loop goes on. What was lost for want of memory, here or in a
 * callback, is asked for again ({@link ksock.impl.loop.Shortage}). If the loop itself can not go on, or is closed, each
 * handler is told that it is lost, and nothing waits in vain.
 *
 * <h2>Steady state</h2>
 * No turn allocates, takes a lock, or makes a system call beside {@code epoll_wait}. An idle loop does not wake up.
 */
package ksock.impl.loop;
