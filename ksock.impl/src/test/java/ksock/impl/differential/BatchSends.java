// SPDX-License-Identifier: Apache-2.0
package ksock.impl.differential;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.IntFunction;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SendBatch;

/** The sends of a line that names several sockets, which are made by one batch. */
final class BatchSends {

    /** At most so many in a line. */
    static final int MOST = 6;

    /** The first of the further slots, behind the first slot, the size and the seed. */
    private static final int OTHERS = 3;

    private final Line line;

    BatchSends(Line line) {
        this.line = line;
    }

    /** Its slots in their order, one of them perhaps several times. */
    List<Integer> slots() {
        List<Integer> slots = new ArrayList<>(line.numbers().subList(OTHERS, line.count()));
        slots.addFirst(line.number(0));
        return slots;
    }

    /**
     * Makes the sends: each with as many bytes, every other one with those of the one before it.
     *
     * @param sockets by slot; what is empty is left out
     * @param data gives the bytes of a seed
     * @return what became of each
     */
    String make(SendBatch batch, IntFunction<KernelSocket> sockets, IntFunction<ByteBuffer> data) {
        List<Integer> slots = slots();
        boolean same = false;
        for (int i = 0; i < slots.size(); i++) {
            same &= i % 2 != 0;
            KernelSocket socket = sockets.apply(slots.get(i));
            if (socket != null) {
                boolean added = same ? batch.addAgain(socket) : batch.add(socket, data.apply(line.number(2) + i / 2));
                if (!added) {
                    throw new IllegalStateException("no room for " + line);
                }
                same = true;
            }
        }
        batch.send();
        StringJoiner results = new StringJoiner(" ");
        for (int i = 0; i < batch.size(); i++) {
            results.add(result(batch, i));
        }
        return results.toString();
    }

    private static String result(SendBatch batch, int index) {
        try {
            long result = batch.result(index);
            int left = batch.length(index) - batch.unsent(index).remaining();
            if (left != Math.max(0, result)) {
                throw new AssertionError(left + " bytes are not unsent, and " + result + " were sent");
            }
            return result == KernelSocket.WOULD_BLOCK ? "EAGAIN" : Long.toString(result);
        } catch (KernelSocketException e) {
            return e.errno().toString();
        }
    }
}
