// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.stream.Stream;
import ksock.api.ControlBuffer;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's socket_unix_peercred and the rest of socket_unix_cmsg: who the other side is. */
class CredentialsTest {

    private static final int PID = (int) ProcessHandle.current().pid();
    private static final UnixSystem USER = new UnixSystem();

    @TestFactory
    Stream<DynamicContainer> ofThePeer() {
        return each(EnumSet.of(UNIX_STREAM, UNIX_SEQPACKET), kind -> Stream.of(
                row("GetPeerCred", g -> g.socketpair(kind).near(), CredentialsTest::assertPeerIsMe, OK),
                row("AfterConnectClientPeerCred", g -> g.connected(kind).near(), CredentialsTest::assertPeerIsMe, OK),
                row("AfterConnectServerPeerCred", g -> g.connected(kind).far(), CredentialsTest::assertPeerIsMe, OK),
                row("PeerCredAfterListen: those of the listener itself", g -> g.listening(kind),
                        CredentialsTest::assertPeerIsMe, OK),
                row("PeerCredBeforeListen: of nobody", g -> g.bound(kind),
                        s -> assertThat(peer(s)).containsExactly(0, -1, -1), OK),
                row("SO_PEERGROUPS before anybody is there", g -> g.socket(kind),
                        s -> s.getsockopt(SOL_SOCKET, SO_PEERGROUPS, MemorySegment.ofArray(new int[8])), ENODATA),
                row("SO_PEERGROUPS in too little memory", g -> {
                    assumeTrue(USER.getGroups() != null && USER.getGroups().length > 0, "this user has no groups");
                    return g.socketpair(kind).near();
                }, s -> s.getsockopt(SOL_SOCKET, SO_PEERGROUPS, MemorySegment.ofArray(new int[0])), ERANGE),
                row("SO_PEERCRED can not be set", g -> g.socketpair(kind).near(),
                        s -> s.setsockopt(SOL_SOCKET, SO_PEERCRED, 1), ENOPROTOOPT)));
    }

    @TestFactory
    Stream<DynamicContainer> processes() {
        return each(UNIX, kind -> Stream.of(
                row("the sender's process comes as a descriptor", g -> passingProcesses(g, kind), pair -> {
                    Ground.send(pair.near(), "x");
                    ControlBuffer control = new ControlBuffer(32);
                    MessageHeader header = receive(pair.far(), control);
                    assertThat(header.flags() & MSG_CTRUNC).isZero();
                    assertThat(control.messages()).singleElement().satisfies(message -> {
                        assertThat(message.type()).isEqualTo(SCM_PIDFD);
                        int fd = message.data().get(ValueLayout.JAVA_INT, 0);
                        assertThat(Files.readString(Path.of("/proc/self/fdinfo/" + fd))).contains("Pid:\t" + PID);
                    });
                }, OK),
                row("one that finds no place is closed", g -> passingProcesses(g, kind), pair -> {
                    long before = Descriptors.processes();
                    for (ControlBuffer control : new ControlBuffer[] {null, new ControlBuffer(0), new ControlBuffer(8),
                        new ControlBuffer(16)}) {
                        Ground.send(pair.near(), "x");
                        assertThat(receive(pair.far(), control).flags() & MSG_CTRUNC).isEqualTo(MSG_CTRUNC);
                    }
                    return Descriptors.processes() - before;
                }, 0)));
    }

    private static Ground.Pair passingProcesses(Ground ground, SocketKind kind) throws KernelSocketException {
        Ground.Pair pair = ground.socketpair(kind);
        try {
            pair.far().setsockopt(SOL_SOCKET, SO_PASSPIDFD, 1);
        } catch (KernelSocketException e) {
            assumeTrue(e.errno() != ENOPROTOOPT, "SO_PASSPIDFD: since Linux 6.5");
            throw e;
        }
        return pair;
    }

    private static MessageHeader receive(KernelSocket socket, ControlBuffer control) throws KernelSocketException {
        MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[1])).control(control);
        assertThat(socket.within(Ground.PATIENCE).recvmsg(header, 0)).isOne();
        return header;
    }

    @TestFactory
    Stream<DynamicContainer> inMessages() {
        return each(UNIX, kind -> Stream.of(
                row("BasicCredPass", g -> passing(g, kind), pair -> {
                    pair.near().sendmsg(message(PID, (int) USER.getUid(), (int) USER.getGid()), 0);
                    assertThat(received(pair.far())).containsExactly(PID, (int) USER.getUid(), (int) USER.getGid());
                }, OK),
                row("WriteAfterSoPassCredRecvEnd: come unasked", g -> passing(g, kind), pair -> {
                    Ground.send(pair.near(), "x");
                    assertThat(received(pair.far())).containsExactly(PID, (int) USER.getUid(), (int) USER.getGid());
                }, OK),
                row("WriteAfterSoPassCredSendEnd: none to who does not ask", g -> g.socketpair(kind), pair -> {
                    pair.near().setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
                    Ground.send(pair.near(), "x");
                    return credentials(pair.far());
                }, 0),
                row("BasicCredPassDifferentPID: another process' own", g -> passing(g, kind), pair -> {
                    assumeTrue(USER.getUid() == 0, "needs root");
                    int parent = (int) ProcessHandle.current().parent().orElseThrow().pid();
                    pair.near().sendmsg(message(parent, 1, 2), 0);
                    assertThat(received(pair.far())).containsExactly(parent, 1, 2);
                }, OK),
                row("NoPassCred: none", g -> g.socketpair(kind), pair -> {
                    pair.near().sendmsg(message(PID, (int) USER.getUid(), (int) USER.getGid()), 0);
                    MessageHeader header = header(64);
                    pair.far().recvmsg(header, 0);
                    assertThat(header.control().messages()).isEmpty();
                }, OK),
                row("CredPassNonexistentPID", g -> passing(g, kind).near(),
                        s -> s.sendmsg(message(0x7fff_fff0, 0, 0), 0), USER.getUid() == 0 ? ESRCH : EPERM),
                row("CredPassNoSpaceMsgCtrunc", g -> passing(g, kind), pair -> {
                    Ground.send(pair.near(), "x");
                    MessageHeader header = header(0);
                    pair.far().recvmsg(header, 0);
                    return header.flags() & MSG_CTRUNC;
                }, MSG_CTRUNC),
                row("CredPassTruncated: as much of them as there is room for", g -> passing(g, kind), pair -> {
                    Ground.send(pair.near(), "x");
                    MessageHeader header = header(24);
                    pair.far().recvmsg(header, 0);
                    assertThat(header.control().messages()).singleElement().satisfies(cut -> assertThat(
                            cut.data().toArray(ValueLayout.JAVA_INT)).containsExactly(PID, (int) USER.getUid()));
                    return header.flags() & MSG_CTRUNC;
                }, MSG_CTRUNC),
                row("CredPassNoMsgCtrunc: just enough room", g -> passing(g, kind), pair -> {
                    Ground.send(pair.near(), "x");
                    MessageHeader header = header(32);
                    pair.far().recvmsg(header, 0);
                    assertThat(header.control().messages()).hasSize(1);
                    return header.flags() & MSG_CTRUNC;
                }, 0),
                row("NoDataCredPass", g -> passing(g, kind).near(), s -> s.sendmsg(message(), 0), EINVAL),
                row("SoPassCred: of each end by itself", g -> g.socketpair(kind), pair -> {
                    assertThat(pair.near().getsockopt(SOL_SOCKET, SO_PASSCRED)).isZero();
                    pair.near().setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
                    assertThat(pair.near().getsockopt(SOL_SOCKET, SO_PASSCRED)).isOne();
                    assertThat(pair.far().getsockopt(SOL_SOCKET, SO_PASSCRED)).isZero();
                    pair.near().setsockopt(SOL_SOCKET, SO_PASSCRED, 0);
                    return pair.near().getsockopt(SOL_SOCKET, SO_PASSCRED);
                }, 0),
                row("credentials of a wrong size", g -> passing(g, kind).near(), s -> s.sendmsg(
                        new MessageHeader().buffers(MemorySegment.ofArray(new byte[1])).control(
                                new ControlBuffer(64).addInt(SOL_SOCKET, SCM_CREDENTIALS, PID)), 0), EINVAL)));
    }

    /** Who asks when: the near end, the far end, before or after an empty control message was sent. */
    @TestFactory
    Stream<DynamicContainer> unsaid() {
        return each(UNIX, kind -> Stream.of(
                row("SendNullCredsBeforeSoPassCredRecvEnd: of nobody", g -> g.socketpair(kind), pair -> {
                    pair.near().sendmsg(unsaidMessage(), 0);
                    pair.far().setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
                    assertThat(received(pair.far())).containsExactly(0, 65_534, 65_534);
                }, OK),
                row("SendNullCredsAfterSoPassCredRecvEnd: his own", g -> passing(g, kind), pair -> {
                    pair.near().sendmsg(unsaidMessage(), 0);
                    assertThat(received(pair.far())).containsExactly(PID, (int) USER.getUid(), (int) USER.getGid());
                }, OK),
                row("SendNullCredsBeforeSoPassCredSendEnd: none", g -> g.socketpair(kind), pair -> {
                    pair.near().sendmsg(unsaidMessage(), 0);
                    pair.near().setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
                    return credentials(pair.far());
                }, 0),
                row("SendNullCredsAfterSoPassCredSendEnd: none", g -> g.socketpair(kind), pair -> {
                    pair.near().setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
                    pair.near().sendmsg(unsaidMessage(), 0);
                    return credentials(pair.far());
                }, 0),
                row("SendNullCredsBeforeSoPassCredRecvEndAfterSendEnd: his own", g -> g.socketpair(kind), pair -> {
                    pair.near().setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
                    pair.near().sendmsg(unsaidMessage(), 0);
                    pair.far().setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
                    assertThat(received(pair.far())).containsExactly(PID, (int) USER.getUid(), (int) USER.getGid());
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> options() {
        return onBothThreads("options", () -> Stream.of(
                row("InheritPasscred: an accepted socket has its listener's", g -> {
                    KernelSocket listener = g.bound(UNIX_STREAM);
                    listener.setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
                    listener.listen(1);
                    g.socket(UNIX_STREAM).connect(listener.getsockname());
                    return g.adopt(listener.accept());
                }, s -> s.getsockopt(SOL_SOCKET, SO_PASSCRED), 1),
                row("SO_PEERCRED of TCP", g -> g.connected(TCP4).near(),
                        s -> assertThat(peer(s)).containsExactly(0, -1, -1), OK),
                row("SO_PEERCRED in less room", g -> g.socketpair(UNIX_STREAM).near(),
                        s -> s.getsockopt(SOL_SOCKET, SO_PEERCRED, MemorySegment.ofArray(new int[1])), 4)));
    }

    private static Ground.Pair passing(Ground ground, SocketKind kind) throws KernelSocketException {
        Ground.Pair pair = ground.socketpair(kind);
        pair.far().setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
        return pair;
    }

    private static void assertPeerIsMe(KernelSocket socket) throws KernelSocketException {
        assertThat(peer(socket)).containsExactly(PID, (int) USER.getUid(), (int) USER.getGid());
    }

    private static int[] peer(KernelSocket socket) throws KernelSocketException {
        int[] credentials = new int[3];
        assertThat(socket.getsockopt(SOL_SOCKET, SO_PEERCRED, MemorySegment.ofArray(credentials))).isEqualTo(12);
        return credentials;
    }

    private static MessageHeader message(int... credentials) {
        return new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]))
                .control(new ControlBuffer(64).add(SOL_SOCKET, SCM_CREDENTIALS, MemorySegment.ofArray(credentials)));
    }

    /** A message whose control data is empty. */
    private static MessageHeader unsaidMessage() {
        return new MessageHeader().buffers(MemorySegment.ofArray(new byte[1])).control(new ControlBuffer(0));
    }

    /** How many control messages come with the next byte. */
    private static int credentials(KernelSocket socket) throws KernelSocketException {
        MessageHeader header = header(64);
        assertThat(socket.recvmsg(header, 0)).isEqualTo(1);
        return header.control().messages().size();
    }

    private static MessageHeader header(int control) {
        return new MessageHeader().buffers(MemorySegment.ofArray(new byte[8])).control(new ControlBuffer(control));
    }

    private static int[] received(KernelSocket socket) throws KernelSocketException {
        MessageHeader header = header(64);
        assertThat(socket.recvmsg(header, 0)).isEqualTo(1);
        assertThat(header.control().messages()).hasSize(1);
        ControlBuffer.ControlMessage message = header.control().messages().getFirst();
        assertThat(message.level()).isEqualTo(SOL_SOCKET);
        assertThat(message.type()).isEqualTo(SCM_CREDENTIALS);
        return message.data().toArray(ValueLayout.JAVA_INT);
    }
}
