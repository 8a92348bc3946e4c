// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.wire.CnTap;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortOptions;
import connector.impl.netlink.Verdict;
import java.nio.ByteBuffer;

/** One client's control frames: what its netlink socket is told by system calls elsewhere. One thread at a time. */
final class ControlFrames {

    /** Values longer than this are refused rather than squeezed into the reserve for answers. */
    private static final int MAX_VALUE = 8192;

    private final Port port;
    private final PortOptions options;
    private final GateCounters counters;
    private int toPort;
    private int toGroup;

    ControlFrames(Port port, PortOptions options, GateCounters counters) {
        this.port = port;
        this.options = options;
        this.counters = counters;
    }

    /** {@return the next message's destination port} */
    int toPort() {
        return toPort;
    }

    /** {@return the next message's destination group} */
    int toGroup() {
        return toGroup;
    }

    /** The message that TO was for has gone. */
    void forgetTo() {
        toPort = 0;
        toGroup = 0;
    }

    /** {@return whether the frame was answered} */
    boolean handle(ByteBuffer frame, int at, int length) {
        int type = NlMsgHdr.type(frame, at);
        int needed = switch (type) {
            case GateControl.TO, GateControl.BIND, GateControl.GETSOCKOPT -> GateControl.PAIR_LENGTH;
            case GateControl.SETSOCKOPT -> GateControl.VALUE;
            default -> NlMsgHdr.SIZE;
        };
        if (length < needed) {
            malformed(frame, at, length, NetlinkErrno.EINVAL, "a control frame of type 0x" + Integer.toHexString(type)
                    + " has at least " + needed + " bytes, this one has " + length, NlMsgHdr.LEN);
            return true;
        }
        switch (type) {
            case GateControl.TO -> {
                toPort = frame.getInt(at + GateControl.PORT);
                toGroup = frame.getInt(at + GateControl.GROUP);
                if ((NlMsgHdr.flags(frame, at) & NlMsgHdr.NLM_F_ACK) == 0) {
                    return false;
                }
                answer(frame, at, 0, null, NlMsgErr.NO_OFFSET, null);
            }
            case GateControl.BIND -> bind(frame, at, length);
            case GateControl.SETSOCKOPT -> setSockOpt(frame, at, length);
            case GateControl.GETSOCKOPT -> getSockOpt(frame, at);
            case GateControl.GETSOCKNAME -> {
                byte[] name = new byte[2 * Integer.BYTES];
                NlMsgHdr.buffer(name).putInt(port.portId()).putInt(port.groupMask());
                answer(frame, at, 0, null, NlMsgErr.NO_OFFSET, name);
            }
            default -> malformed(frame, at, length, NetlinkErrno.EOPNOTSUPP,
                    "there is no control frame of type 0x" + Integer.toHexString(type), NlMsgHdr.TYPE);
        }
        return true;
    }

    private void bind(ByteBuffer frame, int at, int length) {
        int wanted = frame.getInt(at + GateControl.PORT);
        int errno = port.bind(wanted, frame.getInt(at + GateControl.GROUP));
        String text = switch (errno) {
            case 0 -> null;
            case NetlinkErrno.EADDRINUSE -> "port " + Integer.toUnsignedString(wanted) + " is another's";
            case NetlinkErrno.EINVAL -> "this socket is port " + Integer.toUnsignedString(port.portId()) + " already";
            case NetlinkErrno.EPERM -> "this user may not take that port, or not listen to one of the groups";
            case NetlinkErrno.EMFILE -> "this socket, or its user, would be in more groups than it may: leave some";
            default -> "bind to port " + Integer.toUnsignedString(wanted);
        };
        answer(frame, at, length, errno, text);
    }

    private void setSockOpt(ByteBuffer frame, int at, int length) {
        int level = frame.getInt(at + GateControl.LEVEL);
        int option = frame.getInt(at + GateControl.OPTNAME);
        ByteBuffer value = frame.duplicate().order(frame.order())
                .limit(at + length).position(at + GateControl.VALUE);
        int errno = options.set(level, option, value);
        String text = switch (errno) {
            case 0 -> null;
            case NetlinkErrno.ENOPROTOOPT -> noOption(level, option);
            case NetlinkErrno.EINVAL -> "option " + option + " takes a number of 32 bits, a group is not 0";
            case NetlinkErrno.EPERM -> option == GateControl.CN_TAP
                    ? "only root and the platform's own user may monitor the bus, and whom a rule of connector.policy "
                            + "with allow.monitor names"
                    : "this user may not listen to that group";
            case NetlinkErrno.EMFILE -> "this socket, or its user, is in as many groups as it may: leave one";
            default -> "option " + option;
        };
        answer(frame, at, length, errno, text);
    }

    private void getSockOpt(ByteBuffer frame, int at) {
        int level = frame.getInt(at + GateControl.LEVEL);
        int option = frame.getInt(at + GateControl.OPTNAME);
        boolean list = level == GateControl.SOL_NETLINK && option == GateControl.CN_LIST_GROUPS;
        if (list && options.listLength() > MAX_VALUE) {
            tooLong(frame, at, options.listLength());
            return;
        }
        byte[] value = options.get(level, option);
        if (value == null) {
            answer(frame, at, NetlinkErrno.ENOPROTOOPT, noOption(level, option), NlMsgErr.NO_OFFSET, null);
        } else if (value.length > MAX_VALUE) {
            tooLong(frame, at, value.length);
        } else {
            answer(frame, at, 0, null, NlMsgErr.NO_OFFSET, value);
        }
    }

    private void tooLong(ByteBuffer frame, int at, long length) {
        answer(frame, at, NetlinkErrno.EMSGSIZE, "the value has " + length + " bytes: too many for an answer",
                NlMsgErr.NO_OFFSET, null);
    }

    private static String noOption(int level, int option) {
        return "there is no option " + Integer.toUnsignedString(option) + " at level "
                + Integer.toUnsignedString(level);
    }

    /** Answers what a port was asked for; taps are told of what the policy refuses, as they are of messages. */
    private void answer(ByteBuffer frame, int at, int length, int errno, String text) {
        if (errno == NetlinkErrno.EPERM) {
            tellTaps(frame, at, length, Verdict.of(errno, text));
        }
        answer(frame, at, errno, text, NlMsgErr.NO_OFFSET, null);
    }

    /**
     * Counts a frame that makes no sense, tells taps, and answers it.
     *
     * @param there how much of it is there, in bytes
     */
    void malformed(ByteBuffer frame, int at, int there, int errno, String text, int offset) {
        counters.malformed.increment();
        tellTaps(frame, at, there, new Verdict(errno, text, offset));
        answer(frame, at, errno, text, offset, null);
    }

    /** Tells taps of a frame that is dropped here and not addressed to anybody. */
    void tellTaps(ByteBuffer frame, int at, int there, Verdict verdict) {
        port.droppedByGate(frame, at, Math.min(there, CnTap.MAX_MALFORMED), 0, 0, verdict);
    }

    void answer(ByteBuffer frame, int at, int errno, String text, int offset, byte[] cookie) {
        port.answer(Frame.wrap(NlMsgErr.frame(frame, at, port.portId(), errno, text, offset, cookie)));
    }
}
