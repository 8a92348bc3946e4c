// SPDX-License-Identifier: Apache-2.0
package ksock.impl.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import ksock.api.ControlBuffer;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.api.SysSocket;
import ksock.impl.libc.DescriptorCalls;

/**
 * Descriptors in a message (SCM_RIGHTS): to the user they are sockets, and no number of one is ever shown or taken.
 */
final class Rights {

    /** {@code struct cmsghdr}. */
    private static final long HEADER = 16;
    private static final long LEVEL_AT = 8;
    private static final long TYPE_AT = 12;

    /** Room for as many descriptors as one message can bring. */
    static final long ROOM = HEADER + 253 * Integer.BYTES + 4;

    private Rights() {
    }

    /** Refuses descriptors that a user wrote into control data as numbers. */
    static void refuseRaw(ControlBuffer control) throws KernelSocketException {
        if (control == null || control.length() == 0) {
            return;
        }
        for (ControlBuffer.ControlMessage message : control.messages()) {
            if (isRights(message)) {
                throw new KernelSocketException("sendmsg", Errno.EINVAL,
                        "SCM_RIGHTS in the control data: sockets go by MessageHeader.rights");
            }
        }
    }

    /** The control data of a message with its sockets' descriptors; null if there is neither. */
    static MemorySegment control(ControlBuffer control, List<HostSocket> rights) {
        long length = control == null ? 0 : control.length();
        if (rights.isEmpty()) {
            return length == 0 ? null : control.segment().asSlice(0, length);
        }
        MemorySegment fds = Arena.ofAuto().allocate((long) rights.size() * Integer.BYTES, Integer.BYTES);
        for (int i = 0; i < rights.size(); i++) {
            rights.get(i).share();
            fds.setAtIndex(JAVA_INT, i, rights.get(i).fd());
        }
        ControlBuffer all = new ControlBuffer((int) (length + fds.byteSize() + 32));
        if (length > 0) {
            MemorySegment.copy(control.segment(), 0, all.segment(), 0, length);
            all.length((int) length);
        }
        all.add(SysSocket.SOL_SOCKET, SysSocket.SCM_RIGHTS, fds);
        return all.segment().asSlice(0, all.length());
    }

    /**
     * Parts what came: sockets into {@code rights}, all else into {@code wanted}.
     *
     * @param came the control data
     * @param length how many of its bytes count
     * @param wanted takes what is no descriptor; may be null
     * @param rights takes the sockets; null closes them
     * @return MSG_CTRUNC if something found no place, else 0
     */
    static int sort(MemorySegment came, long length, ControlBuffer wanted, List<HostSocket> rights) {
        if (length == 0) {
            if (wanted != null) {
                wanted.clear();
            }
            return 0;
        }
        // All descriptors before any memory, ours or the user's: whatever is wrong with that, none must be lost.
        int flags = take(came, length, rights);
        ControlBuffer all = new ControlBuffer((int) length);
        MemorySegment.copy(came, 0, all.segment(), 0, length);
        all.length((int) length);
        List<ControlBuffer.ControlMessage> messages = all.messages();
        if (wanted != null) {
            wanted.clear();
        }
        for (ControlBuffer.ControlMessage message : messages) {
            if (isRights(message)) {
                continue;
            }
            boolean handed = false;
            try {
                handed = hand(message, wanted);
            } finally {
                if (!handed) {
                    flags |= SysSocket.MSG_CTRUNC;
                    if (isProcess(message)) {
                        // As the host, which makes none where there is no room for it.
                        DescriptorCalls.close(message.data().get(JAVA_INT, 0));
                    }
                }
            }
        }
        return flags;
    }

    /** Gives as much of a control message as there is room for, as the host does; whether that was all. */
    private static boolean hand(ControlBuffer.ControlMessage message, ControlBuffer wanted) {
        long room = wanted == null ? 0 : wanted.segment().byteSize() - wanted.length();
        if (room < HEADER) {
            return false;
        }
        long length = Math.min(message.data().byteSize(), room - HEADER);
        wanted.add(message.level(), message.type(), message.data().asSlice(0, length));
        return length == message.data().byteSize();
    }

    private static int take(MemorySegment came, long length, List<HostSocket> rights) {
        int flags = 0;
        long at = 0;
        while (at + HEADER <= length) {
            // Of a message that was cut, what is there.
            long end = Math.min(length, at + Math.max(HEADER, came.get(JAVA_LONG, at)));
            if (came.get(JAVA_INT, at + LEVEL_AT) == SysSocket.SOL_SOCKET
                    && came.get(JAVA_INT, at + TYPE_AT) == SysSocket.SCM_RIGHTS) {
                for (long fd = at + HEADER; fd + Integer.BYTES <= end; fd += Integer.BYTES) {
                    flags |= take(came.get(JAVA_INT, fd), rights) ? 0 : SysSocket.MSG_CTRUNC;
                }
            }
            at = end + 7 & -8;
        }
        return flags;
    }

    /** Makes a socket of a descriptor, or closes it. */
    private static boolean take(int fd, List<HostSocket> rights) {
        boolean taken = false;
        try {
            HostSocket socket = rights == null ? null : identify(fd);
            taken = socket != null && rights.add(socket);
        } catch (OutOfMemoryError e) {
            // As where there is no descriptor for it: it is left behind, and that is said.
            taken = false;
        } finally {
            if (!taken) {
                DescriptorCalls.close(fd);
            }
        }
        return taken;
    }

    /** The socket behind a descriptor of unknown origin; null if it is none. */
    private static HostSocket identify(int fd) {
        int domain = Options.get(fd, SysSocket.SOL_SOCKET, SysSocket.SO_DOMAIN);
        int type = Options.get(fd, SysSocket.SOL_SOCKET, SysSocket.SO_TYPE);
        int protocol = Options.get(fd, SysSocket.SOL_SOCKET, SysSocket.SO_PROTOCOL);
        return domain < 0 || type < 0 || protocol < 0 ? null : HostSocket.received(fd, domain, type, protocol);
    }

    /** Whether a descriptor of the sender's process came, which the user asks for by SO_PASSPIDFD and has to close. */
    private static boolean isProcess(ControlBuffer.ControlMessage message) {
        return message.level() == SysSocket.SOL_SOCKET && message.type() == SysSocket.SCM_PIDFD
                && message.data().byteSize() >= Integer.BYTES;
    }

    private static boolean isRights(ControlBuffer.ControlMessage message) {
        return message.level() == SysSocket.SOL_SOCKET && message.type() == SysSocket.SCM_RIGHTS;
    }
}
