// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import ksock.api.MessageHeader;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** gVisor's socket_non_stream and socket_stream, FreeBSD's socket_msg_trunc and _waitall: where one message ends. */
class MessageBoundaryTest {

    @TestFactory
    Stream<DynamicContainer> ofMessages() {
        return each(MESSAGES, kind -> Stream.of(
                row("SplitRecv: the tail is dropped", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abcdef");
                    assertThat(Ground.recv(pair.far(), 2)).isEqualTo("ab");
                    return pair.far().recv(new byte[4], 0, 4, MSG_DONTWAIT);
                }, WOULD_BLOCK),
                row("SinglePeek", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    assertThat(Ground.recv(pair.far(), 8, MSG_PEEK)).isEqualTo("abc");
                    assertThat(Ground.recv(pair.far(), 8, MSG_PEEK)).isEqualTo("abc");
                    assertThat(Ground.recv(pair.far(), 8)).isEqualTo("abc");
                }, OK),
                row("MsgTruncTruncation: the true length", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abcdef");
                    byte[] two = new byte[2];
                    assertThat(pair.far().recv(two, 0, 2, MSG_TRUNC)).isEqualTo(6);
                    assertThat(two).containsExactly('a', 'b');
                }, OK),
                row("MsgTruncNotFull", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    return pair.far().recv(new byte[64], 0, 64, MSG_TRUNC);
                }, 3),
                row("MsgTrunc, long, on the heap", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    byte[] data = new byte[100_000];
                    data[3] = 9;
                    assertThat(pair.far().recv(data, 0, data.length, MSG_TRUNC)).isEqualTo(3);
                    assertThat(data).startsWith('a', 'b', 'c', 9);
                }, OK),
                row("RecvmsgMsghdrFlagMsgTrunc", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abcdef");
                    MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[2]));
                    assertThat(pair.far().recvmsg(header, 0)).isEqualTo(2);
                    assertThat(header.flags() & MSG_TRUNC).isEqualTo(MSG_TRUNC);
                }, OK),
                row("MsgTruncTruncationRecvmsgMsghdrFlagMsgTrunc", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abcdef");
                    MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[2]));
                    assertThat(pair.far().recvmsg(header, MSG_TRUNC)).isEqualTo(6);
                    assertThat(header.flags() & MSG_TRUNC).isEqualTo(MSG_TRUNC);
                }, OK),
                row("MsgTruncSameSize", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "ab");
                    MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[2]));
                    assertThat(pair.far().recvmsg(header, 0)).isEqualTo(2);
                    assertThat(header.flags() & MSG_TRUNC).isZero();
                }, OK),
                row("RecvmsgMsgTruncZeroLen: no buffer at all", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    MessageHeader header = new MessageHeader();
                    assertThat(pair.far().recvmsg(header, MSG_TRUNC)).isEqualTo(3);
                    assertThat(header.flags() & MSG_TRUNC).isEqualTo(MSG_TRUNC);
                }, OK),
                row("RecvmsgMsgTruncMsgPeekZeroLen: leaves it", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    assertThat(pair.far().recvmsg(new MessageHeader(), MSG_TRUNC | MSG_PEEK)).isEqualTo(3);
                    assertThat(Ground.recv(pair.far(), 8)).isEqualTo("abc");
                }, OK),
                row("RecvmsgTruncPeekDontwaitZeroLen", g -> g.connected(kind),
                        pair -> pair.far().recvmsg(new MessageHeader(), MSG_TRUNC | MSG_PEEK | MSG_DONTWAIT),
                        WOULD_BLOCK),
                row("RecvLessThanBufferWaitAll: one message is all", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    return pair.far().recv(new byte[8], 0, 8, MSG_WAITALL);
                }, 3),
                row("a message of several buffers", g -> g.connected(kind), pair -> {
                    pair.near().sendmsg(new MessageHeader().buffers(MemorySegment.ofArray(Ground.bytes("ab")),
                            MemorySegment.ofArray(new byte[0]), MemorySegment.ofArray(Ground.bytes("cde"))), 0);
                    byte[] head = new byte[4];
                    byte[] tail = new byte[4];
                    assertThat(pair.far().recvmsg(new MessageHeader().buffers(MemorySegment.ofArray(head),
                            MemorySegment.ofArray(tail)), 0)).isEqualTo(5);
                    assertThat(head).containsExactly('a', 'b', 'c', 'd');
                    assertThat(tail).containsExactly('e', 0, 0, 0);
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> ofStreams() {
        return each(STREAMS, kind -> Stream.of(
                row("SplitRecv: the tail stays", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abcdef");
                    assertThat(Ground.recv(pair.far(), 2)).isEqualTo("ab");
                    assertThat(Ground.recv(pair.far(), 4, MSG_WAITALL)).isEqualTo("cdef");
                }, OK),
                row("CoalescedRecv", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    Ground.send(pair.near(), "def");
                    assertThat(Ground.recv(pair.far(), 6, MSG_WAITALL)).isEqualTo("abcdef");
                }, OK),
                row("RecvmsgMsghdrFlagsNoMsgTrunc", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abcdef");
                    MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[2]));
                    assertThat(pair.far().recvmsg(header, 0)).isEqualTo(2);
                    assertThat(header.flags() & MSG_TRUNC).isZero();
                }, OK),
                row("RecvmsgTruncZeroLen", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    return pair.far().recvmsg(new MessageHeader(), MSG_TRUNC);
                }, 0),
                row("RecvLessThanBuffer: does not wait for more", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    return pair.far().recv(new byte[64], 0, 64, 0);
                }, 3),
                row("RecvWaitAllDontWait: what is there", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    Ground.recv(pair.far(), 3, MSG_PEEK | MSG_WAITALL);
                    return pair.far().recv(new byte[64], 0, 64, MSG_WAITALL | MSG_DONTWAIT);
                }, 3),
                row("RecvWaitAllDontWait: nothing", g -> g.connected(kind).near(),
                        s -> s.recv(new byte[64], 0, 64, MSG_WAITALL | MSG_DONTWAIT), WOULD_BLOCK),
                row("RecvWaitAll: waits for the rest", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    CompletableFuture<String> whole = Ground.async(() -> Ground.recv(pair.far(), 6, MSG_WAITALL));
                    Ground.send(pair.near(), "def");
                    assertThat(Ground.join(whole)).isEqualTo("abcdef");
                }, OK),
                row("MSG_WAITALL: the end of file ends it", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    CompletableFuture<String> part = Ground.async(() -> Ground.recv(pair.far(), 6, MSG_WAITALL));
                    pair.near().shutdown(SHUT_WR);
                    assertThat(Ground.join(part)).isEqualTo("abc");
                }, OK),
                row("MSG_WAITALL: more than a bounce buffer", g -> g.connected(kind), pair -> {
                    CompletableFuture<Long> whole = Ground.async(
                            () -> pair.far().recv(new byte[300_000], 0, 300_000, MSG_WAITALL));
                    pair.near().send(new byte[150_000], 0, 150_000, 0);
                    pair.near().send(new byte[150_000], 0, 150_000, 0);
                    return Ground.join(whole);
                }, 300_000),
                row("MSG_PEEK", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "abc");
                    assertThat(Ground.recv(pair.far(), 2, MSG_PEEK)).isEqualTo("ab");
                    assertThat(Ground.recv(pair.far(), 3, MSG_WAITALL)).isEqualTo("abc");
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> headers() {
        return each(ALL, kind -> Stream.of(
                row("RecvmsgMsghdrFlagsNotClearedOnFailure", g -> g.connected(kind).near(), s -> {
                    MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]));
                    header.flags(-1);
                    assertThat(s.recvmsg(header, MSG_DONTWAIT)).isEqualTo(WOULD_BLOCK);
                    return header.flags();
                }, -1),
                row("RecvmsgMsghdrFlagsCleared", g -> g.connected(kind), pair -> {
                    Ground.send(pair.near(), "x");
                    MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[1]));
                    header.flags(-1);
                    pair.far().recvmsg(header, 0);
                    return header.flags() & ~MSG_EOR;
                }, 0),
                row("more buffers than UIO_MAXIOV, to send", g -> g.connected(kind).near(), s -> s.sendmsg(
                        new MessageHeader().buffers(Many.segments(MessageHeader.MAX_BUFFERS + 1)), 0), EMSGSIZE),
                row("more buffers than UIO_MAXIOV, to receive", g -> g.connected(kind).near(), s -> s.recvmsg(
                        new MessageHeader().buffers(Many.segments(MessageHeader.MAX_BUFFERS + 1)), 0), EMSGSIZE),
                row("as many buffers as UIO_MAXIOV", g -> g.connected(kind), pair -> {
                    assertThat(pair.near().sendmsg(new MessageHeader().buffers(
                            Many.segments(MessageHeader.MAX_BUFFERS)), 0)).isEqualTo(MessageHeader.MAX_BUFFERS);
                    MemorySegment[] into = Many.segments(MessageHeader.MAX_BUFFERS);
                    return pair.far().recvmsg(new MessageHeader().buffers(into), 0);
                }, MessageHeader.MAX_BUFFERS)));
    }

    /** Buffers of one byte each. */
    private static final class Many {

        static MemorySegment[] segments(int count) {
            return Stream.generate(() -> MemorySegment.ofArray(new byte[1])).limit(count).toArray(MemorySegment[]::new);
        }
    }
}
