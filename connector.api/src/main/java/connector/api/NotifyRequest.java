// SPDX-License-Identifier: Apache-2.0
package connector.api;

import java.util.List;

/**
 * What ids somebody wants to hear about: an id matches if one of the idx ranges covers its idx, and one of the val
 * ranges its val. (Linux documented this and compared the val with idx ranges.)
 *
 * <p>Subscriptions are of two kinds. A <em>legacy</em> one names a multicast group, to which an event of 20 bytes is
 * sent, Linux' own: the id, seq 0, ack 0 for registered and 1 for unregistered, no data. An <em>extended</em> one is
 * answered at the port that asked, first with a snapshot of the ids there are, then with each change, with name,
 * bundle, version, generation and reason: see {@link NotifyEvent}.
 *
 * @param idx the ranges of idx; none matches nothing
 * @param val the ranges of val; none matches nothing
 */
public record NotifyRequest(List<NotifyRange> idx, List<NotifyRange> val) {

    /** Every id there can be, but for those with an idx or val of 0xffffffff. */
    public static final NotifyRequest ALL = new NotifyRequest(List.of(NotifyRange.ALL), List.of(NotifyRange.ALL));

    /** Copies the lists. */
    public NotifyRequest {
        idx = List.copyOf(idx);
        val = List.copyOf(val);
    }

    /**
     * Asks for one id.
     *
     * @param id the id
     * @return the request
     */
    public static NotifyRequest of(CbId id) {
        return new NotifyRequest(List.of(NotifyRange.only(id.idx())), List.of(NotifyRange.only(id.val())));
    }

    /**
     * Tells whether an id is asked for.
     *
     * @param id the id
     * @return whether some idx range covers its idx and some val range its val
     */
    public boolean matches(CbId id) {
        return anyCovers(idx, id.idx()) && anyCovers(val, id.val());
    }

    private static boolean anyCovers(List<NotifyRange> ranges, int number) {
        for (NotifyRange range : ranges) {
            if (range.covers(number)) {
                return true;
            }
        }
        return false;
    }
}
