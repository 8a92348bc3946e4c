// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.CnEvent;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NlAttr;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;

/**
 * An extended notification: an id came, went, or is there. See {@link CnEvent} for what the numbers mean.
 *
 * @param idx the id's idx
 * @param val the id's val
 * @param kind {@link CnEvent#REGISTERED} and others
 * @param reason {@link CnEvent#REASON_STARTED} and others
 * @param epoch how many changes there have been in the register of ids
 * @param generation how many users this id has had
 * @param name the user's, or null
 * @param bundle symbolic name of the user's bundle, or null
 * @param version of that bundle, or null
 * @param bundleId of that bundle in the framework, or -1
 */
public record CnNotification(
        int idx, int val, int kind, int reason, long epoch, long generation, String name, String bundle,
        String version, long bundleId) {

    /**
     * Decodes a message.
     *
     * @param message one that was received
     * @return what it says, or null if it is no extended notification
     */
    public static CnNotification of(CnMessage message) {
        int length = message.data().length;
        if ((message.flags() & CnMsgHdr.CN_EXTENDED) == 0 || length < CnEvent.ATTRIBUTES) {
            return null;
        }
        ByteBuffer data = NlMsgHdr.buffer(message.data());
        int attributes = CnEvent.ATTRIBUTES;
        return new CnNotification(
                message.idx(), message.val(), data.getInt(CnEvent.KIND), data.getInt(CnEvent.REASON),
                data.getLong(CnEvent.EPOCH), data.getLong(CnEvent.GENERATION),
                NlAttr.string(data, attributes, length, CnEvent.ATTR_NAME),
                NlAttr.string(data, attributes, length, CnEvent.ATTR_BUNDLE),
                NlAttr.string(data, attributes, length, CnEvent.ATTR_VERSION),
                NlAttr.number(data, attributes, length, CnEvent.ATTR_BUNDLE_ID, -1));
    }

    /** {@return {@code idx.val}, unsigned decimal} */
    public String id() {
        return Integer.toUnsignedString(idx) + "." + Integer.toUnsignedString(val);
    }

    /** {@return whether the id has a user after this} */
    public boolean isThere() {
        return kind == CnEvent.REGISTERED || kind == CnEvent.CHANGED || kind == CnEvent.PRESENT;
    }
}
