// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import java.util.concurrent.atomic.LongAdder;

/** Counters of the bus as a whole. What is dropped and is not a port's or a user's loss is counted here. */
public final class Counters {

    /** Messages to an id that nobody has. */
    public final LongAdder unknownId = new LongAdder();
    /** Messages to a port that is not there, or not any more. */
    public final LongAdder unknownPort = new LongAdder();
    /** Messages of one port to another whose queue was full: its sender can try again. */
    public final LongAdder portRefused = new LongAdder();
    /** Messages that ports lost because their queues were full, those of the connector and of groups. */
    public final LongAdder portDropped = new LongAdder();
    /** Messages that stood in the queue of a port that was closed. */
    public final LongAdder unread = new LongAdder();
    /** Frames that were no message. */
    public final LongAdder malformed = new LongAdder();
    /** Messages longer than one may be. */
    public final LongAdder oversize = new LongAdder();
    /** What the policy refused. */
    public final LongAdder forbidden = new LongAdder();
    /** Malformed requests for notifications. */
    public final LongAdder badNotifyRequests = new LongAdder();
    /** Requests for notifications beyond a port's number. */
    public final LongAdder tooManySubscriptions = new LongAdder();
    /** Replies that nobody waited for. */
    public final LongAdder lateReplies = new LongAdder();
    /** Multicasts without a listener. */
    public final LongAdder noListener = new LongAdder();
    /** Answers that found their port's reserve full. */
    public final LongAdder answersDropped = new LongAdder();
}
