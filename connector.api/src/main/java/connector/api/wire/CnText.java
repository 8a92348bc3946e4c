// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What messages say, in words for people, on one line each: so that {@code cn} and the platform's shell say the same.
 */
public final class CnText {

    private CnText() {
    }

    /**
     * {@return what a message says, whatever kind it is of: a process event, a notification, statistics, a request to
     * the connector, or data}
     *
     * @param idx of its id
     * @param val of its id
     * @param flags of {@code cn_msg}
     * @param data of the message
     */
    public static String message(int idx, int val, int flags, byte[] data) {
        ProcEventReader event = ProcEventReader.of(idx, val, data);
        if (event != null) {
            return event.line();
        }
        boolean connectors = idx == CnMsgHdr.CN_CONNECTOR && val == CnMsgHdr.CN_CONNECTOR;
        if ((flags & CnMsgHdr.CN_EXTENDED) != 0 && data.length >= CnEvent.ATTRIBUTES
                && (!connectors || isSnapshotEnd(data))) {
            return notification(data);
        }
        if ((flags & CnMsgHdr.CN_STATISTICS) != 0 && data.length >= CnStat.ATTRIBUTES) {
            return statistics(idx, val, data);
        }
        return connectors ? request(flags, data) : data(data);
    }

    /** All that the connector tells of its own id: what else is of it is a request. */
    private static boolean isSnapshotEnd(byte[] bytes) {
        ByteBuffer data = NlMsgHdr.buffer(bytes);
        return data.getInt(CnEvent.KIND) == CnEvent.SNAPSHOT_END && CnCtlMsg.wrongField(data, 0, bytes.length) >= 0;
    }

    private static String notification(byte[] bytes) {
        ByteBuffer data = NlMsgHdr.buffer(bytes);
        String name = NlAttr.string(data, CnEvent.ATTRIBUTES, bytes.length, CnEvent.ATTR_NAME);
        int reason = data.getInt(CnEvent.REASON);
        return CnEvent.kindName(data.getInt(CnEvent.KIND)) + (name == null ? "" : " " + visible(name))
                + (reason == CnEvent.REASON_NONE ? "" : " " + CnEvent.reasonName(reason));
    }

    private static String statistics(int idx, int val, byte[] bytes) {
        ByteBuffer data = NlMsgHdr.buffer(bytes);
        int kind = data.getInt(CnStat.KIND);
        String whose = switch (kind) {
            case CnStat.USER -> " " + Integer.toUnsignedString(idx) + "." + Integer.toUnsignedString(val);
            case CnStat.GROUP, CnStat.PORT -> " " + NlAttr.number(
                    data, CnStat.ATTRIBUTES, bytes.length, CnStat.Attribute.NUMBER.type(), 0);
            case CnStat.GATE -> " " + visible(String.valueOf(NlAttr.string(
                    data, CnStat.ATTRIBUTES, bytes.length, CnStat.Attribute.NAME.type())));
            default -> "";
        };
        return kind == CnStat.END ? "end of statistics" : "statistics of " + CnStat.kindName(kind) + whose;
    }

    private static String request(int flags, byte[] bytes) {
        ByteBuffer data = NlMsgHdr.buffer(bytes);
        if (bytes.length == 0) {
            return (flags & CnMsgHdr.CN_STATISTICS) != 0 ? "asks for statistics" : "asks who is there";
        }
        if (CnCtlMsg.wrongField(data, 0, bytes.length) >= 0) {
            return "a request that contradicts itself: " + data(bytes);
        }
        String ranges = data.getInt(CnCtlMsg.IDX_NUM) + " ranges of idx and " + data.getInt(CnCtlMsg.VAL_NUM)
                + " of val";
        int group = data.getInt(CnCtlMsg.GROUP);
        return group == 0 ? "cancels the subscription to " + ranges
                : (flags & CnMsgHdr.CN_EXTENDED) != 0 ? "subscribes to " + ranges
                : "subscribes group " + Integer.toUnsignedString(group) + " to " + ranges;
    }

    /**
     * {@return data as text if it is text, with its ends of line written out, else in hexadecimal digits}
     *
     * @param data of a message
     */
    public static String data(byte[] data) {
        if (data.length == 0) {
            return "(no data)";
        }
        String text = text(data);
        return text == null || text.isEmpty() ? data.length + " bytes " + HexFormat.of().formatHex(data)
                : visible(text);
    }

    /**
     * {@return a text that somebody else has made, for one line of a terminal: what would move the cursor, begin a line
     * or turn the direction of writing is written out, as {@code \n} or {@code \x1b}}
     *
     * @param text of any characters
     */
    public static String visible(String text) {
        if (text.chars().noneMatch(CnText::isUnfit)) {
            return text;
        }
        StringBuilder visible = new StringBuilder();
        text.chars().forEach(c -> {
            if (isUnfit(c)) {
                visible.append(switch (c) {
                    case '\n' -> "\\n";
                    case '\r' -> "\\r";
                    case '\t' -> "\\t";
                    default -> String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
                });
            } else {
                visible.append((char) c);
            }
        });
        return visible.toString();
    }

    private static boolean isUnfit(int c) {
        // The ends of lines and paragraphs of Unicode, and the marks that embed, override and isolate a direction.
        return Character.isISOControl(c) || c == 0x2028 || c == 0x2029 || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }

    /**
     * {@return data as text, without the NULs that C puts at the end of one; null if it is none}
     *
     * @param data of a message
     */
    public static String text(byte[] data) {
        int end = data.length;
        while (end > 0 && data[end - 1] == 0) {
            end--;
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data, 0, end)).toString();
            return text.chars().allMatch(c -> c == '\n' || c == '\t' || !Character.isISOControl(c)) ? text : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
