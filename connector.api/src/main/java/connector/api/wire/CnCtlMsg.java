// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import java.nio.ByteBuffer;

/**
 * {@code struct cn_ctl_msg}: a notification request, the data of a message to {-1,-1}.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                        idx_notify_num                         |  0
 *  +---------------------------------------------------------------+
 *  |                        val_notify_num                         |  4
 *  +---------------------------------------------------------------+
 *  |             group to notify; 0 ends the subscription          |  8
 *  +---------------------------------------------------------------+
 *  |        len of what follows: 8 * (idx_num + val_num)           |  12
 *  +---------------------------------------------------------------+
 *  |    cn_notify_req: first (u32), range (u32), for each idx      |  16
 *  +---------------------------------------------------------------+
 *  |    cn_notify_req: first (u32), range (u32), for each val      |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * An id matches when its idx is in one of the idx ranges and its val in one of the val ranges. A range is half open,
 * {@code first <= x < first + range}, computed without wrap-around: {@code {0xffffffff, 1}} is exactly -1.
 *
 * <p>What comes of a request depends on two flags:
 * <ul>
 * <li>none: the legacy event, a message of 20 bytes from the id that came or went, ack 0 registered, 1 unregistered,
 * multicast to the group named here, of which the asker must be a member;</li>
 * <li>{@link CnMsgHdr#CN_EXTENDED} in {@code cn_msg.flags}: {@link CnEvent}s to the asking port alone (the group is
 * only looked at for being 0), first of all the ids that are there, then each change;</li>
 * <li>{@link NlMsgHdr#NLM_F_DUMP} in {@code nlmsg_flags}: the ids that are there, once, and no subscription; without
 * any data: all of them; with {@link CnMsgHdr#CN_STATISTICS} in {@code cn_msg.flags}: {@link CnStat}s instead.</li>
 * </ul>
 *
 * <p>Offsets are from the beginning of the data.
 */
public final class CnCtlMsg {

    /** Length of the fixed part, in bytes. */
    public static final int SIZE = 16;
    /** Offset of {@code idx_notify_num}, u32. */
    public static final int IDX_NUM = 0;
    /** Offset of {@code val_notify_num}, u32. */
    public static final int VAL_NUM = 4;
    /** Offset of {@code group}, u32. */
    public static final int GROUP = 8;
    /** Offset of {@code len}, u32. */
    public static final int REQUESTS_LEN = 12;

    /** Length of one {@code cn_notify_req}, in bytes. */
    public static final int REQ_SIZE = 8;
    /** Offset of {@code first} in a {@code cn_notify_req}, u32. */
    public static final int REQ_FIRST = 0;
    /** Offset of {@code range} in a {@code cn_notify_req}, u32: how many. */
    public static final int REQ_RANGE = 4;

    private CnCtlMsg() {
    }

    /**
     * Makes the data of a request.
     *
     * @param group to notify, 0 to end the subscription
     * @param idxRanges pairs of first and range
     * @param valRanges pairs of first and range
     * @return a new array
     * @throws IllegalArgumentException if an array has an odd length
     */
    public static byte[] data(int group, int[] idxRanges, int[] valRanges) {
        if ((idxRanges.length | valRanges.length) % 2 != 0) {
            throw new IllegalArgumentException("ranges are pairs of first and range");
        }
        int requests = 4 * (idxRanges.length + valRanges.length);
        byte[] bytes = new byte[SIZE + requests];
        ByteBuffer data = NlMsgHdr.buffer(bytes);
        data.putInt(idxRanges.length / 2).putInt(valRanges.length / 2).putInt(group).putInt(requests);
        for (int number : idxRanges) {
            data.putInt(number);
        }
        for (int number : valRanges) {
            data.putInt(number);
        }
        return bytes;
    }

    /**
     * Tells whether the counts and both lengths of a request agree. Ask before reading any range.
     *
     * @param data in native order
     * @param offset where the data begins
     * @param length of the data in bytes
     * @return the offset in the data of the field that is wrong, or -1 when all is well
     */
    public static int wrongField(ByteBuffer data, int offset, int length) {
        if (length < SIZE) {
            return IDX_NUM;
        }
        long requests = Integer.toUnsignedLong(data.getInt(offset + IDX_NUM))
                + Integer.toUnsignedLong(data.getInt(offset + VAL_NUM));
        if (requests * REQ_SIZE != length - SIZE) {
            return Integer.toUnsignedLong(data.getInt(offset + IDX_NUM)) * REQ_SIZE > length - SIZE
                    ? IDX_NUM
                    : VAL_NUM;
        }
        return data.getInt(offset + REQUESTS_LEN) == length - SIZE ? -1 : REQUESTS_LEN;
    }
}
