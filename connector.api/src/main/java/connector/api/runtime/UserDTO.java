// SPDX-License-Identifier: Apache-2.0
package connector.api.runtime;

import org.osgi.dto.DTO;

/** A user of the bus, and the mailbox of its id. */
public class UserDTO extends DTO {

    /** It has the id. */
    public static final String ACTIVE = "active";

    /** It waits for the id to become free: a user with a higher ranking, or an older one, has it. */
    public static final String STANDBY = "standby";

    /** Nobody has the id at the moment; its mailbox is held over for the next user. */
    public static final String HELD_OVER = "held-over";

    /** The first half of its id, u32. */
    public long idx;

    /** The second half of its id, u32. */
    public long val;

    /** The name for people. */
    public String name;

    /** {@link #ACTIVE}, {@link #STANDBY} or {@link #HELD_OVER}. */
    public String state;

    /** The service's id, or -1 if it was added by a call. */
    public long serviceId;

    /** The bundle's id, or -1. */
    public long bundleId;

    /** The bundle's symbolic name, or null. */
    public String bundle;

    /** The bundle's version, or null. */
    public String version;

    /** The service's ranking. */
    public int ranking;

    /** How many users its id has had, this one included. */
    public long generation;

    /** How messages reach it: {@code mailbox} or {@code inline}. */
    public String delivery;

    /** What its mailbox does when it is full, as {@code connector.overflow} says it. */
    public String overflow;

    /** How long its mailbox is held over for the next user of the id, in milliseconds; 0 for not at all. */
    public long holdoverMs;

    /** Messages that wait now. */
    public int queued;

    /** Bytes that they count in the mailbox. */
    public int queuedBytes;

    /** Messages that the mailbox holds at most. */
    public int capacity;

    /** Bytes that the mailbox holds at most. */
    public int capacityBytes;

    /** Messages that reached the callback. */
    public long delivered;

    /** Messages that were dropped on arrival because the mailbox was full. */
    public long dropped;

    /** Messages that were dropped to make room for newer ones. */
    public long droppedOldest;

    /** Sends that were refused with EAGAIN. */
    public long refused;

    /** Sends that waited for room. */
    public long waited;

    /** Those of them for which there was no room in time: their messages were dropped. */
    public long waitedInVain;

    /** Messages dropped because nobody took the id over in time. */
    public long abandoned;

    /** Calls that ended with an exception. */
    public long failed;

    /** Calls that were given up because they did not return in time when the user left. */
    public long interrupted;

    /** For how long the running call has been running, in milliseconds; 0 if none is. */
    public long runningMs;

    /** Whether the running call runs longer than the configured bound. */
    public boolean stuck;

    /** Empty, to be filled. */
    public UserDTO() {
    }
}
