// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.EMSGSIZE;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.ALL;
import static ksock.impl.conformance.SocketKind.MESSAGES;
import static ksock.impl.conformance.SocketKind.UDP;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ksock.api.MessageHeader;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/**
 * gVisor's readv_socket, and what socket_generic and socket_non_stream do with several buffers: in the heap and out.
 */
class IovecTest {

    private static final String TEXT = "0123456789";

    @TestFactory
    Stream<DynamicContainer> scattered() {
        return each(ALL, kind -> Stream.of(
                row("ReadOneBufferPerByte", g -> sent(g, kind), pair -> {
                    MemorySegment memory = Arena.ofAuto().allocate(TEXT.length());
                    MemorySegment[] bytes = IntStream.range(0, TEXT.length()).mapToObj(i -> memory.asSlice(i, 1))
                            .toArray(MemorySegment[]::new);
                    assertThat(pair.far().recvmsg(new MessageHeader().buffers(bytes), 0)).isEqualTo(10);
                    assertThat(text(memory)).isEqualTo(TEXT);
                }, OK),
                row("ReadOneHalfAtATime", g -> sent(g, kind), pair -> {
                    MemorySegment first = MemorySegment.ofArray(new byte[5]);
                    MemorySegment second = Arena.ofAuto().allocate(5);
                    pair.far().recvmsg(new MessageHeader().buffers(first, second), 0);
                    assertThat(text(first) + text(second)).isEqualTo(TEXT);
                }, OK),
                row("ReadAllOneBuffer", g -> sent(g, kind), pair -> pair.far().recvmsg(
                        new MessageHeader().buffers(MemorySegment.ofArray(new byte[10])), 0), 10),
                row("ReadAllOneLargeBuffer: no more than there is", g -> sent(g, kind), pair -> {
                    MemorySegment large = MemorySegment.ofArray(new byte[100]);
                    assertThat(pair.far().recvmsg(new MessageHeader().buffers(large), 0)).isEqualTo(10);
                    assertThat(large.get(ValueLayout.JAVA_BYTE, 10)).as("untouched").isZero();
                }, OK),
                row("ReadBuffersOverlapping: the later one wins", g -> sent(g, kind), pair -> {
                    MemorySegment memory = Arena.ofAuto().allocate(8);
                    assertThat(pair.far().recvmsg(new MessageHeader().buffers(memory.asSlice(0, 5),
                            memory.asSlice(3, 5)), 0)).isEqualTo(10);
                    assertThat(text(memory)).isEqualTo("01256789");
                }, OK),
                row("ReadBuffersDiscontinuous: what is between stays", g -> sent(g, kind), pair -> {
                    byte[] memory = new byte[12];
                    Arrays.fill(memory, (byte) '-');
                    MemorySegment all = MemorySegment.ofArray(memory);
                    assertThat(pair.far().recvmsg(new MessageHeader().buffers(all.asSlice(0, 5), all.asSlice(7, 5)), 0))
                            .isEqualTo(10);
                    assertThat(text(all)).isEqualTo("01234--56789");
                }, OK),
                row("ReadIovecsCompletelyFilled: one of no bytes among them", g -> sent(g, kind), pair -> {
                    MemorySegment memory = MemorySegment.ofArray(new byte[10]);
                    assertThat(pair.far().recvmsg(new MessageHeader().buffers(memory.asSlice(0, 3),
                            memory.asSlice(3, 0), memory.asSlice(3, 7)), 0)).isEqualTo(10);
                    assertThat(text(memory)).isEqualTo(TEXT);
                }, OK),
                row("WouldBlock", g -> g.connectedNonBlocking(kind), pair -> pair.far().recvmsg(
                        new MessageHeader().buffers(MemorySegment.ofArray(new byte[1])), 0), WOULD_BLOCK),
                row("RecvmsgIovNotUpdated: the buffers are the caller's", g -> sent(g, kind), pair -> {
                    MemorySegment[] buffers = {MemorySegment.ofArray(new byte[4]), MemorySegment.ofArray(new byte[20])};
                    MessageHeader header = new MessageHeader().buffers(buffers);
                    pair.far().recvmsg(header, 0);
                    assertThat(header.buffers()).isSameAs(buffers);
                    assertThat(buffers[1].byteSize()).isEqualTo(20);
                }, OK),
                row("SendmsgRecvmsg10KB", g -> g.connected(kind), pair -> exchange(pair, 10 * 1024), OK),
                row("SendmsgRecvmsg16KB", g -> g.connected(kind), pair -> exchange(pair, 16 * 1024), OK)));
    }

    @TestFactory
    Stream<DynamicContainer> ofAMessage() {
        return each(MESSAGES, kind -> Stream.of(
                row("FragmentedSendMsg: is one message", g -> g.connected(kind), pair -> {
                    pair.near().sendmsg(new MessageHeader().buffers(bytes("012"), bytes("3456"), bytes("789")), 0);
                    assertThat(Ground.recv(pair.far(), 100)).isEqualTo(TEXT);
                }, OK),
                row("FragmentedRecvMsg", g -> sent(g, kind), pair -> {
                    MemorySegment[] parts = {MemorySegment.ofArray(new byte[3]), MemorySegment.ofArray(new byte[4]),
                        MemorySegment.ofArray(new byte[3])};
                    assertThat(pair.far().recvmsg(new MessageHeader().buffers(parts), 0)).isEqualTo(10);
                    assertThat(text(parts[0]) + text(parts[1]) + text(parts[2])).isEqualTo(TEXT);
                }, OK),
                row("SingleRecv: one message a call", g -> {
                    Ground.Pair pair = sent(g, kind);
                    Ground.send(pair.near(), "more");
                    return pair;
                }, pair -> {
                    assertThat(Ground.recv(pair.far(), 100)).isEqualTo(TEXT);
                    assertThat(Ground.recv(pair.far(), 100)).isEqualTo("more");
                }, OK),
                row("ZeroLengthRecvPendingMessage: takes it", g -> sent(g, kind), pair -> {
                    assertThat(pair.far().recv(new byte[0], 0, 0, 0)).isZero();
                    assertThat(pair.far().recv(new byte[10], 0, 10, MSG_DONTWAIT)).isEqualTo(WOULD_BLOCK);
                }, OK),
                row("SendMsgTooLarge", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.near().setsockopt(SOL_SOCKET, SO_SNDBUF, 8192);
                    return pair;
                }, pair -> {
                    // A datagram of UDP is too long by itself; of UNIX, it is the buffer that is too short.
                    byte[] tooLarge = new byte[UDP.contains(kind) ? 65_536 : 32_768];
                    pair.near().send(tooLarge, 0, tooLarge.length, 0);
                }, EMSGSIZE),
                row("SendMsgTooLarge, not blocking", g -> {
                    Ground.Pair pair = g.connectedNonBlocking(kind);
                    pair.near().setsockopt(SOL_SOCKET, SO_SNDBUF, 8192);
                    return pair;
                }, pair -> {
                    byte[] tooLarge = new byte[UDP.contains(kind) ? 65_536 : 32_768];
                    pair.near().sendmsg(new MessageHeader().buffers(MemorySegment.ofArray(tooLarge)), 0);
                }, EMSGSIZE),
                row("RecvMsgTooLarge: more room than ever comes", g -> sent(g, kind), pair ->
                        pair.far().recv(new byte[1 << 20], 0, 1 << 20, 0), 10)));
    }

    private static Ground.Pair sent(Ground ground, SocketKind kind) throws Exception {
        Ground.Pair pair = ground.connected(kind);
        pair.near().sendmsg(new MessageHeader().buffers(bytes("01234"), bytes("56789")), 0);
        return pair;
    }

    private static void exchange(Ground.Pair pair, int length) throws Exception {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (i * 31);
        }
        assertThat(pair.near().sendmsg(new MessageHeader().buffers(MemorySegment.ofArray(data)), 0)).isEqualTo(length);
        MemorySegment in = MemorySegment.ofArray(new byte[length]);
        assertThat(pair.far().recvmsg(new MessageHeader().buffers(in), MSG_WAITALL)).isEqualTo(length);
        assertThat(in.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(data);
    }

    private static MemorySegment bytes(String text) {
        return MemorySegment.ofArray(Ground.bytes(text));
    }

    private static String text(MemorySegment memory) {
        return new String(memory.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
    }
}
