// SPDX-License-Identifier: Apache-2.0
package ksock.impl.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import ksock.api.KernelSocketException;
import ksock.api.SockAddrBuffer;
import ksock.api.SysIoctl;
import ksock.api.SysSocket;
import ksock.impl.libc.Scratch;

/**
 * Data of the Java heap, which a system call cannot reach: copied through native memory.
 *
 * <p>A stream takes very long data in pieces; what has an end of its own (a datagram, a peek, MSG_WAITALL) must go in one
 * call, and gets memory of its own size if it is long.
 */
final class HeapTransfer {

    /** A stream takes more than this in pieces: in between, its peer may answer, with a reset for example. */
    private static final long LONGEST_IN_ONE_CALL = 1 << 20;

    private HeapTransfer() {
    }

    static long send(HostSocket socket, MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer to)
            throws KernelSocketException {
        boolean inOneCall = socket.type() != SysSocket.SOCK_STREAM || length <= LONGEST_IN_ONE_CALL;
        if (length > Scratch.BOUNCE_SIZE && inOneCall) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment copy = arena.allocate(length, 8);
                MemorySegment.copy(buffer, offset, copy, 0, length);
                return socket.transmitNative(copy, 0, length, flags, to);
            }
        }
        Scratch scratch = Scratch.acquire();
        try {
            return sendInPieces(socket, scratch.bounce(), buffer, offset, length, flags, to);
        } finally {
            scratch.release();
        }
    }

    private static long sendInPieces(HostSocket socket, MemorySegment bounce, MemorySegment buffer, long offset,
            long length, int flags, SockAddrBuffer to) throws KernelSocketException {
        long sent = 0;
        do {
            long piece = Math.min(length - sent, Scratch.BOUNCE_SIZE);
            MemorySegment.copy(buffer, offset + sent, bounce, 0, piece);
            // Urgent is the last byte of all; until then, more follows.
            int pieceFlags = sent + piece < length ? (flags & ~SysSocket.MSG_OOB) | SysSocket.MSG_MORE : flags;
            long result;
            try {
                result = socket.transmitNative(bounce, 0, piece, pieceFlags, to);
            } catch (KernelSocketException e) {
                if (sent > 0) {
                    return sent;
                }
                throw e;
            }
            if (result < 0) {
                return sent > 0 ? sent : result;
            }
            sent += result;
            if (result < piece) {
                return sent;
            }
        } while (sent < length);
        return sent;
    }

    static long recv(HostSocket socket, MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer from)
            throws KernelSocketException {
        boolean inOneCall = socket.type() != SysSocket.SOCK_STREAM
                || (flags & (SysSocket.MSG_PEEK | SysSocket.MSG_WAITALL)) != 0;
        if (length > Scratch.BOUNCE_SIZE) {
            // A stream gives all that it has, and only that needs room.
            long there = inOneCall ? length : Math.min(length, socket.ioctlAnswer(SysIoctl.FIONREAD));
            if (there > Scratch.BOUNCE_SIZE) {
                try (Arena arena = Arena.ofConfined()) {
                    return recv(socket, arena.allocate(there, 8), there, buffer, offset, flags, from);
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
