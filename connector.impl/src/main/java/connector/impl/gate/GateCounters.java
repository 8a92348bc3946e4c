// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import java.util.concurrent.atomic.LongAdder;

/** What a gate counts. */
final class GateCounters {

    final LongAdder accepted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder framesIn = new LongAdder();
    final LongAdder framesOut = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder limited = new LongAdder();
}
