// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SocketCallbacks;

/** Callbacks that write down what they are told, and see to it that they never overlap. */
public final class Recorder {

    public final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    public final AtomicLong received = new AtomicLong();
    public final AtomicInteger overlaps = new AtomicInteger();
    /** Whether recv takes all there is, as most users do, or leaves it. */
    public volatile boolean taking = true;

    private final AtomicInteger inside = new AtomicInteger();
    private final MemorySegment buffer = Arena.ofAuto().allocate(64 * 1024);

    public SocketCallbacks all() {
        return SocketCallbacks.builder()
                .connected((socket, arg) -> tell("connected"))
                .connectFailed((socket, arg, errno) -> tell("connectFailed(" + errno + ')'))
                .disconnected((socket, arg, reason) -> tell("disconnected(" + reason + ')'))
                .newconn((socket, arg) -> tell("newconn"))
                .recv(this::recv)
                .xmit((socket, arg, freebuf) -> tell("xmit(" + Long.signum(freebuf) + ')'))
                .exception((socket, arg, event) -> tell("exception(" + event + ')'))
                .build();
    }

    private void recv(KernelSocket socket, Object arg, long msglen) throws KernelSocketException {
        enter();
        // What is told when everything was taken already is no arrival: two wake-ups of the host can meet.
        boolean arrived = !taking || msglen == 0;
        try {
            long count = arrived ? KernelSocket.WOULD_BLOCK : take(socket);
            while (count > 0) {
                arrived = true;
                count = take(socket);
            }
        } catch (KernelSocketException e) {
            arrived = true;
            throw e;
        } finally {
            if (arrived) {
                told.add("recv(" + msglen + ')');
            }
            inside.decrementAndGet();
        }
    }

    private long take(KernelSocket socket) throws KernelSocketException {
        long count = socket.recv(buffer, 0, buffer.byteSize(), 0);
        received.addAndGet(Math.max(0, count));
        return count;
    }

    private void tell(String event) {
        enter();
        told.add(event);
        inside.decrementAndGet();
    }

    private void enter() {
        if (inside.incrementAndGet() != 1) {
            overlaps.incrementAndGet();
        }
    }

    /** Waits for exactly these, in this order. */
    public void expect(String... events) throws InterruptedException {
        for (String event : events) {
            assertThat(next()).isEqualTo(event);
        }
    }

    /** Waits for this one, and skips what comes before it if that is {@code skipped}. */
    public void expectAfter(String skipped, String event) throws InterruptedException {
        String next;
        do {
            next = next();
        } while (next.equals(skipped));
        assertThat(next).isEqualTo(event);
    }

    public String next() throws InterruptedException {
        String next = told.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("an event").isNotNull();
        return next;
    }

    /** What was told so far, and not waited for. */
    public List<String> rest() {
        List<String> rest = new ArrayList<>();
        told.drainTo(rest);
        return rest;
    }
}
