// SPDX-License-Identifier: Apache-2.0
package ksock.impl.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.List;
import ksock.api.ControlBuffer;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddrBuffer;
import ksock.api.SysSocket;
import ksock.impl.libc.LinuxConst;
import ksock.impl.libc.MsgHdr;
import ksock.impl.libc.Scratch;
import ksock.impl.libc.SocketCalls;

/**
 * A {@link MessageHeader} as the host's {@code struct msghdr}, to sendmsg and from recvmsg.
 *
 * <p>Native buffers go as they are, their arenas pinned for the call; heap buffers, and buffers of more arenas than can
 * be pinned, are gathered into one copy, because a message must stay one call.
 */
final class Messages {

    private Messages() {
    }

    /** sendmsg(2): how many bytes were taken, or {@code -errno}. */
    static long send(int fd, MessageHeader message, int flags, List<HostSocket> rights) throws KernelSocketException {
        MemorySegment[] buffers = message.buffers();
        long total = length("sendmsg", buffers);
        Rights.refuseRaw(message.control());
        Scratch scratch = Scratch.acquire();
        try {
            MemorySegment control = Rights.control(message.control(), rights);
            Pins pins = new Pins(control, buffers);
            if (pins.complete && buffers.length <= Scratch.IOVECS) {
                return send(fd, scratch, scratch.iovecs(), buffers, message.name(), control, flags, pins);
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment[] sources = buffers;
                if (!pins.complete) {
                    if ((flags & SysSocket.MSG_ZEROCOPY) != 0) {
                        throw new KernelSocketException("sendmsg", Errno.EINVAL,
                                "MSG_ZEROCOPY of heap memory or of more than three arenas, which must be copied");
                    }
                    sources = new MemorySegment[] {gather(arena, buffers, total)};
                    pins = new Pins(control, sources);
                }
                MemorySegment iovecs = arena.allocate(sources.length * MsgHdr.IOVEC_SIZE, 8);
                return send(fd, scratch, iovecs, sources, message.name(), control, flags, pins);
            }
        } finally {
            scratch.release();
        }
    }

    private static long send(int fd, Scratch scratch, MemorySegment iovecs, MemorySegment[] buffers,
            SockAddrBuffer name, MemorySegment control, int flags, Pins pins) {
        MemorySegment address = null;
        int addressLength = 0;
        if (name != null && name.length() > 0) {
            address = scratch.address().copyFrom(name.segment());
            addressLength = name.length();
        }
        fill(iovecs, buffers);
        MsgHdr.set(scratch.message(), address, addressLength, iovecs, buffers.length, control,
                control == null ? 0 : control.byteSize());
        try {
            return SocketCalls.sendmsg(scratch.errno(), fd, scratch.message(), flags, pins.first, pins.second,
                    pins.third);
        } finally {
            Reference.reachabilityFence(iovecs);
            Reference.reachabilityFence(buffers);
        }
    }

    /** recvmsg(2): how many bytes came, or {@code -errno}. */
    static long receive(int fd, MessageHeader message, int flags, boolean mayBringRights, List<HostSocket> rights)
            throws KernelSocketException {
        MemorySegment[] buffers = message.buffers();
        long total = length("recvmsg", buffers);
        for (MemorySegment buffer : buffers) {
            if (buffer.isReadOnly()) {
                throw new KernelSocketException("recvmsg", Errno.EFAULT, "a buffer is read-only");
            }
        }
        // What comes is taken off the queue: where it goes must be there, and this thread's to write, before.
        if (message.name() != null) {
            touch(message.name().segment());
        }
        if (message.control() != null) {
            touch(message.control().segment());
        }
        Scratch scratch = Scratch.acquire();
        try {
            MemorySegment control = controlRoom(scratch, message.control(), mayBringRights);
            Pins pins = new Pins(control, buffers);
            long result;
            if (pins.complete && buffers.length <= Scratch.IOVECS) {
                result = receive(fd, scratch, scratch.iovecs(), buffers, control, flags, pins);
            } else {
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment[] targets = buffers;
                    boolean gathered = !pins.complete;
                    if (gathered) {
                        // With what is there: MSG_TRUNC on TCP takes data without writing it.
                        targets = new MemorySegment[] {gather(arena, buffers, total)};
                        pins = new Pins(control, targets);
                    }
                    MemorySegment iovecs = arena.allocate(targets.length * MsgHdr.IOVEC_SIZE, 8);
                    result = receive(fd, scratch, iovecs, targets, control, flags, pins);
                    if (gathered && result > 0) {
                        scatter(targets[0], Math.min(result, total), buffers);
                    }
                }
            }
            if (result >= 0) {
                answer(scratch, message, control, mayBringRights, rights);
            }
            return result;
        } finally {
            scratch.release();
        }
    }

    private static long receive(int fd, Scratch scratch, MemorySegment iovecs, MemorySegment[] buffers,
            MemorySegment control, int flags, Pins pins) {
        fill(iovecs, buffers);
        MsgHdr.set(scratch.message(), scratch.address(), Scratch.ADDRESS_SIZE, iovecs, buffers.length, control,
                control == null ? 0 : control.byteSize());
        try {
            return SocketCalls.recvmsg(scratch.errno(), fd, scratch.message(), flags, pins.first, pins.second,
                    pins.third);
        } finally {
            Reference.reachabilityFence(iovecs);
            Reference.reachabilityFence(buffers);
        }
    }

    private static void answer(Scratch scratch, MessageHeader message, MemorySegment control, boolean mayBringRights,
            List<HostSocket> rights) {
        MemorySegment header = scratch.message();
        int flags = MsgHdr.flags(header) & ~LinuxConst.MSG_CMSG_CLOEXEC;
        ControlBuffer wanted = message.control();
        if (mayBringRights) {
            // First of all: descriptors that nobody knows of are lost if anything goes wrong.
            flags |= Rights.sort(control, MsgHdr.controlLength(header), wanted, rights);
        } else if (wanted != null) {
            wanted.length((int) MsgHdr.controlLength(header));
        }
        SockAddrBuffer name = message.name();
        if (name != null) {
            name.segment().copyFrom(scratch.address());
            name.length(Math.min(MsgHdr.nameLength(header), SockAddrBuffer.CAPACITY));
        }
        message.flags(flags);
    }

    /**
     * Where control data comes in. Over a UNIX socket descriptors may come unasked: they need room of their own, where
     * they are sorted out from what the user is shown.
     */
    private static MemorySegment controlRoom(Scratch scratch, ControlBuffer wanted, boolean mayBringRights) {
        long size = wanted == null ? 0 : wanted.segment().byteSize();
        if (mayBringRights) {
            return scratch.bounce().asSlice(0, Math.min(size + Rights.ROOM, Scratch.BOUNCE_SIZE));
        }
        return size == 0 ? null : wanted.segment();
    }

    private static void touch(MemorySegment segment) {
        if (segment.byteSize() > 0) {
            segment.set(ValueLayout.JAVA_BYTE, 0, segment.get(ValueLayout.JAVA_BYTE, 0));
        }
    }

    private static long length(String operation, MemorySegment[] buffers) throws KernelSocketException {
        if (buffers.length > MessageHeader.MAX_BUFFERS) {
            throw new KernelSocketException(operation, Errno.EMSGSIZE, buffers.length + " buffers, and "
                    + MessageHeader.MAX_BUFFERS + " is the most");
        }
        long total = 0;
        for (MemorySegment buffer : buffers) {
            total += buffer.byteSize();
            if (total < 0) {
                throw new KernelSocketException(operation, Errno.EINVAL, "the buffers' length overflows");
            }
        }
        return total;
    }

    private static void fill(MemorySegment iovecs, MemorySegment[] buffers) {
        for (int i = 0; i < buffers.length; i++) {
            MsgHdr.setIovec(iovecs, i, buffers[i], 0, buffers[i].byteSize());
        }
    }

    private static MemorySegment gather(Arena arena, MemorySegment[] buffers, long total) {
        MemorySegment copy = arena.allocate(Math.max(1, total), Scratch.DATA_ALIGNMENT).asSlice(0, total);
        long at = 0;
        for (MemorySegment buffer : buffers) {
            MemorySegment.copy(buffer, 0, copy, at, buffer.byteSize());
            at += buffer.byteSize();
        }
        return copy;
    }

    private static void scatter(MemorySegment copy, long length, MemorySegment[] buffers) {
        long at = 0;
        for (MemorySegment buffer : buffers) {
            long piece = Math.min(buffer.byteSize(), length - at);
            MemorySegment.copy(copy, at, buffer, 0, piece);
            at += piece;
        }
    }

    /** One segment of each arena that must not be closed during the call; at most three. */
    private static final class Pins {

        MemorySegment first = MemorySegment.NULL;
        MemorySegment second = MemorySegment.NULL;
        MemorySegment third = MemorySegment.NULL;
        /** Whether every arena is held, and all memory is native. */
        final boolean complete;

        Pins(MemorySegment control, MemorySegment[] buffers) {
            boolean all = control == null || add(control);
            for (int i = 0; all && i < buffers.length; i++) {
                all = add(buffers[i]);
            }
            complete = all;
        }

        private boolean add(MemorySegment segment) {
            if (!segment.isNative()) {
                return false;
            }
            MemorySegment.Scope scope = segment.scope();
            // The scope of NULL is the global one, which needs no holding.
            if (scope.equals(MemorySegment.NULL.scope()) || scope.equals(first.scope())
                    || scope.equals(second.scope()) || scope.equals(third.scope())) {
                return true;
            }
            if (first.equals(MemorySegment.NULL)) {
                first = segment;
            } else if (second.equals(MemorySegment.NULL)) {
                second = segment;
            } else if (third.equals(MemorySegment.NULL)) {
                third = segment;
            } else {
                return false;
            }
            return true;
        }
    }
}
