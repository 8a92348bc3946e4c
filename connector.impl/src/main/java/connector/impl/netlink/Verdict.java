// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.wire.NlMsgErr;

/**
 * What became of a frame: what an NLMSG_ERROR says to a sender that asked.
 *
 * @param errno 0, or a positive errno
 * @param text what was wrong and what to do; null for success
 * @param offset of the field that was wrong, in bytes from the frame's beginning, or {@link NlMsgErr#NO_OFFSET}
 */
public record Verdict(int errno, String text, int offset) {

    /** Delivered or queued. */
    public static final Verdict OK = new Verdict(0, null, NlMsgErr.NO_OFFSET);

    /**
     * Makes a refusal that is not about a field.
     *
     * @param errno a positive errno
     * @param text what was wrong and what to do
     * @return the verdict
     */
    public static Verdict of(int errno, String text) {
        return new Verdict(errno, text, NlMsgErr.NO_OFFSET);
    }
}
