// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import connector.api.CnMsg;
import connector.api.Sender;

/**
 * A mailbox' queue: bounded, first in first out, lock-free, without garbage.
 * <p>
 * The usual bounded ring with a sequence number a slot (Vyukov's). Messages are put in by any thread. They are taken out
 * by the mailbox' owner, and by senders that drop the oldest to make room: that is why the head is moved by CAS although
 * there is one reader as a rule.
 * <p>
 * Slot {@code i} holds nothing, and waits for ticket {@code t}, while {@code turns[i] == t}; it holds the message with
 * ticket {@code t} while {@code turns[i] == t + 1}. A turn is written in release mode after the message and read in
 * acquire mode before it, which is what publishes the message.
 */
final class MessageRing {

    /** What was taken out: two references, so that no envelope has to be made a message. */
    static final class Taken {
        CnMsg msg;
        Sender sender;
    }

    private static final VarHandle TURN = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(MessageRing.class, "head", long.class);
            TAIL = lookup.findVarHandle(MessageRing.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int mask;
    private final long[] turns;
    private final CnMsg[] messages;
    private final Sender[] senders;

    // Moved by CAS only. Kept apart by what lies between them, or each would slow the other down.
    private volatile long tail;
    @SuppressWarnings("unused")
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
    private volatile long head;

    /** Makes a ring for at least so many messages, rounded up to a power of two. */
    MessageRing(int capacity) {
        int size = roundUp(capacity);
        mask = size - 1;
        turns = new long[size];
        for (int i = 0; i < size; i++) {
            turns[i] = i;
        }
        messages = new CnMsg[size];
        senders = new Sender[size];
    }

    /** How many messages a ring holds that was asked for so many. */
    static int roundUp(int capacity) {
        // One slot alone could not tell full from empty: its turns for "holds ticket t" and "waits for t + 1" are equal.
        return capacity <= 2 ? 2 : Integer.highestOneBit(capacity - 1) << 1;
    }

    /** Puts a message in; false if there is no room. Any thread. */
    boolean offer(CnMsg msg, Sender sender) {
        while (true) {
            long ticket = tail;
            int slot = (int) ticket & mask;
            long turn = (long) TURN.getAcquire(turns, slot);
            if (turn == ticket) {
                if (TAIL.compareAndSet(this, ticket, ticket + 1)) {
                    messages[slot] = msg;
                    senders[slot] = sender;
                    TURN.setRelease(turns, slot, ticket + 1);
                    return true;
                }
            } else if (turn < ticket) {
                return false;
            }
            // Otherwise another sender took the ticket: try the next.
        }
    }

    /** Takes the oldest message out; false if there is none. Any thread. */
    boolean poll(Taken taken) {
        while (true) {
            long ticket = head;
            int slot = (int) ticket & mask;
            long turn = (long) TURN.getAcquire(turns, slot);
            if (turn == ticket + 1) {
                if (HEAD.compareAndSet(this, ticket, ticket + 1)) {
                    taken.msg = messages[slot];
                    taken.sender = senders[slot];
                    messages[slot] = null;
                    senders[slot] = null;
                    TURN.setRelease(turns, slot, ticket + mask + 1);
                    return true;
                }
            } else if (turn <= ticket) {
                return false;
            }
        }
    }

    /**
     * Whether a message can be taken out. One that is just being put in does not count: its sender will look for an owner
     * when it is done.
     */
    boolean hasNext() {
        long ticket = head;
        return (long) TURN.getAcquire(turns, (int) ticket & mask) == ticket + 1;
    }

    /** Whether nothing is in, and nothing is being put in. */
    boolean isEmpty() {
        return head == tail;
    }

    int size() {
        return Math.clamp(tail - head, 0, mask + 1);
    }

    int capacity() {
        return mask + 1;
    }
}
