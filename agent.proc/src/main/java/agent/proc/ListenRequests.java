// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import static connector.api.wire.ProcEvent.ATTRIBUTES;
import static connector.api.wire.ProcEvent.EVENT_DATA;

import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.Sender;
import connector.api.wire.NetlinkErrno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Answers what clients of the kernel's {1,1} send before they listen: {@code PROC_CN_MCAST_LISTEN} and {@code _IGNORE}.
 *
 * <p>Here membership of group 1 is enough to hear events, and who asks for some of them, or for none, hears no others;
 * but a client that was written for the kernel waits for the answer. Unlike the kernel's it has the request's seq, goes
 * to the asking port alone, whatever it asked for, and comes for a request that is wrong as well.
 */
final class ListenRequests implements CnCallback {

    /** {@code enum proc_cn_mcast_op}. */
    static final int LISTEN = 1;
    static final int IGNORE = 2;

    private static final int OPERATION_ONLY = 4;
    private static final int OPERATION_AND_MASK = 8;

    private final EventMasks masks;

    ListenRequests(EventMasks masks) {
        this.masks = masks;
    }

    @Override
    public void callback(CnMsg msg, Sender sender) {
        byte[] answer = new byte[ATTRIBUTES];
        ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder()).putInt(EVENT_DATA, judge(msg, sender));
        sender.reply(msg, answer);
    }

    private int judge(CnMsg request, Sender sender) {
        ByteBuffer data = request.data().order(ByteOrder.nativeOrder());
        if (data.remaining() != OPERATION_ONLY && data.remaining() != OPERATION_AND_MASK) {
            return NetlinkErrno.EINVAL;
        }
        int operation = data.getInt();
        if (operation != LISTEN && operation != IGNORE) {
            return NetlinkErrno.EINVAL;
        }
        if (operation == LISTEN) {
            masks.listen(sender, data.hasRemaining() ? data.getInt() : 0);
        } else {
            masks.ignore(sender);
        }
        return 0;
    }
}
