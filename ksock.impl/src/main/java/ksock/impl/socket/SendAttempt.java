// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.foreign.MemorySegment;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddrBuffer;
import ksock.api.SysSocket;

/**
 * A send that goes on where it stopped: a stream takes everything, in as many tries as that needs.
 *
 * <p>Long data of the Java heap go to the host in pieces, because each is copied to where a system call can reach it.
 */
final class SendAttempt implements Attempt {

    /** How much of the heap is copied at once. */
    private static final long LONGEST_PIECE = 1 << 20;

    private final SocketState socket;
    private final MemorySegment buffer;
    private final long offset;
    private final long length;
    private final long longestPiece;
    private int flags;
    private SockAddrBuffer to;
    private long sent;

    SendAttempt(SocketState socket, MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer to) {
        this.socket = socket;
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        this.flags = flags;
        this.to = to;
        longestPiece = goesInPieces(socket, buffer, length) ? LONGEST_PIECE : length;
    }

    /** So much was sent before the first attempt. */
    void sent(long bytes) {
        sent = bytes;
    }

    /** Whether no one system call sends it all. */
    static boolean goesInPieces(SocketState socket, MemorySegment buffer, long length) {
        return length > LONGEST_PIECE && !buffer.isNative() && socket.isStream() && socket.host() != null;
    }

    /** Sends what can be sent without waiting; the result of a call that may not block. */
    long runOnce() throws KernelSocketException {
        try {
            long result = run();
            return sent > 0 ? sent : result;
        } catch (KernelSocketException e) {
            return Waiting.ended(socket, this, e);
        }
    }

    @Override
    public long run() throws KernelSocketException {
        while (true) {
            long piece = Math.min(length - sent, longestPiece);
            long result = send(piece);
            if (result < 0 || !socket.isStream()) {
                return result;
            }
            sent += result;
            if (sent == length) {
                return sent;
            }
            if (result > 0) {
                // Connecting was for the first bytes.
                flags &= ~SysSocket.MSG_FASTOPEN;
                to = null;
            }
            if (result < piece) {
                return KernelSocket.WOULD_BLOCK;
            }
        }
    }

    private long send(long piece) throws KernelSocketException {
        try {
            return socket.family().send(buffer, offset + sent, piece, flagsOf(piece), to);
        } catch (KernelSocketException e) {
            if (e.errno() != Errno.EINPROGRESS || (flags & SysSocket.MSG_FASTOPEN) == 0) {
                throw e;
            }
            // Without a cookie the connection is made first, and the data is sent when there is room.
            flags &= ~SysSocket.MSG_FASTOPEN;
            to = null;
            return KernelSocket.WOULD_BLOCK;
        }
    }

    /** Urgent is the last byte of all; until then, more follows. */
    private int flagsOf(long piece) {
        return sent + piece < length ? (flags & ~SysSocket.MSG_OOB) | SysSocket.MSG_MORE : flags;
    }

    @Override
    public long progress() {
        return sent;
    }
}
