// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import ksock.api.ControlBuffer;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import ksock.api.SockAddr;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's socket_unix_unbound_stream: which sends a UNIX stream puts together in one receive, and which not. */
class CoalescingTest {

    private static final int PID = (int) ProcessHandle.current().pid();
    private static final int UID = (int) new UnixSystem().getUid();
    private static final int GID = (int) new UnixSystem().getGid();
    /** What a message bears that was sent when nobody asked for credentials. */
    private static final List<Integer> NOBODY = List.of(0, 65_534, 65_534);

    @TestFactory
    Stream<DynamicContainer> sockets() {
        return onBothThreads("sockets", () -> Stream.of(
                row("ZeroFDPassCoalesceData: data alone", g -> new Talk(g), t -> {
                    t.send("ab");
                    t.send("cd");
                    t.expect(8, "abcd", 0);
                }, OK),
                row("FDPassNotCombined: each message with its own", g -> new Talk(g), t -> {
                    t.send("ab", t.ground.bound(UDP4));
                    t.send("cd", t.ground.bound(UDP4));
                    t.expect(8, "ab", 1);
                    t.expect(8, "cd", 1);
                }, OK),
                row("FDPassCoalescedRecv: nothing after a message that brought some", g -> new Talk(g), t -> {
                    t.send("ab", t.ground.bound(UDP4));
                    t.send("cd");
                    t.expect(4, "ab", 1);
                    t.expect(4, "cd", 0);
                }, OK),
                row("FDPassCoalescedRead: nor where they are not asked for", g -> new Talk(g), t -> {
                    t.send("ab", t.ground.bound(UDP4));
                    t.send("cd");
                    assertThat(Ground.recv(t.far, 4)).isEqualTo("ab");
                    assertThat(Ground.recv(t.far, 4)).isEqualTo("cd");
                }, OK),
                row("ReadsNotCoalescedAfterFDPass: nor after part of it", g -> new Talk(g), t -> {
                    t.send("abcd", t.ground.bound(UDP4));
                    t.send("ef");
                    t.expect(2, "ab", 1);
                    t.expect(8, "cdef", 0);
                }, OK),
                row("FDPassInterspersed1: what came before, by itself", g -> new Talk(g), t -> {
                    t.send("ab");
                    t.send("cd", t.ground.bound(UDP4));
                    t.expect(2, "ab", 0);
                    t.expect(2, "cd", 1);
                }, OK),
                row("what came before, and the first message that brings some", g -> new Talk(g), t -> {
                    t.send("ab");
                    t.send("cd", t.ground.bound(UDP4));
                    t.send("ef");
                    t.expect(8, "abcd", 1);
                    t.expect(8, "ef", 0);
                }, OK),
                row("FDPassInterspersed2: between two that bring some", g -> new Talk(g), t -> {
                    t.send("ab", t.ground.bound(UDP4));
                    t.send("cd");
                    t.send("ef", t.ground.bound(UDP4));
                    t.expect(8, "ab", 1);
                    t.expect(2, "cd", 0);
                    t.expect(8, "ef", 1);
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> credentials() {
        return onBothThreads("credentials", () -> Stream.of(
                row("CoalescedCreds1: of one sender", g -> new Talk(g).asking(), t -> {
                    t.send("ab");
                    t.send("cd");
                    assertThat(t.expect(8, "abcd", 0)).containsExactly(PID, UID, GID);
                }, OK),
                row("CoalescedCreds2: his own, said or not", g -> new Talk(g).asking(), t -> {
                    t.send("ab");
                    t.sendAs("cd", PID, UID, GID);
                    assertThat(t.expect(8, "abcd", 0)).containsExactly(PID, UID, GID);
                }, OK),
                row("CredPassPartialRead: with each part", g -> new Talk(g).asking(), t -> {
                    t.sendAs("abcd", PID, UID, GID);
                    assertThat(t.expect(2, "ab", 0)).containsExactly(PID, UID, GID);
                    assertThat(t.expect(8, "cd", 0)).containsExactly(PID, UID, GID);
                }, OK),
                row("NonCoalescedDifferingCreds1", g -> new Talk(g).asking().privileged(), t -> {
                    t.sendAs("ab", PID, UID, GID);
                    t.sendAs("cd", PID, UID + 1, GID);
                    assertThat(t.expect(8, "ab", 0)).containsExactly(PID, UID, GID);
                    assertThat(t.expect(8, "cd", 0)).containsExactly(PID, UID + 1, GID);
                }, OK),
                row("NonCoalescedDifferingCreds2", g -> new Talk(g).asking().privileged(), t -> {
                    t.sendAs("ab", PID, UID, GID + 1);
                    t.send("cd");
                    assertThat(t.expect(8, "ab", 0)).containsExactly(PID, UID, GID + 1);
                    assertThat(t.expect(8, "cd", 0)).containsExactly(PID, UID, GID);
                }, OK),
                row("CoalescedDifferingCreds: where nobody asks", g -> new Talk(g).privileged(), t -> {
                    t.sendAs("ab", PID, UID, GID);
                    t.sendAs("cd", PID, UID + 1, GID);
                    assertThat(t.expect(8, "abcd", 0)).isEmpty();
                }, OK),
                row("CoalescedCredsNoPasscred", g -> new Talk(g), t -> {
                    t.send("ab");
                    t.sendAs("cd", PID, UID, GID);
                    assertThat(t.expect(8, "abcd", 0)).isEmpty();
                }, OK),
                row("WriteBeforeSoPassCredRecvEnd: of nobody", g -> new Talk(g), t -> {
                    t.send("ab");
                    t.asking();
                    assertThat(t.expect(8, "ab", 0)).isEqualTo(NOBODY);
                }, OK),
                row("CredsNotCoalescedUp: before and after they were asked for", g -> new Talk(g), t -> {
                    t.send("ab");
                    t.asking();
                    t.send("cd");
                    assertThat(t.expect(8, "ab", 0)).isEqualTo(NOBODY);
                    assertThat(t.expect(8, "cd", 0)).containsExactly(PID, UID, GID);
                }, OK),
                row("CredsNotCoalescedDown", g -> new Talk(g).asking(), t -> {
                    t.send("ab");
                    t.far.setsockopt(SOL_SOCKET, SO_PASSCRED, 0);
                    t.send("cd");
                    t.asking();
                    assertThat(t.expect(8, "ab", 0)).containsExactly(PID, UID, GID);
                    assertThat(t.expect(8, "cd", 0)).isEqualTo(NOBODY);
                }, OK),
                row("WriteBeforeSoPassCredSendEnd: who sends asks, who receives does not", g -> new Talk(g), t -> {
                    t.near.setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
                    t.send("ab");
                    assertThat(t.expect(8, "ab", 0)).isEmpty();
                }, OK),
                row("WriteBeforeSoPassCredRecvEndAfterSendEnd: who sends asked in time", g -> new Talk(g), t -> {
                    t.near.setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
                    t.send("ab");
                    t.asking();
                    assertThat(t.expect(8, "ab", 0)).containsExactly(PID, UID, GID);
                }, OK),
                row("CredAndFDPass, FDPassAfterSoPassCred: both", g -> new Talk(g).asking(), t -> {
                    t.send("ab", t.ground.bound(UDP4));
                    assertThat(t.expect(8, "ab", 1)).containsExactly(PID, UID, GID);
                }, OK),
                row("FDPassBeforeSoPassCred", g -> new Talk(g), t -> {
                    t.send("ab", t.ground.bound(UDP4));
                    t.asking();
                    assertThat(t.expect(8, "ab", 1)).isEqualTo(NOBODY);
                }, OK),
                row("CredPassTruncatedMsgCtrunc: less room than they take", g -> new Talk(g).asking(), t -> {
                    t.send("ab");
                    MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[8]))
                            .control(new ControlBuffer(24));
                    t.far.recvmsg(header, 0);
                    return header.flags() & MSG_CTRUNC;
                }, MSG_CTRUNC),
                row("SendtoWithoutConnectPassCreds: who asks is named by his first send", g -> {
                    KernelSocket sender = g.socket(UNIX_DGRAM);
                    sender.setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
                    sender.sendto(ByteBuffer.wrap(new byte[1]), 0, g.bound(UNIX_DGRAM).getsockname());
                    return sender;
                }, s -> assertThat(((SockAddr.Unix) s.getsockname()).isAbstract()).isTrue(), OK)));
    }

    /** Two ends of a stream, and what goes from the near one to the far one. */
    private static final class Talk {

        private final Ground ground;
        private final KernelSocket near;
        private final KernelSocket far;

        Talk(Ground ground) throws KernelSocketException {
            this.ground = ground;
            Ground.Pair pair = ground.socketpair(UNIX_STREAM);
            near = pair.near();
            far = pair.far();
        }

        /** The far end asks for credentials from now on. */
        Talk asking() throws KernelSocketException {
            far.setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
            return this;
        }

        /** It takes a privilege to speak as another. */
        Talk privileged() {
            assumeTrue(UID == 0, "needs root");
            return this;
        }

        void send(String text, KernelSocket... cargo) throws KernelSocketException {
            near.sendmsg(message(text).rights(List.of(cargo)), 0);
        }

        void sendAs(String text, int... ucred) throws KernelSocketException {
            near.sendmsg(message(text).control(
                    new ControlBuffer(64).add(SOL_SOCKET, SCM_CREDENTIALS, MemorySegment.ofArray(ucred))), 0);
        }

        private static MessageHeader message(String text) {
            return new MessageHeader().buffers(MemorySegment.ofBuffer(ByteBuffer.wrap(Ground.bytes(text))));
        }

        /** Receives exactly that, and as many sockets; the credentials that came with it, if any did. */
        List<Integer> expect(int length, String text, int rights) throws KernelSocketException {
            byte[] data = new byte[length];
            MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(data))
                    .control(new ControlBuffer(128));
            long count = far.recvmsg(header, MSG_DONTWAIT);
            header.rights().forEach(ground::adopt);
            assertThat(count).as(text).isEqualTo(text.length());
            assertThat(new String(data, 0, (int) count, StandardCharsets.ISO_8859_1)).isEqualTo(text);
            assertThat(header.rights()).as("sockets with " + text).hasSize(rights);
            List<Integer> ucred = new ArrayList<>();
            header.control().messages().forEach(message -> {
                for (int value : message.data().toArray(ValueLayout.JAVA_INT)) {
                    ucred.add(value);
                }
            });
            return ucred;
        }
    }
}
