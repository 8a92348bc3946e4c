// SPDX-License-Identifier: Apache-2.0
package ksock.impl.life;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_CTRUNC;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_STREAM;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.impl.component.UnownedKernelSockets;
import ksock.impl.conformance.Service;

/** Runs in a process that may have few descriptors, uses them up, and goes on when some are free again. */
final class FewDescriptors {

    private final KernelSockets sockets = Service.open();
    private final Deque<KernelSocket> hoard = new ArrayDeque<>();
    private final KernelSocket[] road;

    private FewDescriptors() throws KernelSocketException {
        road = sockets.socketpair(AF_UNIX, SOCK_DGRAM, 0);
    }

    public static void main(String[] args) throws Exception {
        loadClasses();
        // Once with a few only: what starts then needs no descriptor afterwards.
        new FewDescriptors().run(3);
        new FewDescriptors().run(Integer.MAX_VALUE);
        System.out.println("survived");
        System.exit(0);
    }

    /** A class that comes from a directory, as in a build, needs a descriptor to be loaded. */
    private static void loadClasses() throws Exception {
        for (Class<?> known : List.of(FewDescriptors.class, UnownedKernelSockets.class, KernelSockets.class)) {
            Path root = Path.of(known.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (!Files.isDirectory(root)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(root)) {
                List<String> names = files.map(file -> root.relativize(file).toString())
                        .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class")
                                && (known != FewDescriptors.class || name.startsWith("ksock/impl/life/Few")))
                        .map(name -> name.replace(".class", "").replace('/', '.')).toList();
                for (String name : names) {
                    load(name);
                }
            }
        }
    }

    private static void load(String name) throws ClassNotFoundException {
        try {
            Class.forName(name, false, FewDescriptors.class.getClassLoader());
        } catch (NoClassDefFoundError e) {
            // Of a framework that is not here: then it is not needed here either.
            System.out.println("without " + e.getMessage());
        }
    }

    private void run(int most) throws Exception {
        KernelSocket listener = listen();
        KernelSocket raised = listen();
        KernelSocket client = sockets.socket(AF_INET, SOCK_STREAM, 0);
        KernelSocket another = sockets.socket(AF_INET, SOCK_STREAM, 0);
        // Connected by the kernel; what is lacking is a descriptor to accept with.
        client.connect(listener.getsockname());
        boolean used = useUp(most);

        if (used) {
            refuseAll(listener);
            receiveWithoutRoom();
            // With no connection there, as the host: no descriptor, no wait for one.
            expect(Errno.EMFILE, raised::accept);
            hoard.pop().close();
        }
        listener.accept().close();

        CountDownLatch accepted = new CountDownLatch(1);
        AtomicInteger attempts = new AtomicInteger();
        if (used) {
            hoard.push(sockets.socket(AF_INET, SOCK_DGRAM, 0));
        }
        raised.callbacks(SocketCallbacks.builder().newconn((socket, arg) -> {
            attempts.incrementAndGet();
            KernelSocket connection = socket.accept();
            if (connection != null) {
                connection.close();
                accepted.countDown();
            }
        }).build(), null);
        another.connect(raised.getsockname());
        if (used) {
            long start = System.nanoTime();
            while (attempts.get() == 0) {
                Thread.onSpinWait();
                if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(20)) {
                    throw new AssertionError("newconn was not raised");
                }
            }
            hoard.pop().close();
        }
        if (!accepted.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("newconn was not raised again when a descriptor was free");
        }
        if (attempts.get() > 1000) {
            throw new AssertionError("the loop spun: newconn was raised " + attempts + " times");
        }
        hoard.forEach(KernelSocket::close);
        for (KernelSocket socket : new KernelSocket[] {listener, raised, client, another, road[0], road[1]}) {
            socket.close();
        }
    }

    /** Every way to accept says so, and takes nothing off the queue. */
    private void refuseAll(KernelSocket listener) throws Exception {
        expect(Errno.EMFILE, listener::accept);
        expect(Errno.EMFILE, () -> listener.within(Duration.ofSeconds(5)).accept());
        expect(Errno.EMFILE, () -> sockets.socketpair(AF_UNIX, SOCK_STREAM, 0));
        FutureTask<KernelSocket> virtual = new FutureTask<>(listener::accept);
        Thread.ofVirtual().start(virtual);
        expect(Errno.EMFILE, () -> {
            try {
                virtual.get(60, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw (Exception) e.getCause();
            }
        });
    }

    /** A socket that finds no descriptor is left behind, and that is said. */
    private void receiveWithoutRoom() throws Exception {
        MessageHeader message = new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]));
        road[0].sendmsg(message.rights(List.of(road[0])), 0);
        road[1].recvmsg(message, 0);
        if (!message.rights().isEmpty() || (message.flags() & MSG_CTRUNC) == 0) {
            throw new AssertionError("a socket came where there was no descriptor for it: " + message.rights());
        }
    }

    private KernelSocket listen() throws KernelSocketException {
        KernelSocket listener = sockets.socket(AF_INET, SOCK_STREAM, 0);
        listener.bind(SockAddr.loopback4(0));
        listener.listen(8);
        return listener;
    }

    /** Whether no descriptor is left. */
    private boolean useUp(int most) throws KernelSocketException {
        try {
            while (hoard.size() < most) {
                hoard.push(sockets.socket(AF_INET, SOCK_DGRAM, 0));
            }
            return false;
        } catch (KernelSocketException e) {
            if (e.errno() != Errno.EMFILE) {
                throw e;
            }
            return true;
        }
    }

    private static void expect(Errno errno, Call call) throws Exception {
        try {
            call.run();
        } catch (KernelSocketException e) {
            if (e.errno() == errno) {
                return;
            }
            throw e;
        }
        throw new AssertionError("expected " + errno);
    }

    /** A call that must fail. */
    @FunctionalInterface
    private interface Call {
        void run() throws Exception;
    }
}
