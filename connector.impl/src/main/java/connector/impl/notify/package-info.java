// SPDX-License-Identifier: Apache-2.0

/**
 * The connector's own user {-1, -1}: who has asked to be told when ids come and go, and the telling. What Linux
 * documented, shipped broken, and deleted in 2010.
 * <p>
 * <b>What differs from Linux 2.6</b>, all of it on purpose: a val is compared with the val ranges; ranges do not wrap
 * around; the sum of the counts does not either; a subscription belongs to its port, ends with it, is cancelled by it
 * alone, and is limited in number; the same request again replaces the first; an event goes once to each group and
 * port, however many of its requests match; ids that never were are not unregistered; requests that ask for an answer
 * get one.
 * <p>
 * {@link connector.impl.notify.Matcher#LINUX_2_6} reproduces the old comparing of legacy subscriptions, and nothing
 * else of it, where the configuration asks for it.
 * <p>
 * <b>Order.</b> One lock covers the table of ids that are there, the epoch, the subscriptions, and the putting of
 * events into the ports' queues. So a snapshot and the changes after it have no gap and no overlap. Readers are woken
 * after the lock is let go.
 * <p>
 * <b>Statistics</b> are the other thing that {-1, -1} is asked for. This package is given where snapshots of everything
 * come from, and turns them into messages in the way of the snapshot of ids: an answer of any length fits a queue of
 * any size.
 */
package connector.impl.notify;
