// SPDX-License-Identifier: Apache-2.0
package ksock.impl.differential;

import static ksock.api.NetinetIn.IPV6_HOPLIMIT;
import static ksock.api.NetinetIn.IPV6_RECVERR;
import static ksock.api.NetinetIn.IPV6_TCLASS;
import static ksock.api.NetinetIn.IP_RECVERR;
import static ksock.api.NetinetIn.IP_TOS;
import static ksock.api.NetinetIn.IP_TTL;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import ksock.api.ControlBuffer;
import ksock.api.ControlBuffer.ControlMessage;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.NetinetIn;
import ksock.api.SysSocket;

/** Control data as the lines of a sequence name it, and as its answers show it. */
final class Ancillary {

    private static final int IP = NetinetIn.IPPROTO_IP;
    private static final int IPV6 = NetinetIn.IPPROTO_IPV6;

    private static final int PID = (int) ProcessHandle.current().pid();

    private final int uid = id("unix:uid");
    private final int gid = id("unix:gid");

    /**
     * A message without data.
     *
     * @param kind what travels with it, as player.c has it
     * @param socket the one that may travel, null for none
     */
    MessageHeader message(int kind, KernelSocket socket) {
        MessageHeader message = new MessageHeader();
        if (kind == 1 && socket != null) {
            message.rights(List.of(socket));
        } else if (kind == 5 && socket != null) {
            message.rights(List.of(socket, socket));
        }
        if (kind == 2 || kind == 3 || kind == 5) {
            int[] credentials = {kind == 3 ? 1 << 30 : PID, uid, gid};
            message.control(new ControlBuffer(64).add(SysSocket.SOL_SOCKET, SysSocket.SCM_CREDENTIALS,
                    MemorySegment.ofArray(credentials)));
        } else if (kind == 4) {
            message.control(new ControlBuffer(64).addInt(SysSocket.SOL_SOCKET, 4711, 0));
        } else if (kind == 6) {
            message.control(new ControlBuffer(64).addInt(IP, IP_TOS, 16).addInt(IP, IP_TTL, 9));
        } else if (kind == 7) {
            message.control(new ControlBuffer(64).addInt(IPV6, IPV6_TCLASS, 16).addInt(IPV6, IPV6_HOPLIMIT, 9));
        } else if (kind == 8) {
            message.control(new ControlBuffer(64).addInt(IP, IP_TTL, 0));
        } else if (kind == 9) {
            int[] info = {1, Integer.reverseBytes(0x7f000002), 0};
            message.control(new ControlBuffer(64).add(IP, NetinetIn.IP_PKTINFO, MemorySegment.ofArray(info))
                    .addInt(IP, IP_TOS, 8));
        }
        return message;
    }

    /** What came with a message. */
    static String came(MessageHeader message) throws KernelSocketException {
        StringBuilder text = new StringBuilder();
        for (KernelSocket socket : message.rights()) {
            text.append(" socket/").append(socket.domain()).append('/').append(socket.type());
        }
        for (ControlMessage control : message.control().messages()) {
            text.append(shown(control));
        }
        return text.toString();
    }

    private static String shown(ControlMessage control) {
        MemorySegment data = control.data();
        // What was cut for want of room, to its header even, is shown by its length.
        boolean whole = data.byteSize() >= 3 * Integer.BYTES;
        if (whole && control.level() == SysSocket.SOL_SOCKET && control.type() == SysSocket.SCM_CREDENTIALS) {
            return " credentials/%s/%d/%d".formatted(number(data, 0) == PID ? "own" : "none", number(data, 4),
                    number(data, 8));
        }
        if (whole && control.level() == NetinetIn.IPPROTO_IP && control.type() == NetinetIn.IP_PKTINFO) {
            return " pktinfo/%d/%08x/%08x".formatted(number(data, 0), Integer.reverseBytes(number(data, 4)),
                    Integer.reverseBytes(number(data, 8)));
        }
        String shown = " %d/%d/%d".formatted(control.level(), control.type(), data.byteSize());
        if (isSmall(control)) {
            return shown + '/' + (data.byteSize() == 1 ? data.get(ValueLayout.JAVA_BYTE, 0)
                    : data.byteSize() == Integer.BYTES ? number(data, 0) : -1);
        }
        if (isError(control) && data.byteSize() >= 2 * Integer.BYTES) {
            return shown + "/%d/%08x".formatted(number(data, 0), number(data, 4));
        }
        return shown;
    }

    private static boolean isSmall(ControlMessage control) {
        return (control.level() == IP && (control.type() == IP_TOS || control.type() == IP_TTL))
                || (control.level() == IPV6 && (control.type() == IPV6_TCLASS || control.type() == IPV6_HOPLIMIT));
    }

    /** Whether it is of the error queue: errno, and then origin, type and code, are shown. */
    private static boolean isError(ControlMessage control) {
        return (control.level() == IP && control.type() == IP_RECVERR)
                || (control.level() == IPV6 && control.type() == IPV6_RECVERR);
    }

    private static int number(MemorySegment data, long offset) {
        return data.get(ValueLayout.JAVA_INT_UNALIGNED, offset);
    }

    private static int id(String attribute) {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), attribute);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
