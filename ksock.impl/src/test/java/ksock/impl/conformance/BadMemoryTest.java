// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.SysIoctl.FIONREAD;
import static ksock.api.SysIoctl.SIOCGIFMTU;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import ksock.api.ControlBuffer;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every call with memory that it cannot use, on both kinds of thread: it says so, loses nothing, and the socket is as
 * it was.
 */
class BadMemoryTest {

    /** Why memory cannot be used. */
    enum Wrong {
        GONE(IllegalStateException.class) {
            @Override
            Memory make() {
                try (Arena arena = Arena.ofShared()) {
                    return new Memory(arena);
                }
            }
        },
        ANOTHER_THREADS(WrongThreadException.class) {
            @Override
            Memory make() {
                return CompletableFuture.supplyAsync(() -> new Memory(Arena.ofConfined()),
                        task -> Thread.ofPlatform().start(task)).join();
            }
        };

        private final Class<? extends Throwable> thrown;

        Wrong(Class<? extends Throwable> thrown) {
            this.thrown = thrown;
        }

        abstract Memory make();
    }

    /** One of each that a call can be given. */
    static final class Memory {

        final MemorySegment small;
        final MemorySegment large;
        final SockAddrBuffer address;
        final ControlBuffer control;

        Memory(Arena arena) {
            small = arena.allocate(8, 8);
            large = arena.allocate(512, 8);
            address = new SockAddrBuffer(arena).set(SockAddr.loopback4(9));
            control = new ControlBuffer(arena, 64).addInt(SOL_SOCKET, 77, 1);
        }

        MessageHeader header() {
            return new MessageHeader().buffers(MemorySegment.ofArray(new byte[8]));
        }
    }

    /** A call with bad memory on a socket that has a message to receive. */
    @FunctionalInterface
    private interface Call {
        void on(KernelSocket socket, Memory memory) throws Exception;
    }

    private record Row(String name, Call call) {
    }

    private static List<Row> calls() {
        return List.of(
                new Row("send", (s, m) -> s.send(m.small, 0, 8, 0)),
                new Row("send, without waiting", (s, m) -> s.send(m.small, 0, 8, MSG_DONTWAIT)),
                new Row("sendto, the data", (s, m) -> s.sendto(m.small, 0, 8, 0, new SockAddrBuffer())),
                new Row("sendto, the address", (s, m) -> s.sendto(eightBytes(), 0, 8, 0, m.address)),
                new Row("sendmsg, a buffer", (s, m) -> s.sendmsg(new MessageHeader().buffers(m.small), 0)),
                new Row("sendmsg, a buffer among heap", (s, m) -> s.sendmsg(new MessageHeader().buffers(
                        MemorySegment.ofArray(new byte[8]), m.small), 0)),
                new Row("sendmsg, the address", (s, m) -> s.sendmsg(m.header().name(m.address), 0)),
                new Row("sendmsg, the control data", (s, m) -> s.sendmsg(m.header().control(m.control), 0)),
                new Row("sendmsg, the control data beside sockets", (s, m) -> s.sendmsg(m.header().control(m.control)
                        .rights(List.of(s)), 0)),
                new Row("recv", (s, m) -> s.recv(m.small, 0, 8, 0)),
                new Row("recv, without waiting", (s, m) -> s.recv(m.small, 0, 8, MSG_DONTWAIT)),
                new Row("recvfrom, the data", (s, m) -> s.recvfrom(m.small, 0, 8, 0, new SockAddrBuffer())),
                new Row("recvfrom, the address", (s, m) -> s.recvfrom(eightBytes(), 0, 8, 0, m.address)),
                new Row("recvmsg, a buffer", (s, m) -> s.recvmsg(new MessageHeader().buffers(m.small), 0)),
                new Row("recvmsg, a buffer among heap", (s, m) -> s.recvmsg(new MessageHeader().buffers(
                        MemorySegment.ofArray(new byte[8]), m.small), 0)),
                new Row("recvmsg, the address", (s, m) -> s.recvmsg(m.header().name(m.address), 0)),
                new Row("recvmsg, the control data", (s, m) -> s.recvmsg(m.header().control(m.control), 0)),
                new Row("setsockopt", (s, m) -> s.setsockopt(SOL_SOCKET, SO_KEEPALIVE, m.small)),
                new Row("setsockopt, a time", (s, m) -> s.setsockopt(SOL_SOCKET, SO_RCVTIMEO, m.large)),
                new Row("setsockopt, linger", (s, m) -> s.setsockopt(SOL_SOCKET, SO_LINGER, m.small)),
                new Row("getsockopt", (s, m) -> s.getsockopt(SOL_SOCKET, SO_TYPE, m.small)),
                new Row("getsockopt, the error", (s, m) -> s.getsockopt(SOL_SOCKET, SO_ERROR, m.small)),
                new Row("ioctl, little memory", (s, m) -> s.ioctl(FIONREAD, m.small)),
                new Row("ioctl, much memory", (s, m) -> s.ioctl(FIONREAD, m.large)),
                new Row("connect", (s, m) -> s.connect(m.address)));
    }

    private static MemorySegment eightBytes() {
        return Arena.ofAuto().allocate(8);
    }

    @TestFactory
    Stream<DynamicTest> everyCallSaysSoAndLosesNothing() {
        List<DynamicTest> rows = new ArrayList<>();
        for (Wrong wrong : Wrong.values()) {
            for (Row row : calls()) {
                for (boolean virtual : new boolean[] {false, true}) {
                    rows.add(DynamicTest.dynamicTest(row.name + ", " + wrong + (virtual ? ", virtual" : ""),
                            () -> check(row, wrong, virtual)));
                }
            }
        }
        return rows.stream();
    }

    private static void check(Row row, Wrong wrong, boolean virtual) throws Exception {
        try (Ground ground = new Ground()) {
            Ground.Pair pair = ground.socketpair(UNIX_DGRAM);
            // With sockets along, so that there is something to leak.
            pair.near().sendmsg(new MessageHeader().buffers(MemorySegment.ofArray(Ground.bytes("still here")))
                    .rights(List.of(pair.near())), 0);
            Memory memory = wrong.make();
            long descriptors = Descriptors.open();
            FutureTask<Object> call = new FutureTask<>(() -> {
                assertThatThrownBy(() -> row.call.on(pair.far(), memory)).isInstanceOf(wrong.thrown);
                return null;
            });
            (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(call);
            call.get();

            assertThat(Descriptors.open()).isLessThanOrEqualTo(descriptors);
            MessageHeader message = new MessageHeader().buffers(MemorySegment.ofArray(new byte[16]));
            assertThat(pair.far().recvmsg(message, MSG_DONTWAIT)).as("what had come").isEqualTo(10);
            assertThat(message.rights()).singleElement().satisfies(KernelSocket::close);
            Ground.send(pair.far(), "and usable");
            assertThat(Ground.recv(pair.near(), 16, MSG_DONTWAIT)).isEqualTo("and usable");
        }
    }

    @TestFactory
    Stream<DynamicTest> acceptLeavesTheConnectionWhereItIs() {
        return Stream.of(Wrong.values()).map(wrong -> DynamicTest.dynamicTest(wrong.name(), () -> {
            try (Ground ground = new Ground()) {
                KernelSocket listener = ground.listening(TCP4);
                ground.socket(TCP4).connect(listener.getsockname());
                Memory memory = wrong.make();
                assertThatThrownBy(() -> listener.accept(memory.address)).isInstanceOf(wrong.thrown);
                assertThat(ground.adopt(listener.accept()).getpeername()).isNotNull();
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> anErrorIsNotLost() {
        return Stream.of(Wrong.values()).map(wrong -> DynamicTest.dynamicTest(wrong.name(), () -> {
            try (Ground ground = new Ground()) {
                KernelSocket socket = ground.socket(UDP4);
                socket.connect(ground.deserted(UDP4));
                Ground.send(socket, "nobody");
                Memory memory = wrong.make();
                assertThatThrownBy(() -> socket.getsockopt(SOL_SOCKET, SO_ERROR, memory.small))
                        .isInstanceOf(wrong.thrown);
                assertThat(socket.getsockopt(SOL_SOCKET, SO_ERROR)).isEqualTo(Errno.ECONNREFUSED.number());
            }
        }));
    }

    /** Memory that is the user's by his word alone, and is not there: the host finds out. */
    @TestFactory
    Stream<DynamicTest> whatIsNoMemoryIsEfault() {
        @SuppressWarnings("restricted")
        MemorySegment nowhere = MemorySegment.ofAddress(1).reinterpret(512);
        return Stream.of(
                efault("send", s -> s.send(nowhere, 0, 8, 0)),
                efault("recv", s -> s.recv(nowhere, 0, 8, 0)),
                efault("sendmsg", s -> s.sendmsg(new MessageHeader().buffers(nowhere), 0)),
                efault("recvmsg", s -> s.recvmsg(new MessageHeader().buffers(nowhere), 0)),
                efault("setsockopt", s -> s.setsockopt(SOL_SOCKET, SO_KEEPALIVE, nowhere)),
                efault("setsockopt, a time", s -> s.setsockopt(SOL_SOCKET, SO_SNDTIMEO, nowhere)),
                efault("getsockopt", s -> s.getsockopt(SOL_SOCKET, SO_TYPE, nowhere)),
                efault("ioctl", s -> s.ioctl(FIONREAD, nowhere)));
    }

    private static DynamicTest efault(String name, Table.Action<KernelSocket> call) {
        return Table.row(name, g -> {
            Ground.Pair pair = g.socketpair(UNIX_STREAM);
            Ground.send(pair.near(), "something");
            return pair.far();
        }, call, Errno.EFAULT);
    }

    @Test
    void shouldNotWriteIntoReadOnlyMemoryOfARequest() throws Exception {
        try (Ground ground = new Ground(); Arena arena = Arena.ofConfined()) {
            Ground.Pair pair = ground.socketpair(UNIX_STREAM);
            Ground.send(pair.near(), "something");
            MemorySegment memory = arena.allocate(512, 8);
            assertThat(pair.far().ioctl(FIONREAD, memory.asReadOnly())).isZero();
            assertThat(memory.get(ValueLayout.JAVA_INT, 0)).isZero();
            pair.far().ioctl(FIONREAD, memory);
            assertThat(memory.get(ValueLayout.JAVA_INT, 0)).isEqualTo(9);
        }
    }

    /** A request of which no memory is given sees zeros, and nothing that another call has left. */
    @Test
    void shouldShowARequestNothingOfOthers() throws Exception {
        try (Ground ground = new Ground()) {
            KernelSocket socket = ground.socket(UDP4);
            byte[] lo = new byte[40];
            lo[0] = 'l';
            lo[1] = 'o';
            socket.ioctl(SIOCGIFMTU, MemorySegment.ofArray(lo));
            assertThatThrownBy(() -> socket.ioctl(SIOCGIFMTU, MemorySegment.ofArray(new byte[] {'l'})))
                    .isInstanceOfSatisfying(KernelSocketException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
        }
    }
}
