// SPDX-License-Identifier: Apache-2.0
package bench.allocation;

import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_STREAM;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.SocketCallbacks;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Calls that are made again and again on sockets that stay. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SteadyState {

    private static final int MESSAGE = 64;

    private final MemorySegment buffer = Arena.global().allocate(MESSAGE);
    private final MemorySegment calledBackBuffer = Arena.global().allocate(MESSAGE);
    private KernelSocket[] pair;
    private KernelSocket[] calledBack;

    /**
     * Makes the sockets.
     *
     * @throws KernelSocketException if that fails
     */
    @Setup
    public void open() throws KernelSocketException {
        KernelSockets sockets = ServiceLoader.load(KernelSockets.class).findFirst().orElseThrow();
        pair = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        calledBack = sockets.socketpair(AF_UNIX, SOCK_STREAM, 0);
        calledBack[1].callbacks(SocketCallbacks.builder().recv(this::echo).build(), null);
    }

    /** Closes them. */
    @TearDown
    public void close() {
        for (KernelSocket socket : pair) {
            socket.close();
        }
        for (KernelSocket socket : calledBack) {
            socket.close();
        }
    }

    private void echo(KernelSocket socket, Object nothing, long length) throws KernelSocketException {
        long received = socket.recv(calledBackBuffer, 0, MESSAGE, 0);
        if (received > 0) {
            socket.send(calledBackBuffer, 0, received, 0);
        }
    }

    /**
     * A send that is taken and a recv of it.
     *
     * @return the bytes received
     * @throws KernelSocketException never
     */
    @Benchmark
    public long sendAndRecv() throws KernelSocketException {
        check(pair[0].send(buffer, 0, MESSAGE, 0), MESSAGE);
        return check(pair[1].recv(buffer, 0, MESSAGE, 0), MESSAGE);
    }

    /**
     * A recv of nothing.
     *
     * @return {@code WOULD_BLOCK}
     * @throws KernelSocketException never
     */
    @Benchmark
    public long wouldBlock() throws KernelSocketException {
        return check(pair[0].recv(buffer, 0, MESSAGE, MSG_DONTWAIT), KernelSocket.WOULD_BLOCK);
    }

    /**
     * A message to a socket whose callback answers it, and the wait for the answer.
     *
     * @return the bytes received
     * @throws KernelSocketException never
     */
    @Benchmark
    public long callback() throws KernelSocketException {
        check(calledBack[0].send(buffer, 0, MESSAGE, 0), MESSAGE);
        return check(calledBack[0].recv(buffer, 0, MESSAGE, 0), MESSAGE);
    }

    private static long check(long result, long expected) {
        if (result != expected) {
            throw new IllegalStateException(result + " instead of " + expected);
        }
        return result;
    }
}
