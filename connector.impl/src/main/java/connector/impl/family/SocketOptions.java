// SPDX-License-Identifier: Apache-2.0
package connector.impl.family;

import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Datagram;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortOptions;
import connector.impl.netlink.Received;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import ksock.api.ControlBuffer;
import ksock.api.KernelSocketException;
import ksock.api.LinuxNetlink;
import ksock.api.SysSocket;

/** A netlink socket's options, and the control data that some of them ask for. Any thread may call. */
final class SocketOptions {

    private static final int CONTROL_HEADER = 16;
    private static final int CONTROL_ALIGN = 8;

    private final PortOptions ofPort;
    private final int type;
    private volatile boolean credentials;
    private volatile int sendBuffer = 212_992;

    SocketOptions(Port port, int type) {
        this.type = type;
        ofPort = new PortOptions(port);
    }

    void set(int level, int option, MemorySegment value) throws KernelSocketException {
        byte[] bytes = value.toArray(ValueLayout.JAVA_BYTE);
        int errno = level == SysSocket.SOL_SOCKET
                ? setOfSocket(option, bytes)
                : ofPort.set(level, option, NlMsgHdr.buffer(bytes));
        if (errno != 0) {
            throw new KernelSocketException("setsockopt", errno, "level " + level + ", option " + option);
        }
    }

    private int setOfSocket(int option, byte[] bytes) {
        ByteBuffer value = NlMsgHdr.buffer(bytes);
        if (option == SysSocket.SO_RCVBUFFORCE) {
            return ofPort.set(SysSocket.SOL_SOCKET, SysSocket.SO_RCVBUF, value);
        }
        if (option != SysSocket.SO_PASSCRED && option != SysSocket.SO_SNDBUF) {
            return ofPort.set(SysSocket.SOL_SOCKET, option, value);
        }
        if (bytes.length < Integer.BYTES) {
            return NetlinkErrno.EINVAL;
        }
        if (option == SysSocket.SO_PASSCRED) {
            credentials = value.getInt(0) != 0;
        } else {
            // Kept to be told again: what is sent is in the receiver's queue at once.
            sendBuffer = 2 * Math.clamp(value.getInt(0), 2304, 1 << 20);
        }
        return 0;
    }

    int get(int level, int option, MemorySegment value) throws KernelSocketException {
        byte[] bytes = level == SysSocket.SOL_SOCKET ? ofSocket(option) : ofPort.get(level, option);
        if (bytes == null) {
            throw new KernelSocketException("getsockopt", NetlinkErrno.ENOPROTOOPT,
                    "level " + level + ", option " + option);
        }
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, value, 0, Math.min(bytes.length, value.byteSize()));
        return bytes.length;
    }

    private byte[] ofSocket(int option) {
        return switch (option) {
            case SysSocket.SO_TYPE -> number(type);
            case SysSocket.SO_DOMAIN -> number(SysSocket.AF_NETLINK);
            case SysSocket.SO_PROTOCOL -> number(LinuxNetlink.NETLINK_CONNECTOR);
            case SysSocket.SO_ERROR, SysSocket.SO_ACCEPTCONN -> number(0);
            case SysSocket.SO_PASSCRED -> number(credentials ? 1 : 0);
            case SysSocket.SO_SNDBUF -> number(sendBuffer);
            default -> ofPort.get(SysSocket.SOL_SOCKET, option);
        };
    }

    private static byte[] number(int value) {
        byte[] bytes = new byte[Integer.BYTES];
        NlMsgHdr.buffer(bytes).putInt(value);
        return bytes;
    }

    /** Writes the control data of a message; tells whether there was no room for some. */
    boolean control(Received received, ControlBuffer control) {
        if (control == null) {
            return credentials || ofPort.isPktinfo();
        }
        control.clear();
        boolean cut = false;
        if (credentials) {
            cut = !add(control, SysSocket.SOL_SOCKET, SysSocket.SCM_CREDENTIALS, credentialsOf(received));
        }
        if (ofPort.isPktinfo()) {
            cut |= !add(control, SysSocket.SOL_NETLINK, LinuxNetlink.NETLINK_PKTINFO,
                    received instanceof Datagram datagram ? datagram.group() : 0);
        }
        return cut;
    }

    /** {@code struct ucred}; of the connector's own messages all zero, as of the kernel's. */
    private static int[] credentialsOf(Received received) {
        Identity sender = received instanceof Datagram datagram && datagram.source() != null
                ? datagram.source().identity() : null;
        return sender == null ? new int[3] : new int[] {sender.pid(), sender.uid(), sender.gid()};
    }

    private static boolean add(ControlBuffer control, int level, int kind, int... words) {
        int size = words.length * Integer.BYTES;
        int needed = CONTROL_HEADER + (size + CONTROL_ALIGN - 1) / CONTROL_ALIGN * CONTROL_ALIGN;
        if (control.segment().byteSize() - control.length() < needed) {
            return false;
        }
        control.add(level, kind, MemorySegment.ofArray(words));
        return true;
    }
}
