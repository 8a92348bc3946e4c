// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import java.util.concurrent.atomic.LongAdder;

/** What became of messages that were not simply delivered. */
final class MailboxCounters {

    /** Dropped because the mailbox was full. */
    final LongAdder dropped = new LongAdder();
    /** Refused with EAGAIN. */
    final LongAdder refused = new LongAdder();
    /** Sends that waited for room. */
    final LongAdder waited = new LongAdder();
    /** Dropped because nobody took the id over in time. */
    final LongAdder abandoned = new LongAdder();
    /** Calls that did not return in time when the user left. */
    final LongAdder interrupted = new LongAdder();
}
