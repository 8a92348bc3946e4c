// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static ksock.impl.libc.LinuxConst.FD_CLOEXEC;
import static ksock.impl.libc.LinuxConst.F_GETFD;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import ksock.api.ControlBuffer;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.Scratch;
import ksock.impl.socket.Descriptor;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's socket_unix_cmsg, as far as it is about SCM_RIGHTS: sockets that travel in messages. */
class RightsTest {

    @TestFactory
    Stream<DynamicContainer> passed() {
        return each(UNIX, kind -> Stream.of(
                row("BasicFDPass", g -> new Passing(g, g.socketpair(kind)), p -> {
                    Ground.Pair cargo = p.ground.socketpair(UNIX_STREAM);
                    p.send("x", cargo.near());
                    List<KernelSocket> came = p.receive(8);
                    assertThat(came).hasSize(1);
                    Ground.send(came.getFirst(), "through");
                    assertThat(Ground.recv(cargo.far(), 8)).isEqualTo("through");
                }, OK),
                row("what comes has its kind", g -> new Passing(g, g.socketpair(kind)), p -> {
                    p.send("x", p.ground.bound(UDP4));
                    KernelSocket came = p.receive(8).getFirst();
                    assertThat(came.domain()).isEqualTo(AF_INET);
                    assertThat(came.type()).isEqualTo(SOCK_DGRAM);
                    assertThat(came.isOpen()).isTrue();
                    assertThat(came.id()).isPositive();
                }, OK),
                row("BasicThreeFDPass: in order", g -> new Passing(g, g.socketpair(kind)), p -> {
                    KernelSocket[] cargo = {p.ground.bound(UDP4), p.ground.bound(UDP6), p.ground.bound(UNIX_DGRAM)};
                    p.send("x", cargo);
                    List<KernelSocket> came = p.receive(8);
                    assertThat(came).hasSize(3);
                    for (int i = 0; i < 3; i++) {
                        assertThat(came.get(i).getsockname()).isEqualTo(cargo[i].getsockname());
                    }
                }, OK),
                row("BasicTwoFDPass", g -> new Passing(g, g.socketpair(kind)), p -> {
                    Ground.Pair one = p.ground.socketpair(UNIX_STREAM);
                    Ground.Pair other = p.ground.socketpair(UNIX_STREAM);
                    p.send("x", one.near(), other.near());
                    List<KernelSocket> came = p.receive(8);
                    Ground.send(came.get(0), "one");
                    Ground.send(came.get(1), "other");
                    assertThat(Ground.recv(one.far(), 8)).isEqualTo("one");
                    assertThat(Ground.recv(other.far(), 8)).isEqualTo("other");
                }, OK),
                row("ConcurrentBasicFDPass", g -> new Passing(g, g.socketpair(kind)), p -> {
                    Ground.Pair cargo = p.ground.socketpair(UNIX_STREAM);
                    CompletableFuture<Long> echo = Ground.async(() -> {
                        KernelSocket came = p.receive(8).getFirst();
                        return Ground.send(came, Ground.recv(came, 8));
                    });
                    p.send("x", cargo.near());
                    Ground.send(cargo.far(), "echo");
                    assertThat(Ground.recv(cargo.far(), 8)).isEqualTo("echo");
                    return Ground.join(echo);
                }, 4),
                row("ZeroFDPass: none", g -> new Passing(g, g.socketpair(kind)), p -> {
                    p.send("x");
                    return p.receive(8).size();
                }, 0),
                row("FDPassInterspersed1: not before its data", g -> new Passing(g, g.socketpair(kind)), p -> {
                    p.send("ab");
                    p.send("cd", p.ground.bound(UDP4));
                    return p.receive(2).size();
                }, 0),
                row("FDPassInterspersed2: not after its data", g -> new Passing(g, g.socketpair(kind)), p -> {
                    p.send("ab", p.ground.bound(UDP4));
                    p.send("cd");
                    assertThat(Ground.recv(p.pair.far(), 2)).isEqualTo("ab");
                    return p.receive(2).size();
                }, 0),
                row("ZeroLengthRecvReceivesFD", g -> new Passing(g, g.socketpair(kind)), p -> {
                    p.send("x", p.ground.bound(UDP4));
                    return p.receive(0).size();
                }, 1),
                row("MsgCtruncInputIsNoop", g -> new Passing(g, g.socketpair(kind)), p -> {
                    p.send("x", p.ground.bound(UDP4));
                    return p.message(8, 64, MSG_CTRUNC).flags() & MSG_CTRUNC;
                }, 0),
                row("CloexecDroppedWhenFDPassed, CloexecRecvFDPass: set, asked for or not",
                        g -> new Passing(g, g.socketpair(kind)), p -> {
                    p.send("x", p.ground.bound(UDP4));
                    return flags(p.receive(8).getFirst());
                }, FD_CLOEXEC),
                row("the sender keeps his own; each closes by itself", g -> new Passing(g, g.socketpair(kind)), p -> {
                    Ground.Pair cargo = p.ground.socketpair(UNIX_STREAM);
                    p.send("x", cargo.near());
                    p.receive(8).getFirst().close();
                    Ground.send(cargo.near(), "still");
                    assertThat(Ground.recv(cargo.far(), 8)).isEqualTo("still");
                }, OK),
                row("UnixSCMRightsOnlyPassedOnce", g -> new Passing(g, g.socketpair(kind)), p -> {
                    p.send("ab", p.ground.bound(UDP4));
                    p.send("cd");
                    assertThat(p.receive(2)).hasSize(1);
                    return p.receive(2).size();
                }, 0),
                row("FDPassNoRecv: plain recv drops them, and leaks none", g -> new Passing(g, g.socketpair(kind)),
                        p -> {
                    p.send("x", p.ground.socketpair(UNIX_STREAM).near());
                    long made = Descriptors.open();
                    assertThat(Ground.recv(p.pair.far(), 8)).isEqualTo("x");
                    assertThat(Descriptors.open()).isLessThanOrEqualTo(made);
                }, OK),
                row("FDPassPeek: a copy, that is closed by whom it comes to", g -> new Passing(g, g.socketpair(kind)),
                        p -> {
                    p.send("x", p.ground.bound(UDP4));
                    assertThat(p.receive(8, MSG_PEEK)).hasSize(1);
                    assertThat(p.receive(8)).hasSize(1);
                }, OK),
                row("as many as may be", g -> new Passing(g, g.socketpair(kind)), p -> {
                    KernelSocket cargo = p.ground.bound(UDP4);
                    p.send("x", Collections.nCopies(253, cargo).toArray(KernelSocket[]::new));
                    return p.receive(8).size();
                }, 253),
                row("one more than may be", g -> new Passing(g, g.socketpair(kind)), p -> p.send("x",
                        Collections.nCopies(254, p.ground.bound(UDP4)).toArray(KernelSocket[]::new)), EINVAL)));
    }

    /** To the host descriptors are control data, which may find no room; here they have room of their own. */
    @TestFactory
    Stream<DynamicContainer> room() {
        return each(UNIX, kind -> Stream.of(
                row("BasicFDPassNullControlMsgCtrunc: they come without room for control data",
                        g -> new Passing(g, g.socketpair(kind)), p -> {
                    p.send("x", p.ground.bound(UDP4));
                    MessageHeader header = p.message(8, 0, 0);
                    assertThat(header.rights()).hasSize(1);
                    return header.flags() & MSG_CTRUNC;
                }, 0),
                row("BasicFDPassNoSpace, BasicFDPassNotEnoughSpaceMsgCtrunc: nor do they take any of it",
                        g -> new Passing(g, g.socketpair(kind)), p -> {
                    p.send("x", p.ground.bound(UDP4), p.ground.bound(UDP4), p.ground.bound(UDP4));
                    MessageHeader header = p.message(8, 24, 0);
                    assertThat(header.rights()).hasSize(3);
                    assertThat(header.control().messages()).isEmpty();
                    return header.flags() & MSG_CTRUNC;
                }, 0),
                row("FDPassAfterSoPassCredWithoutCredSpace: credentials are cut, sockets are not",
                        g -> new Passing(g, g.socketpair(kind)), p -> {
                    p.pair.far().setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
                    p.send("x", p.ground.bound(UDP4));
                    MessageHeader header = p.message(8, 16, 0);
                    assertThat(header.rights()).hasSize(1);
                    assertThat(header.control().messages()).singleElement().satisfies(cut -> {
                        assertThat(cut.type()).isEqualTo(SCM_CREDENTIALS);
                        assertThat(cut.data().byteSize()).isZero();
                    });
                    return header.flags() & MSG_CTRUNC;
                }, MSG_CTRUNC),
                row("FDPassAfterSoPassCredWithoutCredHeaderSpace", g -> new Passing(g, g.socketpair(kind)), p -> {
                    p.pair.far().setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
                    p.send("x", p.ground.bound(UDP4));
                    MessageHeader header = p.message(8, 8, 0);
                    assertThat(header.rights()).hasSize(1);
                    assertThat(header.control().messages()).isEmpty();
                    return header.flags() & MSG_CTRUNC;
                }, MSG_CTRUNC)));
    }

    @TestFactory
    Stream<DynamicContainer> refused() {
        return onBothThreads("refused", () -> Stream.of(
                row("BadFDPass: a closed socket", g -> new Passing(g, g.socketpair(UNIX_STREAM)), p -> {
                    KernelSocket cargo = p.ground.socket(UDP4);
                    cargo.close();
                    p.send("x", cargo);
                }, ENOTSOCK),
                row("descriptors by number", g -> new Passing(g, g.socketpair(UNIX_STREAM)), p -> p.pair.near().sendmsg(
                        new MessageHeader().buffers(MemorySegment.ofArray(new byte[1])).control(
                                new ControlBuffer(32).addInt(SOL_SOCKET, SCM_RIGHTS, 0)), 0), EINVAL),
                row("over TCP they do not travel", g -> new Passing(g, g.connected(TCP4)), p -> {
                    p.send("x", p.ground.socket(UDP4));
                    return p.receive(8).size();
                }, 0),
                row("over UDP they do not travel", g -> new Passing(g, g.connected(UDP4)), p -> {
                    p.send("x", p.ground.socket(UDP4));
                    return p.receive(8).size();
                }, 0),
                row("ShortCmsg", g -> g.socketpair(UNIX_STREAM).near(), s -> {
                    ControlBuffer control = new ControlBuffer(32);
                    control.segment().set(java.lang.foreign.ValueLayout.JAVA_LONG, 0, 3);
                    control.segment().set(java.lang.foreign.ValueLayout.JAVA_INT, 8, SOL_SOCKET);
                    control.segment().set(java.lang.foreign.ValueLayout.JAVA_INT, 12, SCM_RIGHTS);
                    control.length(24);
                    s.sendmsg(new MessageHeader().buffers(MemorySegment.ofArray(new byte[1])).control(control), 0);
                }, EINVAL),
                row("an unknown control message", g -> g.socketpair(UNIX_STREAM).near(), s -> s.sendmsg(
                        new MessageHeader().buffers(MemorySegment.ofArray(new byte[1])).control(
                                new ControlBuffer(32).addInt(SOL_SOCKET, 4711, 0)), 0), EINVAL),
                row("ZeroLengthMessageFDDiscarded: a stream carries none without data",
                        g -> new Passing(g, g.socketpair(UNIX_STREAM)), p -> {
                    p.send("", p.ground.bound(UDP4));
                    return p.pair.far().recvmsg(new MessageHeader().buffers(MemorySegment.ofArray(new byte[1])),
                            MSG_DONTWAIT);
                }, KernelSocket.WOULD_BLOCK)));
    }

    @TestFactory
    Stream<DynamicContainer> streams() {
        return each(EnumSet.of(UNIX_STREAM), kind -> Stream.of(
                row("FDPassNotCoalesced: each with its own data", g -> new Passing(g, g.socketpair(kind)), p -> {
                    p.send("ab", p.ground.bound(UDP4));
                    p.send("cd", p.ground.bound(UDP6));
                    assertThat(p.receive(8)).singleElement().extracting(KernelSocket::domain).isEqualTo(AF_INET);
                    assertThat(p.receive(8)).singleElement().extracting(KernelSocket::domain).isEqualTo(AF_INET6);
                }, OK),
                row("FDPassPartialRead: with the first byte", g -> new Passing(g, g.socketpair(kind)), p -> {
                    p.send("abcd", p.ground.bound(UDP4));
                    assertThat(p.receive(1)).hasSize(1);
                    assertThat(p.receive(8)).isEmpty();
                }, OK),
                row("sockets and control data in one message", g -> new Passing(g, g.socketpair(kind)), p -> {
                    p.pair.far().setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
                    p.send("x", p.ground.bound(UDP4));
                    ControlBuffer control = new ControlBuffer(64);
                    MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[8]))
                            .control(control);
                    p.pair.far().recvmsg(header, 0);
                    header.rights().forEach(p.ground::adopt);
                    assertThat(header.rights()).hasSize(1);
                    assertThat(control.messages()).singleElement()
                            .satisfies(message -> assertThat(message.type()).isEqualTo(SCM_CREDENTIALS));
                    assertThat(header.flags() & MSG_CTRUNC).isZero();
                }, OK)));
    }

    private static int flags(KernelSocket socket) {
        Scratch scratch = Scratch.acquire();
        try {
            return DescriptorCalls.fcntl(scratch.errno(), Descriptor.of(socket), F_GETFD, 0);
        } finally {
            scratch.release();
        }
    }

    /** Two sockets, and what goes from the near one to the far one. */
    private record Passing(Ground ground, Ground.Pair pair) {

        void send(String text, KernelSocket... cargo) throws KernelSocketException {
            MemorySegment data = MemorySegment.ofBuffer(ByteBuffer.wrap(Ground.bytes(text)));
            assertThat(pair.near().sendmsg(new MessageHeader().buffers(data).rights(List.of(cargo)), 0))
                    .isEqualTo(text.length());
        }

        List<KernelSocket> receive(int length) throws KernelSocketException {
            return receive(length, 0);
        }

        List<KernelSocket> receive(int length, int flags) throws KernelSocketException {
            return message(length, 0, flags).rights();
        }

        /** What comes, with that much room for control data. */
        MessageHeader message(int length, int room, int flags) throws KernelSocketException {
            MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[length]));
            if (room > 0) {
                header.control(new ControlBuffer(room));
            }
            pair.far().recvmsg(header, flags);
            header.rights().forEach(ground::adopt);
            return header;
        }
    }
}
