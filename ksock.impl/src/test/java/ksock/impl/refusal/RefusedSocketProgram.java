// SPDX-License-Identifier: Apache-2.0
package ksock.impl.refusal;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_INET6;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_SEQPACKET;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.impl.refusal.SystemCallFilter.CLOSE;
import static ksock.impl.refusal.SystemCallFilter.EPOLL_CREATE1;
import static ksock.impl.refusal.SystemCallFilter.EPOLL_CTL;
import static ksock.impl.refusal.SystemCallFilter.EVENTFD2;
import static ksock.impl.refusal.SystemCallFilter.RECVFROM;
import static ksock.impl.refusal.SystemCallFilter.RECVMSG;
import static ksock.impl.refusal.SystemCallFilter.SENDMSG;
import static ksock.impl.refusal.SystemCallFilter.SENDTO;
import static ksock.impl.refusal.SystemCallFilter.SOCKET;
import static ksock.impl.refusal.SystemCallFilter.SOCKETPAIR;
import static ksock.impl.refusal.SystemCallFilter.argument;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.MessageHeader;
import ksock.api.SocketCallbacks;
import ksock.impl.component.UnownedKernelSockets;
import ksock.impl.conformance.Descriptors;
import ksock.impl.socket.Descriptor;
import ksock.impl.socket.Threads;

/** Has other calls refused than accept: making sockets, having them watched, sending and receiving. */
final class RefusedSocketProgram {

    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_UDP = 17;

    private static final KernelSockets SOCKETS = new UnownedKernelSockets();

    private RefusedSocketProgram() {
    }

    public static void main(String[] args) throws Exception {
        startTheLoop();
        KernelSocket[] unwatched = pair();
        KernelSocket[] virtual = pair();
        KernelSocket[] full = pair();
        KernelSocket[] lying = pair();
        new SystemCallFilter()
                .refuse(Errno.ENFILE, SOCKET, argument(0, AF_INET), argument(2, IPPROTO_TCP))
                .refuse(Errno.EMFILE, SOCKET, argument(0, AF_INET), argument(2, IPPROTO_UDP))
                .refuse(Errno.ENOBUFS, SOCKET, argument(0, AF_INET6), argument(2, IPPROTO_TCP))
                .refuse(Errno.ENOMEM, SOCKET, argument(0, AF_INET6), argument(2, IPPROTO_UDP))
                .refuse(Errno.ENFILE, SOCKETPAIR, argument(2, 1))
                .refuse(Errno.ENOSPC, EPOLL_CTL, argument(2, Descriptor.of(unwatched[0])))
                .refuse(Errno.ENOMEM, EPOLL_CTL, argument(2, Descriptor.of(virtual[0])))
                .refuse(Errno.ENOBUFS, SENDTO, argument(0, Descriptor.of(full[0])))
                .refuse(Errno.ENOMEM, RECVFROM, argument(0, Descriptor.of(full[0])))
                .refuse(Errno.ENOBUFS, SENDMSG, argument(0, Descriptor.of(full[0])))
                .refuse(Errno.ENOMEM, RECVMSG, argument(0, Descriptor.of(full[0])))
                .refuse(Errno.EINTR, CLOSE, argument(0, Descriptor.of(lying[0])))
                .install();
        making();
        watching(unwatched, virtual);
        sending(full);
        Cases.print("close, EINTR", () -> {
            // Were it called again until it works, it would be called for ever.
            lying[0].close();
            return Cases.answer(() -> lying[0].send(new byte[1], 0, 1, 0));
        });
        for (KernelSocket[] pair : List.of(unwatched, virtual, full, lying)) {
            pair[0].close();
            pair[1].close();
        }
    }

    private static KernelSocket[] pair() throws KernelSocketException {
        return SOCKETS.socketpair(AF_UNIX, SOCK_SEQPACKET, 0);
    }

    private static void making() throws Exception {
        long before = Descriptors.open();
        Cases.print("socket, ENFILE", () -> SOCKETS.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
        Cases.print("socket, EMFILE", () -> SOCKETS.socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP));
        Cases.print("socket, ENOBUFS", () -> SOCKETS.socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP));
        Cases.print("socket, ENOMEM", () -> SOCKETS.socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP));
        Cases.print("socketpair, ENFILE", () -> SOCKETS.socketpair(AF_UNIX, SOCK_STREAM, 1));
        Cases.print("socket, afterwards", () -> {
            SOCKETS.socket(AF_INET, SOCK_STREAM, 0).close();
            for (KernelSocket socket : SOCKETS.socketpair(AF_UNIX, SOCK_STREAM, 0)) {
                socket.close();
            }
            return "made";
        });
        Cases.print("descriptors, afterwards", () -> Descriptors.open() == before ? "as before" : "more");
    }

    /** A socket that the loop cannot watch can be used, but for what needs the loop. */
    private static void watching(KernelSocket[] unwatched, KernelSocket[] virtual) {
        CompletableFuture<Long> told = new CompletableFuture<>();
        SocketCallbacks callbacks = SocketCallbacks.builder().recv((s, a, length) -> told.complete(length)).build();
        Cases.print("callbacks, ENOSPC", () -> {
            unwatched[0].callbacks(callbacks, null);
            return "set";
        });
        Cases.print("recv of that socket", () -> {
            unwatched[1].send(new byte[3], 0, 3, 0);
            return unwatched[0].recv(new byte[8], 0, 8, 0) + (told.isDone() ? ", and the callback was called" : "");
        });
        Cases.print("recv on a virtual thread, ENOMEM", () -> Threads.VIRTUAL.run(
                () -> virtual[0].recv(new byte[8], 0, 8, 0)).get(30, TimeUnit.SECONDS));
        Cases.print("recv of that socket on a platform thread", () -> {
            virtual[1].send(new byte[3], 0, 3, 0);
            return virtual[0].recv(new byte[8], 0, 8, 0);
        });
    }

    private static void sending(KernelSocket[] full) {
        MessageHeader message = new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]));
        Cases.print("send, ENOBUFS", () -> full[0].send(new byte[1], 0, 1, 0));
        Cases.print("sendmsg, ENOBUFS", () -> full[0].sendmsg(message, 0));
        Cases.print("recv, ENOMEM", () -> full[0].recv(new byte[1], 0, 1, 0));
        Cases.print("recvmsg, ENOMEM", () -> full[0].recvmsg(message, 0));
        Cases.print("the other way round", () -> full[1].send(new byte[5], 0, 5, 0));
    }

    /** The loop's own descriptors are refused to a thread that wants it first; then another wants it. */
    private static void startTheLoop() throws Exception {
        KernelSocket[] pair = pair();
        CompletableFuture<Long> told = new CompletableFuture<>();
        SocketCallbacks callbacks = SocketCallbacks.builder().recv((s, a, length) -> told.complete(length)).build();
        long before = loopDescriptors();
        for (int call : new int[] {EPOLL_CREATE1, EVENTFD2}) {
            Cases.print("first callbacks, " + (call == EVENTFD2 ? "no eventfd" : "no epoll"), () -> {
                // A thread of its own, with whom the filter goes.
                return Threads.PLATFORM.run(() -> {
                    new SystemCallFilter().refuse(Errno.ENFILE, call).installHere();
                    pair[0].callbacks(callbacks, null);
                    return "set";
                }).get(30, TimeUnit.SECONDS);
            });
        }
        Cases.print("descriptors after that", () -> loopDescriptors() == before ? "as before" : "more");
        Cases.print("first callbacks, afterwards", () -> {
            pair[0].callbacks(callbacks, null);
            pair[1].send(new byte[1], 0, 1, 0);
            told.get(30, TimeUnit.SECONDS);
            return "told";
        });
        pair[0].close();
        pair[1].close();
    }

    /** How many descriptors there are of the kinds that the loop has. */
    private static long loopDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(RefusedSocketProgram::isOfLoop).count();
        }
    }

    private static boolean isOfLoop(Path descriptor) {
        try {
            String kind = Files.readSymbolicLink(descriptor).toString();
            return kind.equals("anon_inode:[eventpoll]") || kind.equals("anon_inode:[eventfd]");
        } catch (IOException e) {
            // Closed since it was listed.
            return false;
        }
    }
}
