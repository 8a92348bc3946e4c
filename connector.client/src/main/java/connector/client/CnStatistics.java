// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnStat;
import connector.api.wire.CnStat.Attribute;
import connector.api.wire.NlAttr;
import connector.api.wire.NlMsgHdr;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the platform knows of one thing: the bus, a user, a group, a port or a gate. See {@link CnStat}.
 *
 * @param kind {@link CnStat#USER} and others
 * @param idx a user's
 * @param val a user's
 * @param timeNs nanoseconds; the difference of two is the time between them
 * @param attributes by number, a {@link String} or a {@link Long} each; those that are 0 are left out
 */
public record CnStatistics(int kind, int idx, int val, long timeNs, SortedMap<Integer, Object> attributes) {

    /**
     * Decodes a message.
     *
     * @param message one that was received
     * @return what it says, or null if it is no statistics
     */
    public static CnStatistics of(CnMessage message) {
        int length = message.data().length;
        if ((message.flags() & CnMsgHdr.CN_STATISTICS) == 0 || length < CnStat.ATTRIBUTES) {
            return null;
        }
        ByteBuffer data = NlMsgHdr.buffer(message.data());
        SortedMap<Integer, Object> attributes = new TreeMap<>();
        int at = CnStat.ATTRIBUTES;
        while (length - at >= NlAttr.SIZE) {
            int size = Short.toUnsignedInt(data.getShort(at));
            if (size < NlAttr.SIZE || size > length - at) {
                break;
            }
            int type = Short.toUnsignedInt(data.getShort(at + Short.BYTES));
            Object value = value(data, at + NlAttr.SIZE, size - NlAttr.SIZE, type);
            if (value != null) {
                attributes.putIfAbsent(type, value);
            }
            at += NlMsgHdr.align(size);
        }
        return new CnStatistics(data.getInt(CnStat.KIND), message.idx(), message.val(), data.getLong(CnStat.TIME_NS),
                attributes);
    }

    private static Object value(ByteBuffer data, int at, int length, int type) {
        if (CnStat.isString(type)) {
            byte[] text = new byte[length];
            data.get(at, text);
            int end = 0;
            while (end < length && text[end] != 0) {
                end++;
            }
            return new String(text, 0, end, StandardCharsets.UTF_8);
        }
        return switch (length) {
            case Integer.BYTES -> Integer.toUnsignedLong(data.getInt(at));
            case Long.BYTES -> data.getLong(at);
            default -> null;
        };
    }

    /**
     * {@return a number, 0 where it is not told}
     *
     * @param attribute one that is a number
     */
    public long number(Attribute attribute) {
        return number(attribute, 0);
    }

    /**
     * {@return a number}
     *
     * @param attribute one that is a number
     * @param otherwise what to answer where it is not told
     */
    public long number(Attribute attribute, long otherwise) {
        return attributes.get(attribute.type()) instanceof Long number ? number : otherwise;
    }

    /**
     * {@return a text, null where it is not told}
     *
     * @param attribute one that is a string
     */
    public String text(Attribute attribute) {
        return attributes.get(attribute.type()) instanceof String text ? text : null;
    }

    /**
     * What it is of, the same in each answer: {@code "bus"}, {@code "user 14.1110"}, {@code "group 14"}, {@code "port
     * 4711"}, {@code "gate default"}; users that stand by have their bundle's id too.
     *
     * @return words that tell it from all others of one answer
     */
    public String key() {
        return switch (kind) {
            case CnStat.USER -> "user " + Integer.toUnsignedString(idx) + "." + Integer.toUnsignedString(val)
                    + ("standby".equals(text(Attribute.STATE))
                            ? " standby " + number(Attribute.BUNDLE_ID, -1) + " " + number(Attribute.RANKING) : "");
            case CnStat.GROUP, CnStat.PORT -> CnStat.kindName(kind) + " " + number(Attribute.NUMBER);
            case CnStat.GATE -> CnStat.kindName(kind) + " " + text(Attribute.NAME);
            default -> CnStat.kindName(kind);
        };
    }

    /**
     * {@return its name in small letters, or the number of an unknown one}
     *
     * @param type of an attribute
     */
    public static String attributeName(int type) {
        Attribute attribute = Attribute.of(type);
        return attribute == null ? "attribute_" + type : attribute.name().toLowerCase(Locale.ROOT);
    }
}
