// SPDX-License-Identifier: Apache-2.0
package ksock.impl.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.api.SockAddrBuffer;
import ksock.api.SysIoctl;
import ksock.api.SysSocket;
import ksock.impl.libc.Scratch;

/**
 * Data of the Java heap, which a system call cannot reach: copied through native memory, and one system call for all of
 * it. Who has very much to send or receive goes in pieces by himself.
 */
final class HeapTransfer {

    private HeapTransfer() {
    }

    static long send(HostSocket socket, MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer to)
            throws KernelSocketException {
        if ((flags & SysSocket.MSG_ZEROCOPY) != 0) {
            throw new KernelSocketException(to == null ? "send" : "sendto", Errno.EINVAL,
                    "MSG_ZEROCOPY of heap memory, which the host cannot read where it is");
        }
        if (length > Scratch.BOUNCE_SIZE) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment copy = arena.allocate(length, Scratch.DATA_ALIGNMENT);
                MemorySegment.copy(buffer, offset, copy, 0, length);
                return socket.transmitNative(copy, 0, length, flags, to);
            }
        }
        Scratch scratch = Scratch.acquire();
        try {
            MemorySegment bounce = scratch.bounce();
            MemorySegment.copy(buffer, offset, bounce, 0, length);
            return socket.transmitNative(bounce, 0, length, flags, to);
        } finally {
            scratch.release();
        }
    }

    static long recv(HostSocket socket, MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer from)
            throws KernelSocketException {
        boolean waitsForAll = (flags & (SysSocket.MSG_WAITALL | SysSocket.MSG_DONTWAIT)) == SysSocket.MSG_WAITALL;
        boolean inOneCall = socket.type() != SysSocket.SOCK_STREAM || (flags & SysSocket.MSG_PEEK) != 0 || waitsForAll;
        if (length > Scratch.BOUNCE_SIZE) {
            // A stream gives all that it has, and only that needs room.
            long there = inOneCall ? length : Math.min(length, socket.ioctlAnswer(SysIoctl.FIONREAD));
            if (there > Scratch.BOUNCE_SIZE) {
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment whole = arena.allocate(there, Scratch.DATA_ALIGNMENT);
                    return recv(socket, whole, there, buffer, offset, flags, from);
                }
            }
        }
        Scratch scratch = Scratch.acquire();
        try {
            long piece = Math.min(length, Scratch.BOUNCE_SIZE);
            return recv(socket, scratch.bounce(), piece, buffer, offset, flags, from);
        } finally {
            scratch.release();
        }
    }

    private static long recv(HostSocket socket, MemorySegment copy, long length, MemorySegment buffer, long offset,
            int flags, SockAddrBuffer from) throws KernelSocketException {
        if ((flags & SysSocket.MSG_TRUNC) != 0) {
            // TCP then takes data without writing it: what is copied back must be the user's own.
            MemorySegment.copy(buffer, offset, copy, 0, length);
        }
        long result = socket.receiveNative(copy, 0, length, flags, from);
        if (result > 0) {
            // With MSG_TRUNC the result is the datagram's length, which may be more than came.
            MemorySegment.copy(copy, 0, buffer, offset, Math.min(result, length));
        }
        return result;
    }
}
