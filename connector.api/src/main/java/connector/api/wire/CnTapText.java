// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;

/**
 * What a tap is told, as lines for people: so that {@code cn} and the platform's shell print the same. Reads a
 * {@link CnTap} frame and the frame after it, which lie one behind the other as they come.
 */
public final class CnTapText {

    private final ByteBuffer frames;
    private final int tap;
    private final int tapLength;
    private final int flags;
    private final int frame;
    private final int length;

    private CnTapText(ByteBuffer frames, int offset) {
        this.frames = frames;
        tap = offset;
        tapLength = NlMsgHdr.length(frames, offset);
        flags = CnTap.flags(frames, offset);
        frame = offset + NlMsgHdr.align(tapLength);
        length = NlMsgHdr.length(frames, frame);
    }

    /**
     * {@return a line, without its time, for each message of the frame; one line where there is none}
     *
     * @param frames in native order
     * @param offset where the TAP frame begins, which {@link CnTap#isTap} is true of; the other is there as well
     */
    public static List<String> lines(ByteBuffer frames, int offset) {
        return new CnTapText(frames, offset).lines();
    }

    private List<String> lines() {
        int type = NlMsgHdr.type(frames, frame);
        List<String> lines = new ArrayList<>(1);
        if (type == NlMsgHdr.NLMSG_ERROR && NlMsgErr.isWhole(length)) {
            String text = NlMsgErr.text(frames, frame, length);
            lines.add("answer to " + Integer.toUnsignedString(NlMsgHdr.seq(frames, frame)) + "  " + way() + "  "
                    + NetlinkErrno.name(NlMsgErr.errno(frames, frame))
                    + (text == null ? "" : ": " + CnText.visible(text)));
            return lines;
        }
        for (int at = CnTap.firstMessage(frames, tap); at >= 0; at = CnTap.nextMessage(frames, tap, at)) {
            int idx = CnMsgHdr.idx(frames, at);
            int val = CnMsgHdr.val(frames, at);
            byte[] data = new byte[CnMsgHdr.dataLength(frames, at)];
            frames.get(at + CnMsgHdr.SIZE, data);
            lines.add(Integer.toUnsignedString(idx) + "." + Integer.toUnsignedString(val) + "  seq "
                    + Integer.toUnsignedString(CnMsgHdr.seq(frames, at)) + " ack "
                    + Integer.toUnsignedString(CnMsgHdr.ack(frames, at)) + "  " + way() + "  "
                    + CnText.message(idx, val, CnMsgHdr.flags(frames, at), data));
        }
        if (lines.isEmpty()) {
            lines.add((isControl(type) ? "control frame 0x" + Integer.toHexString(type) : "no message") + "  " + way()
                    + "  " + firstBytes());
        }
        return lines;
    }

    private boolean isControl(int type) {
        return (flags & CnTap.GATE) != 0 && GateControl.isControl(type);
    }

    private String firstBytes() {
        byte[] bytes = new byte[Math.min(length, CnTap.MAX_MALFORMED)];
        frames.get(frame, bytes);
        // As its sender wrote it.
        NlMsgHdr.buffer(bytes).putInt(NlMsgHdr.LEN, frames.getInt(tap + CnTap.CLAIMED_LENGTH));
        return length + " bytes " + HexFormat.of().formatHex(bytes) + (bytes.length < length ? "..." : "");
    }

    private String way() {
        int from = frames.getInt(tap + CnTap.FROM);
        int to = frames.getInt(tap + CnTap.TO);
        int group = CnTap.group(frames, tap);
        boolean toConnector = (flags & CnTap.TO_CONNECTOR) != 0;
        boolean toGroup = !toConnector && group != 0 && to == 0;
        if ((flags & CnTap.GATE) != 0) {
            return (from == 0 ? "a client" : port(from)) + " > gate" + verdict(false);
        }
        if (toGroup) {
            long busSequence = frames.getLong(tap + CnTap.BUS_SEQUENCE);
            return port(from) + " > group " + Integer.toUnsignedString(group)
                    + (busSequence == 0 ? "" : " #" + Long.toUnsignedString(busSequence)) + verdict(true);
        }
        return port(from) + " > " + (toConnector || to != 0 ? port(to) : "nobody") + verdict(false);
    }

    private String verdict(boolean toGroup) {
        int took = frames.getInt(tap + CnTap.TOOK);
        int dropped = frames.getInt(tap + CnTap.DROPPED);
        StringJoiner verdict = new StringJoiner(", ", "  [", "]").setEmptyValue("");
        if ((flags & CnTap.QUEUED) != 0) {
            verdict.add("queued");
        }
        if (toGroup && took != 0) {
            verdict.add(took == 1 ? "1 port" : Integer.toUnsignedString(took) + " ports");
        }
        if ((flags & CnTap.LATE) != 0) {
            verdict.add("dropped after it was queued");
        } else if (dropped != 0) {
            verdict.add(Integer.toUnsignedString(dropped) + " full");
        }
        int errno = CnTap.errno(frames, tap);
        if (errno != 0) {
            String text = CnTap.text(frames, tap, tapLength);
            verdict.add(NetlinkErrno.name(errno) + (text == null ? "" : ": " + CnText.visible(text)));
        }
        return verdict.toString();
    }

    private static String port(int number) {
        return number == 0 ? "platform" : "port " + Integer.toUnsignedString(number);
    }
}
