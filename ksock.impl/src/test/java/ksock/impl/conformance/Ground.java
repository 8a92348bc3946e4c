// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.SysIoctl.FIONBIO;
import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_INET6;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.PollFd;
import ksock.api.SockAddr;

/**
 * What a case stands on: makes sockets of every kind, and closes them and removes their files when the case is over.
 */
public final class Ground implements AutoCloseable {

    /** How long what must happen may take on a machine with much else to do. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final KernelSockets sockets = Service.open();
    private final Deque<KernelSocket> opened = new ArrayDeque<>();
    private Path directory;

    /** Two sockets that are connected to each other. */
    public record Pair(KernelSocket near, KernelSocket far) {
    }

    public KernelSockets sockets() {
        return sockets;
    }

    public KernelSocket socket(int domain, int type, int protocol) throws KernelSocketException {
        return adopt(sockets.socket(domain, type, protocol));
    }

    public KernelSocket socket(SocketKind kind) throws KernelSocketException {
        return socket(kind.domain(), kind.type(), 0);
    }

    public KernelSocket nonBlocking(SocketKind kind) throws KernelSocketException {
        return nonBlocking(socket(kind));
    }

    public KernelSocket nonBlocking(KernelSocket socket) throws KernelSocketException {
        socket.ioctl(FIONBIO, 1);
        return socket;
    }

    /** Bound to an address that nobody else has. */
    public KernelSocket bound(SocketKind kind) throws KernelSocketException {
        KernelSocket socket = socket(kind);
        socket.bind(freshAddress(kind));
        return socket;
    }

    public KernelSocket bound(SocketKind kind, SockAddr address) throws KernelSocketException {
        KernelSocket socket = socket(kind);
        socket.bind(address);
        return socket;
    }

    public KernelSocket listening(SocketKind kind) throws KernelSocketException {
        return listening(kind, 5);
    }

    public KernelSocket listening(SocketKind kind, int backlog) throws KernelSocketException {
        KernelSocket socket = bound(kind);
        socket.listen(backlog);
        return socket;
    }

    /** Connected through a listener, or, where there is none, each to the other's address. */
    public Pair connected(SocketKind kind) throws KernelSocketException {
        if (kind.connects()) {
            KernelSocket listener = listening(kind);
            KernelSocket near = socket(kind);
            near.connect(listener.getsockname());
            Pair pair = new Pair(near, adopt(listener.accept()));
            listener.close();
            return pair;
        }
        KernelSocket near = bound(kind);
        KernelSocket far = bound(kind);
        near.connect(far.getsockname());
        far.connect(near.getsockname());
        return new Pair(near, far);
    }

    /** As {@link #connected}, and neither end blocks. */
    public Pair connectedNonBlocking(SocketKind kind) throws KernelSocketException {
        Pair pair = connected(kind);
        return new Pair(nonBlocking(pair.near), nonBlocking(pair.far));
    }

    /** Made by socketpair. */
    public Pair socketpair(SocketKind kind) throws KernelSocketException {
        KernelSocket[] pair = sockets.socketpair(kind.domain(), kind.type(), 0);
        return new Pair(adopt(pair[0]), adopt(pair[1]));
    }

    /** An address to bind to: a free port, or a path that is not there yet. */
    public SockAddr freshAddress(SocketKind kind) {
        return switch (kind.domain()) {
            case AF_INET -> SockAddr.loopback4(0);
            case AF_INET6 -> SockAddr.loopback6(0);
            default -> SockAddr.unix(freshPath().toString());
        };
    }

    /** An address of which it is sure that nobody is there. */
    public SockAddr deserted(SocketKind kind) throws KernelSocketException {
        try (KernelSocket socket = bound(kind)) {
            return socket.getsockname();
        }
    }

    public static SockAddr freshAbstractAddress() {
        return SockAddr.unixAbstract("ksock-" + ProcessHandle.current().pid() + '-' + NAMES.incrementAndGet());
    }

    public Path freshPath() {
        return directory().resolve("s" + NAMES.incrementAndGet());
    }

    public Path directory() {
        if (directory == null) {
            try {
                directory = Files.createTempDirectory("ksock");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return directory;
    }

    /** Takes care of a socket that came from elsewhere: accepted, or received in a message. */
    public KernelSocket adopt(KernelSocket socket) {
        synchronized (opened) {
            opened.push(socket);
        }
        return socket;
    }

    /** Waits until the socket is ready; says what came. */
    public int await(KernelSocket socket, int events) throws KernelSocketException {
        PollFd fd = new PollFd(socket, events);
        int ready = sockets.poll(new PollFd[] {fd}, PATIENCE);
        assertThat(ready).as("ready sockets within %s", PATIENCE).isEqualTo(1);
        return fd.revents();
    }

    /** What is ready now. */
    public int poll(KernelSocket socket, int events) throws KernelSocketException {
        PollFd fd = new PollFd(socket, events);
        int ready = sockets.poll(new PollFd[] {fd}, Duration.ZERO);
        assertThat(ready).isEqualTo(fd.revents() == 0 ? 0 : 1);
        return fd.revents();
    }

    /** Runs a call in a thread of its own, of the same kind as the calling one. */
    public static <T> CompletableFuture<T> async(Callable<T> call) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Thread.Builder builder = Thread.currentThread().isVirtual() ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
        builder.name("case").start(() -> {
            try {
                future.complete(call.call());
            } catch (Throwable e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    /** What the call in the other thread gives, or what it throws. */
    public static <T> T join(CompletableFuture<T> future) throws Exception {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | CompletionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        } catch (TimeoutException e) {
            throw new AssertionError("the other thread's call did not end within " + PATIENCE, e);
        }
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static long send(KernelSocket socket, String text) throws KernelSocketException {
        return send(socket, text, 0);
    }

    public static long send(KernelSocket socket, String text, int flags) throws KernelSocketException {
        byte[] data = bytes(text);
        return socket.send(data, 0, data.length, flags);
    }

    /** What comes, up to a length, in one call. */
    public static String recv(KernelSocket socket, int length, int flags) throws KernelSocketException {
        byte[] data = new byte[length];
        long count = socket.recv(data, 0, length, flags);
        assertThat(count).as("result of recv").isBetween(0L, (long) length);
        return new String(Arrays.copyOf(data, (int) count), StandardCharsets.ISO_8859_1);
    }

    public static String recv(KernelSocket socket, int length) throws KernelSocketException {
        return recv(socket, length, 0);
    }

    @Override
    public void close() {
        synchronized (opened) {
            opened.forEach(KernelSocket::close);
        }
        if (directory != null) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
                Files.delete(directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
