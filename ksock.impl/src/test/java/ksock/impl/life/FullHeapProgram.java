// SPDX-License-Identifier: Apache-2.0
package ksock.impl.life;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_STREAM;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SocketCallbacks;
import ksock.impl.loop.EventLoop;
import ksock.impl.socket.Fixture;
import ksock.impl.socket.SocketCore;
import ksock.impl.socket.SocketScope;

/**
 * An echo server by callbacks whose heap is filled to the brim, closes sockets just then, and is emptied again. Told
 * what to do by bytes on standard input, and answers each when it is done; see {@link FullHeapTest}.
 */
final class FullHeapProgram {

    static final int FILL = 'F';
    static final int EMPTY = 'E';
    static final int END = 'Q';
    /** Of a connection: its callback waits until another one's has run. */
    static final byte WAIT = 'w';
    static final byte GO = 'g';

    private static final int PAIRS = 20;
    private static final int MESSAGES = 8;
    private static final long PATIENCE_SECONDS = 60;

    private final FileInputStream in = new FileInputStream(FileDescriptor.in);
    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private final EventLoop loop = new EventLoop();
    private final SocketCore core = new SocketCore(loop);
    private final SocketScope sockets = core.scope(-1, "");
    private final KernelSocket[][] pairs = new KernelSocket[PAIRS][];
    private final MessageHeader message = new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]));
    // What sockets travel on.
    private KernelSocket[] road;
    private final CountDownLatch go = new CountDownLatch(1);
    private final SocketCallbacks echo = SocketCallbacks.builder().recv(this::echo).build();
    // What fills the heap; a chain, of which each link has the next one at its end.
    private volatile Object[] ballast;
    private volatile boolean full;
    private volatile boolean brimful;

    private FullHeapProgram() {
    }

    public static void main(String[] args) throws Exception {
        new FullHeapProgram().run();
    }

    private void run() throws Exception {
        KernelSocket listener = sockets.socket(AF_INET, SOCK_STREAM, 0);
        listener.bind(SockAddr.loopback4(0));
        listener.listen(1024);
        listener.callbacks(SocketCallbacks.builder().newconn(this::accept).build(), null);
        for (int i = 0; i < PAIRS; i++) {
            pairs[i] = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
            pairs[i][0].callbacks(echo, null);
        }
        road = sockets.socketpair(AF_UNIX, SOCK_DGRAM, 0);
        // Each way once, so that what is loaded and linked then is there.
        send();
        receive();
        open();
        for (int i = 0; i < MESSAGES; i++) {
            send();
        }
        Thread filler = Thread.ofPlatform().daemon().name("filler").unstarted(this::keepFull);
        int port = ((SockAddr.Inet4) listener.getsockname()).port();
        out.write(port >>> 8);
        out.write(port);

        await(FILL);
        full = true;
        filler.start();
        while (!brimful) {
            Thread.onSpinWait();
        }
        say(FILL);
        closePairs();
        for (int i = 0; i < MESSAGES; i++) {
            receive();
            open();
        }

        await(EMPTY);
        full = false;
        filler.join();
        ballast = null;
        say(EMPTY);

        await(END);
        core.close();
        loop.close();
        out.write((int) Fixture.descriptors());
    }

    private void send() throws KernelSocketException {
        MessageHeader one = new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]));
        if (road[0].sendmsg(one.rights(List.of(road[0], road[1], road[0])), MSG_DONTWAIT) != 1) {
            throw new IllegalStateException("no room for so many messages");
        }
    }

    private void await(int command) throws IOException {
        while (true) {
            try {
                if (in.read() != command) {
                    throw new IllegalStateException("not what was to come next");
                }
                return;
            } catch (OutOfMemoryError e) {
                Thread.onSpinWait();
            }
        }
    }

    private void say(int done) throws IOException {
        while (true) {
            try {
                out.write(done);
                return;
            } catch (OutOfMemoryError e) {
                Thread.onSpinWait();
            }
        }
    }

    /** Takes what there is, in ever smaller pieces, and what others give back. */
    private void keepFull() {
        while (full) {
            for (int length = 1 << 16; length > 1; ) {
                try {
                    Object[] link = new Object[length];
                    link[length - 1] = ballast;
                    ballast = link;
                } catch (OutOfMemoryError e) {
                    length /= 2;
                }
            }
            brimful = true;
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void closePairs() {
        for (KernelSocket[] pair : pairs) {
            for (KernelSocket end : pair) {
                try {
                    end.close();
                } catch (OutOfMemoryError e) {
                    // Then close is called again, at the end.
                    Thread.onSpinWait();
                }
            }
        }
    }

    /** A message that brings sockets, which are closed if they can be, and with everything else if not. */
    private void receive() throws KernelSocketException {
        try {
            road[1].recvmsg(message, MSG_DONTWAIT);
            message.rights().forEach(KernelSocket::close);
        } catch (OutOfMemoryError e) {
            Thread.onSpinWait();
        }
    }

    private void open() throws KernelSocketException {
        try {
            sockets.socket(AF_INET, SOCK_STREAM, 0).close();
        } catch (OutOfMemoryError e) {
            Thread.onSpinWait();
        }
        try {
            for (KernelSocket end : sockets.socketpair(AF_UNIX, SOCK_STREAM, 0)) {
                end.close();
            }
        } catch (OutOfMemoryError e) {
            Thread.onSpinWait();
        }
    }

    private void accept(KernelSocket listener, Object arg) throws KernelSocketException {
        for (KernelSocket one = listener.accept(); one != null; one = listener.accept()) {
            one.callbacks(echo, null);
        }
    }

    private void echo(KernelSocket socket, Object arg, long msglen) throws Exception {
        if (msglen == 0) {
            socket.close();
            return;
        }
        byte[] bytes = new byte[16];
        for (long got = socket.recv(bytes, 0, bytes.length, 0); got > 0; got = socket.recv(bytes, 0, bytes.length, 0)) {
            if (bytes[0] == WAIT && !go.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no other callback has run");
            } else if (bytes[0] == GO) {
                go.countDown();
            }
            socket.send(bytes, 0, (int) got, 0);
        }
    }
}
