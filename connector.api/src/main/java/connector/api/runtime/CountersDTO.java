// SPDX-License-Identifier: Apache-2.0
package connector.api.runtime;

import org.osgi.dto.DTO;

/** Counters of the bus as a whole, from its start. Whatever is dropped is counted, here or at its port or user. */
public class CountersDTO extends DTO {

    /** Messages taken from ports for users. */
    public long received;

    /** Those of them that reached a callback. */
    public long userDelivered;

    /** Messages to users that were dropped because a mailbox was full, in whichever way. */
    public long userDropped;

    /** Messages to users that were refused with EAGAIN. */
    public long userRefused;

    /** Messages taken for users that nobody took over in time. */
    public long userAbandoned;

    /** Holdovers that ended because nobody took the id over in time. */
    public long userExpired;

    /** Calls that were given up because they did not return in time when their user left. */
    public long userInterrupted;

    /** Messages to an id that nobody has. */
    public long unknownId;

    /** Messages to a port that is not there, or not any more: ECONNREFUSED. */
    public long unknownPort;

    /** Messages of one port to another whose receive queue was full: EAGAIN. */
    public long portRefused;

    /**
     * Messages that ports lost because their receive queues were full, those that are closed by now as well. Without
     * what taps lost, which are told of messages and get none.
     */
    public long portDropped;

    /** Messages that were in the receive queue of a port when it was closed: sent, and read by nobody. */
    public long unread;

    /** Frames that were no message: short, or of a false length. */
    public long malformed;

    /** Messages longer than a message may be. */
    public long oversize;

    /** What the policy refused. */
    public long forbidden;

    /** Requests for notifications that were malformed. */
    public long badNotifyRequests;

    /** Requests for notifications beyond a port's number of them. */
    public long tooManySubscriptions;

    /** Replies that nobody waited for any more. */
    public long lateReplies;

    /** Multicasts that nobody listened to: ESRCH. */
    public long noListener;

    /** Answers (acknowledgements, errors) that found their port's reserve full. */
    public long answersDropped;

    /** Threads that run callbacks now, beside those of senders. */
    public int drainers;

    /** Threads of those that are held up in a callback. */
    public int stuckDrainers;

    /** Empty, to be filled. */
    public CountersDTO() {
    }
}
