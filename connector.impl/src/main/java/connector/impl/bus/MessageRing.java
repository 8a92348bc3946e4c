// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CnMsg;
import connector.api.Sender;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A mailbox' queue: bounded in messages and in bytes, first in first out, lock-free, without garbage.
 * <p>
 * The usual bounded ring with a sequence number a slot (Vyukov's). Messages are put in by any thread. They are taken
 * out by the mailbox' owner, and by senders that drop the oldest to make room: that is why the head is moved by CAS
 * although there is one reader as a rule.
 * <p>
 * Slot {@code i} holds nothing, and waits for ticket {@code t}, while {@code turns[i] == t}; it holds the message with
 * ticket {@code t} while {@code turns[i] == t + 1}. A turn is written after the message and read in acquire mode before
 * it, which is what publishes the message.
 * <p>
 * <b>Bytes.</b> Head and tail are words of two parts: a ticket of 40 bits, and 24 bits that count the bytes of all
 * messages ever put in, or taken out, in cells of 64, both modulo their size. What is in is the difference, so that the
 * CAS that claims a slot claims the bytes too. Senders compare with the head as they last saw it, and look at it, which
 * its owner writes all the time, only when that is not enough.
 * <p>
 * <b>Without a stack.</b> Whoever has claimed a place, to fill or to free it, may have no stack left to call what says
 * that it is done; all others would wait for that place for ever. It is then said by a plain write, after a volatile
 * one and a volatile read, {@code ordered}, which keep it behind the message as a release would, and call nothing.
 */
final class MessageRing {

    /** What was taken out: two references, so that no envelope has to be made a message. */
    static final class Taken {
        CnMsg msg;
        Sender sender;
    }

    /** What a message counts beside its data, in bytes: its headers, and what holds it; as in a port's queue. */
    static final int OVERHEAD = 100;

    /** Bytes are counted in cells of this size, rounded up for each message. */
    static final int CELL = 64;

    /** The most bytes that can be told apart from fewer. */
    static final int MAX_BYTES = 1 << 29;

    private static final int CELL_BITS = 24;
    private static final int CELL_MASK = (1 << CELL_BITS) - 1;
    /** So many messages, of the longest, take fewer cells than can be counted. */
    private static final long TICKETS_TOLD_APART = (1L << CELL_BITS) / ((CnMsg.MAX_DATA + OVERHEAD) / CELL + 1) / 2;

    private static final VarHandle TURN = MethodHandles.arrayElementVarHandle(int[].class);
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
    private final int maxCells;
    // Of a ticket, the lower 32 bits: more than a ring has slots is enough.
    private final int[] turns;
    private final CnMsg[] messages;
    private final Sender[] senders;
    /** Only ever 1 where it is read. */
    private volatile int ordered;

    // Moved by CAS only. Kept apart by what lies between them, or each would slow the other down.
    @SuppressWarnings("unused")
    private long a0, a1, a2, a3, a4, a5, a6, a7;
    private volatile long tail;
    /**
     * The head as a sender last saw it; written by races of senders, and good enough if it is old, as long as what has
     * gone through since can be told from nothing.
     */
    volatile long seen;
    @SuppressWarnings("unused")
    private long b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15;
    private volatile long head;
    @SuppressWarnings("unused")
    private long c0, c1, c2, c3, c4, c5, c6, c7;

    /** Makes a ring for at least so many messages, rounded up to a power of two, of so many bytes in all. */
    MessageRing(int capacity, int maxBytes) {
        this(capacity, maxBytes, 0);
    }

    /** As one through which so many messages have gone already. */
    MessageRing(int capacity, int maxBytes, long gone) {
        int size = roundUp(capacity);
        mask = size - 1;
        maxCells = maxBytes / CELL;
        head = gone << CELL_BITS;
        tail = gone << CELL_BITS;
        seen = head;
        turns = new int[size];
        for (int i = 0; i < size; i++) {
            turns[(int) (gone + i) & mask] = (int) (gone + i);
        }
        messages = new CnMsg[size];
        senders = new Sender[size];
    }

    /** How many messages a ring holds that was asked for so many. */
    static int roundUp(int capacity) {
        // One slot alone could not tell full from empty: its turns for "holds ticket t" and "waits for t + 1" are
        // equal.
        return capacity <= 2 ? 2 : Integer.highestOneBit(capacity - 1) << 1;
    }

    /** How many bytes a message counts. */
    static int cost(CnMsg msg) {
        return cells(msg) * CELL;
    }

    /** Puts a message in; false if there is no room. Any thread. What follows in the caller sees it in. */
    boolean offer(CnMsg msg, Sender sender) {
        int cells = cells(msg);
        int ticket = 0;
        int slot = 0;
        boolean claimed = false;
        try {
            while (true) {
                long word = tail;
                ticket = ticket(word);
                slot = ticket & mask;
                int ahead = (int) TURN.getAcquire(turns, slot) - ticket;
                if (ahead == 0) {
                    long before = seen;
                    if ((((int) word - (int) before) & CELL_MASK) + cells > maxCells || isOld(before, word)) {
                        if (!hasCells(word, cells)) {
                            if (word == tail) {
                                return false;
                            }
                            // Another sender took the ticket, and what was compared is not of one moment.
                            continue;
                        }
                    }
                    if (TAIL.compareAndSet(this, word, moved(word, cells))) {
                        claimed = true;
                        messages[slot] = msg;
                        senders[slot] = sender;
                        // Volatile: the caller looks for an owner next, who looks for messages after having let go.
                        TURN.setVolatile(turns, slot, ticket + 1);
                        claimed = false;
                        return true;
                    }
                } else if (ahead < 0) {
                    return false;
                }
                // Otherwise another sender took the ticket: try the next.
            }
        } finally {
            if (claimed) {
                ordered = 1;
                turns[slot] = ticket + ordered;
            }
        }
    }

    /** Takes the oldest message out; false if there is none. Any thread. */
    boolean poll(Taken taken) {
        while (true) {
            long word = head;
            if (!isThere(word)) {
                if (word == head) {
                    return false;
                }
                continue;
            }
            CnMsg msg = message(word);
            Sender sender = sender(word);
            if (take(word, msg)) {
                taken.msg = msg;
                taken.sender = sender;
                return true;
            }
        }
    }

    // What follows is the same in steps, for who takes many and has no use for an envelope: head, isThere, message and
    // sender, take.

    /** The place of the oldest message. */
    long head() {
        return head;
    }

    /** Whether the message of this place is in, and has not been taken out. */
    boolean isThere(long word) {
        int ticket = ticket(word);
        return (int) TURN.getAcquire(turns, ticket & mask) == ticket + 1;
    }

    /** The message of this place; something else, or null, if another thread takes it, when {@link #take} will fail. */
    CnMsg message(long word) {
        return messages[ticket(word) & mask];
    }

    /** Its sender. */
    Sender sender(long word) {
        return senders[ticket(word) & mask];
    }

    /** Takes it out; false if it is not the oldest any more: then it was not it that was read. */
    boolean take(long word, CnMsg msg) {
        if (msg == null || !HEAD.compareAndSet(this, word, moved(word, cells(msg)))) {
            return false;
        }
        int ticket = ticket(word);
        int slot = ticket & mask;
        boolean freed = false;
        try {
            messages[slot] = null;
            senders[slot] = null;
            TURN.setRelease(turns, slot, ticket + mask + 1);
            freed = true;
        } finally {
            if (!freed) {
                ordered = 1;
                turns[slot] = ticket + mask + ordered;
            }
        }
        return true;
    }

    /**
     * Whether a message can be taken out. One that is just being put in does not count: its sender will look for an
     * owner when it is done.
     */
    boolean hasNext() {
        return isThere(head);
    }

    /** Whether nothing is in, and nothing is being put in. */
    boolean isEmpty() {
        return head == tail;
    }

    /** Whether at least half of it is free, in messages and in bytes. */
    boolean isHalfFree() {
        return size() <= capacity() / 2 && bytes() <= maxBytes() / 2;
    }

    int size() {
        return Math.clamp(ticket(tail) - ticket(head), 0, mask + 1);
    }

    int bytes() {
        // The head first: it is then at most as far as the tail.
        long out = head;
        return Math.min(((int) tail - (int) out) & CELL_MASK, maxCells) * CELL;
    }

    int capacity() {
        return mask + 1;
    }

    int maxBytes() {
        return maxCells * CELL;
    }

    private boolean hasCells(long word, int cells) {
        long out = head;
        seen = out;
        return (((int) word - (int) out) & CELL_MASK) + cells <= maxCells;
    }

    /** Whether so much may have gone through since a head was seen that the count of its cells has come round. */
    private static boolean isOld(long seen, long word) {
        return (word >>> CELL_BITS) - (seen >>> CELL_BITS) > TICKETS_TOLD_APART;
    }

    private static int cells(CnMsg msg) {
        return (msg.length() + OVERHEAD + CELL - 1) / CELL;
    }

    private static int ticket(long word) {
        return (int) (word >>> CELL_BITS);
    }

    private static long moved(long word, int cells) {
        return ((word >>> CELL_BITS) + 1) << CELL_BITS | (((int) word + cells) & CELL_MASK);
    }
}
