// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.SysPoll;
import ksock.api.SysSocket;
import ksock.api.family.FamilySocket;
import ksock.api.family.ReadinessListener;
import ksock.api.family.SocketFamily;

/** A family as a provider writes one: pairs that pass datagrams in memory, four at a time. */
public final class MemoryFamily implements SocketFamily {

    /** An address family of no host. */
    public static final int DOMAIN = 200;
    private static final int ROOM = 4;

    final List<MemorySocket> made = new CopyOnWriteArrayList<>();
    /** Whether the next socket fails when it is said whom to tell. */
    volatile boolean failsToTell;

    @Override
    public FamilySocket socket(int domain, int type, int protocol) throws KernelSocketException {
        if (type != SysSocket.SOCK_DGRAM) {
            throw new KernelSocketException("socket", Errno.ESOCKTNOSUPPORT, "type " + type);
        }
        MemorySocket socket = new MemorySocket();
        socket.failsToTell = failsToTell;
        made.add(socket);
        return socket;
    }

    @Override
    public FamilySocket[] socketpair(int domain, int type, int protocol) throws KernelSocketException {
        MemorySocket first = (MemorySocket) socket(domain, type, protocol);
        MemorySocket second = (MemorySocket) socket(domain, type, protocol);
        first.peer = second;
        second.peer = first;
        return new FamilySocket[] {first, second};
    }

    static final class MemorySocket implements FamilySocket {

        private final Queue<byte[]> queue = new ArrayDeque<>();
        private volatile ReadinessListener listener;
        private volatile MemorySocket peer;
        volatile boolean closed;
        volatile boolean failsToLetGo;
        volatile boolean failsToTell;

        @Override
        public void bind(SockAddr address) throws KernelSocketException {
            throw new KernelSocketException("bind", Errno.EAFNOSUPPORT, address.toString());
        }

        @Override
        public int connect(SockAddrBuffer address) throws KernelSocketException {
            throw new KernelSocketException("connect", Errno.EOPNOTSUPP, address.toString());
        }

        @Override
        public long send(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer to)
                throws KernelSocketException {
            MemorySocket receiver = peer;
            if (receiver == null) {
                throw new KernelSocketException("send", Errno.ENOTCONN, "");
            }
            byte[] datagram = buffer.asSlice(offset, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
            synchronized (receiver.queue) {
                if (receiver.queue.size() == ROOM) {
                    return KernelSocket.WOULD_BLOCK;
                }
                receiver.queue.add(datagram);
            }
            receiver.tell(SysPoll.POLLIN);
            return length;
        }

        @Override
        public long recv(MemorySegment buffer, long offset, long length, int flags, SockAddrBuffer from) {
            byte[] datagram;
            synchronized (queue) {
                datagram = (flags & SysSocket.MSG_PEEK) != 0 ? queue.peek() : queue.poll();
            }
            if (datagram == null) {
                return KernelSocket.WOULD_BLOCK;
            }
            long size = Math.min(length, datagram.length);
            MemorySegment.copy(MemorySegment.ofArray(datagram), 0, buffer, offset, size);
            MemorySocket sender = peer;
            if (sender != null) {
                sender.tell(SysPoll.POLLOUT);
            }
            return size;
        }

        @Override
        public long sendmsg(MessageHeader message, int flags) throws KernelSocketException {
            return send(message.buffers()[0], 0, message.buffers()[0].byteSize(), flags, message.name());
        }

        @Override
        public long recvmsg(MessageHeader message, int flags) {
            return recv(message.buffers()[0], 0, message.buffers()[0].byteSize(), flags, message.name());
        }

        @Override
        public void setsockopt(int level, int option, MemorySegment value) throws KernelSocketException {
            throw new KernelSocketException("setsockopt", Errno.ENOPROTOOPT, "option " + option);
        }

        @Override
        public int getsockopt(int level, int option, MemorySegment value) throws KernelSocketException {
            throw new KernelSocketException("getsockopt", Errno.ENOPROTOOPT, "option " + option);
        }

        @Override
        public void getpeername(SockAddrBuffer address) throws KernelSocketException {
            throw new KernelSocketException("getpeername", Errno.ENOTCONN, "");
        }

        @Override
        public void getsockname(SockAddrBuffer address) {
            address.clear();
        }

        @Override
        public int poll() {
            int events = 0;
            synchronized (queue) {
                events |= queue.isEmpty() ? 0 : SysPoll.POLLIN;
            }
            MemorySocket receiver = peer;
            if (receiver != null) {
                synchronized (receiver.queue) {
                    events |= receiver.queue.size() < ROOM ? SysPoll.POLLOUT : 0;
                }
            }
            return events;
        }

        @Override
        public void readiness(ReadinessListener told) {
            if (told == null ? failsToLetGo : failsToTell) {
                throw new IllegalStateException("as a provider with a fault does");
            }
            listener = told;
        }

        @Override
        public void close() {
            assertOpen();
            closed = true;
        }

        private void assertOpen() {
            if (closed) {
                throw new IllegalStateException("closed twice");
            }
        }

        private void tell(int events) {
            ReadinessListener told = listener;
            if (told != null) {
                told.ready(events);
            }
        }
    }
}
