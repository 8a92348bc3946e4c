// SPDX-License-Identifier: Apache-2.0
package connector.impl.notify;

import connector.api.CbId;
import connector.api.NotifyRange;
import connector.api.NotifyRequest;
import java.util.List;
import java.util.stream.Stream;

/** By which rule an id is among those that a legacy subscription asked for. Extended ones know the first alone. */
public enum Matcher {

    /** What Linux documented: some idx range covers the idx, and some val range the val, without wrap-around. */
    DOCUMENTED("") {
        @Override
        boolean matches(NotifyRequest request, CbId id) {
            return request.matches(id);
        }
    },

    /**
     * What Linux 2.6.14 to 2.6.32 did, for those who must compare. One cursor goes over the idx ranges and on to the
     * val ranges, but an idx that matches leaves it where it is: the val is then looked for from that idx range on, in
     * as many ranges as there are val ranges. And the end of a range is computed in 32 bits.
     */
    LINUX_2_6("2.6") {
        @Override
        boolean matches(NotifyRequest request, CbId id) {
            List<NotifyRange> ranges = Stream.concat(request.idx().stream(), request.val().stream()).toList();
            int cursor = 0;
            while (cursor < request.idx().size() && !coversWrapped(ranges.get(cursor), id.idx())) {
                cursor++;
            }
            boolean idxFound = cursor < request.idx().size();
            return idxFound && ranges.subList(cursor, cursor + request.val().size()).stream()
                    .anyMatch(range -> coversWrapped(range, id.val()));
        }
    };

    private final String text;

    Matcher(String text) {
        this.text = text;
    }

    /** {@return how configurations name it} */
    public String text() {
        return text;
    }

    /**
     * Tells whether an id is asked for.
     *
     * @param request what was asked for
     * @param id the id
     * @return whether it is among it
     */
    abstract boolean matches(NotifyRequest request, CbId id);

    private static boolean coversWrapped(NotifyRange range, int number) {
        return Integer.compareUnsigned(number, range.first()) >= 0
                && Integer.compareUnsigned(number, range.first() + range.range()) < 0;
    }
}
