// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.impl.gate.AllocationFailures;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * What becomes of messages that are put into a queue while one allocation fails: a line that says what is wrong, or
 * that nothing is. Loaded so that allocations of the connector can fail.
 */
public final class ShortQueue implements IntFunction<String> {

    private static final int MESSAGES = 40;

    @Override
    public String apply(int allocation) {
        Account account = new Account(new Holdings(), 1 << 20, 1, 1);
        ReceiveQueue queue = new ReceiveQueue(1 << 20, 1 << 20, account);
        List<Datagram> data = datagrams();
        List<Datagram> answers = datagrams();
        List<Received> expected = new ArrayList<>(2 * MESSAGES);
        List<Datagram> taken = new ArrayList<>(MESSAGES);
        Predicate<Thread> here = Thread.currentThread()::equals;
        AllocationFailures.fail(allocation, here);
        // From here on nothing is made in this method.
        for (int i = 0; i < MESSAGES; i++) {
            try {
                queue.offerAnswer(answers.get(i));
                expected.add(answers.get(i));
            } catch (OutOfMemoryError e) {
                // It is not in.
            }
        }
        for (int i = 0; i < MESSAGES; i++) {
            try {
                queue.offer(data.get(i));
                taken.add(data.get(i));
            } catch (OutOfMemoryError e) {
                // It is not in.
            }
        }
        if (!AllocationFailures.end()) {
            return "none failed";
        }
        expected.addAll(taken);
        long counted = account.queuedBytes();
        long bytes = queue.bytes();
        long cost = taken.stream().mapToLong(Datagram::cost).sum();
        List<Received> read = new ArrayList<>();
        for (Received next = queue.poll(); next != null; next = queue.poll()) {
            read.add(next);
        }
        return (read.equals(expected) ? "all" : read.size() + " of " + expected.size()) + " read, " + (counted - cost)
                + " and " + (bytes - cost) + " bytes too many counted, " + account.queuedBytes() + " left";
    }

    private static List<Datagram> datagrams() {
        List<Datagram> all = new ArrayList<>();
        for (int val = 0; val < MESSAGES; val++) {
            all.add(new Datagram(Frame.of(CnMsg.of(new CbId(1, val))), null, 0, 0));
        }
        return all;
    }
}
