// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

/**
 * Which mailboxes' callbacks are running on this thread, one inside the other: a callback that sends to an idle id runs
 * that id's callback. Bounded, so that a long chain of ids cannot overflow the stack.
 */
final class Nesting {

    /** How deep callbacks run on one thread before the next is left to a drainer. */
    static final int MAX_DEPTH = 16;

    // Arrays of Object and no class of ours, which a thread that outlives this bundle would keep from being collected.
    // Element 0 is the depth in an int[1]; the others are mailboxes, and null again when left.
    private static final ThreadLocal<Object[]> CURRENT = ThreadLocal.withInitial(Nesting::fresh);

    private Nesting() {
    }

    static Object[] current() {
        return CURRENT.get();
    }

    static boolean enter(Object[] nesting, Object mailbox) {
        int[] depth = (int[]) nesting[0];
        if (depth[0] == MAX_DEPTH) {
            return false;
        }
        nesting[++depth[0]] = mailbox;
        return true;
    }

    static void exit(Object[] nesting) {
        int[] depth = (int[]) nesting[0];
        nesting[depth[0]--] = null;
    }

    /** How many times a mailbox' callback is running on this thread. */
    static int count(Object mailbox) {
        Object[] nesting = CURRENT.get();
        int count = 0;
        for (int i = 1; i < nesting.length; i++) {
            if (mailbox.equals(nesting[i])) {
                count++;
            }
        }
        return count;
    }

    private static Object[] fresh() {
        Object[] nesting = new Object[MAX_DEPTH + 1];
        nesting[0] = new int[1];
        return nesting;
    }
}
