// SPDX-License-Identifier: Apache-2.0
package ksock.impl.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import ksock.api.ControlBuffer;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.api.SysSocket;
import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.Scratch;

/**
 * Descriptors in a message (SCM_RIGHTS): to the user they are sockets, and no number of one is ever shown or taken.
 */
final class Rights {

    /** {@code struct cmsghdr}. */
    private static final long HEADER = 16;

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
        ControlBuffer all = new ControlBuffer((int) length);
        MemorySegment.copy(came, 0, all.segment(), 0, length);
        all.length((int) length);
        List<ControlBuffer.ControlMessage> messages = all.messages();
        int flags = 0;
        // All descriptors before any memory of the user's: whatever is wrong with that, none must be lost.
        for (ControlBuffer.ControlMessage message : messages) {
            if (isRights(message)) {
                flags |= take(message.data(), rights);
            }
        }
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
                        close(message.data().get(JAVA_INT, 0));
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

    private static int take(MemorySegment fds, List<HostSocket> rights) {
        int flags = 0;
        for (long i = 0; i < fds.byteSize() / Integer.BYTES; i++) {
            int fd = fds.getAtIndex(JAVA_INT, i);
            HostSocket socket = rights == null ? null : identify(fd);
            if (socket == null) {
                flags |= SysSocket.MSG_CTRUNC;
                close(fd);
            } else {
                rights.add(socket);
            }
        }
        return flags;
    }

    /** The socket behind a descriptor of unknown origin; null if it is none. */
    private static HostSocket identify(int fd) {
        int domain = Options.get(fd, SysSocket.SOL_SOCKET, SysSocket.SO_DOMAIN);
        int type = Options.get(fd, SysSocket.SOL_SOCKET, SysSocket.SO_TYPE);
        int protocol = Options.get(fd, SysSocket.SOL_SOCKET, SysSocket.SO_PROTOCOL);
        return domain < 0 || type < 0 || protocol < 0 ? null : HostSocket.received(fd, domain, type, protocol);
    }

    private static void close(int fd) {
        Scratch scratch = Scratch.acquire();
        try {
            DescriptorCalls.close(scratch.errno(), fd);
        } finally {
            scratch.release();
        }
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
