// SPDX-License-Identifier: Apache-2.0
package ksock.impl.differential;

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
        return " %d/%d/%d".formatted(control.level(), control.type(), data.byteSize());
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
