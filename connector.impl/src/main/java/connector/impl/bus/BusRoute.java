// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.Sender;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Port;
import connector.impl.netlink.Route;
import connector.impl.netlink.Tapping;
import connector.impl.netlink.Verdict;
import java.nio.ByteBuffer;

/**
 * The way of a port's messages from bytes to the mailbox of their id. It remembers the id of the last one, and its
 * mailbox, which it must not believe once that takes no more.
 */
final class BusRoute implements Route {

    private static final Verdict FALSE_LENGTH = new Verdict(NetlinkErrno.EINVAL,
            "nlmsg_len has no room for nlmsghdr and cn_msg, or is more than was sent", NlMsgHdr.LEN);
    private static final Verdict FALSE_DATA_LENGTH = new Verdict(NetlinkErrno.EINVAL,
            "cn_msg.len is more than nlmsg_len leaves", NlMsgHdr.SIZE + CnMsgHdr.DATA_LEN);
    private static final Verdict TOO_LONG = new Verdict(NetlinkErrno.EMSGSIZE,
            "cn_msg.len is more than " + CnMsg.MAX_DATA, NlMsgHdr.SIZE + CnMsgHdr.DATA_LEN);

    private final Bus bus;
    private final Port from;
    private final Sender sender;
    /** A sender outside has no thread here that could wait: the gate's serves other clients too. */
    private final boolean mayWait;
    /** Null where there is one message alone. */
    private final Visit visit;
    /** Null where nobody taps. */
    private final Tapping tapping;

    // Of the last message.
    private CbId id = CbId.CONNECTOR;
    /** Of a user that has left it keeps nothing, so that a bundle can be collected. */
    private Mailbox mailbox;

    private BusRoute(Bus bus, Port from, int group, Visit visit, Tapping tapping) {
        this.bus = bus;
        this.from = from;
        this.visit = visit;
        this.tapping = tapping;
        sender = from.sender(group);
        mayWait = from.identity().inPlatform();
    }

    /** For many messages, to no group, which nobody taps. */
    static BusRoute ofMany(Bus bus, Port from) {
        return new BusRoute(bus, from, 0, new Visit(), null);
    }

    /** For one message, sent to a group as well or to none. */
    static BusRoute ofOne(Bus bus, Port from, int group, Tapping tapping) {
        return new BusRoute(bus, from, group, null, tapping);
    }

    @Override
    public Verdict receive(ByteBuffer frames, int at, int available) {
        long length = Integer.toUnsignedLong(NlMsgHdr.length(frames, at));
        if (length < NlMsgHdr.SIZE + CnMsgHdr.SIZE || length > available) {
            bus.counters().malformed.increment();
            return FALSE_LENGTH;
        }
        int header = at + NlMsgHdr.SIZE;
        int idx = CnMsgHdr.idx(frames, header);
        int val = CnMsgHdr.val(frames, header);
        // To {-1, -1} may write who may ask it something: it looks itself.
        boolean toConnector = (idx & val) == -1;
        if (!toConnector && !bus.maySend(from, idx, val)) {
            return Bus.FORBIDDEN;
        }
        int dataLength = CnMsgHdr.dataLength(frames, header);
        if (dataLength > length - NlMsgHdr.SIZE - CnMsgHdr.SIZE) {
            bus.counters().malformed.increment();
            return FALSE_DATA_LENGTH;
        }
        if (dataLength > CnMsg.MAX_DATA) {
            bus.counters().oversize.increment();
            return TOO_LONG;
        }
        if (id.idx() != idx || id.val() != val) {
            id = new CbId(idx, val);
            mailbox = null;
        }
        byte[] data = new byte[dataLength];
        frames.get(header + CnMsgHdr.SIZE, data);
        CnMsg msg = CnMsg.wrap(id, CnMsgHdr.seq(frames, header), CnMsgHdr.ack(frames, header),
                CnMsgHdr.flags(frames, header), data);
        return toConnector ? bus.request(msg, NlMsgHdr.flags(frames, at), from, tapping)
                : bus.verdict(deliver(mailbox(), msg));
    }

    @Override
    public void end() {
        if (visit != null) {
            visit.end();
        }
    }

    private int deliver(Mailbox to, CnMsg msg) {
        if (to == null) {
            return NetlinkErrno.ENODEV;
        }
        return visit == null ? to.deliver(msg, sender, mayWait, tapping) : visit.deliver(to, msg, sender, mayWait);
    }

    private Mailbox mailbox() {
        Mailbox known = mailbox;
        if (known == null || !known.isAccepting()) {
            known = bus.mailbox(id);
            mailbox = known;
        }
        return known;
    }
}
