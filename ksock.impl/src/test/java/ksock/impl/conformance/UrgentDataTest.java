// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.*;
import static ksock.api.KernelSocket.WOULD_BLOCK;
import static ksock.api.SysIoctl.*;
import static ksock.api.SysPoll.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.onBothThreads;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.stream.Stream;
import ksock.api.KernelSocket;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** MSG_OOB, SIOCATMARK and SO_OOBINLINE: urgent data on the streams that have it. */
class UrgentDataTest {

    @TestFactory
    Stream<DynamicContainer> outOfBand() {
        return each(STREAMS, kind -> Stream.of(
                row("the urgent byte comes by itself", g -> urgent(g, kind, "ab!"), s -> {
                    assertThat(Ground.recv(s, 8, MSG_OOB)).isEqualTo("!");
                    assertThat(Ground.recv(s, 2, MSG_WAITALL)).isEqualTo("ab");
                }, OK),
                row("a second time it is not there", g -> urgent(g, kind, "ab!"), s -> {
                    Ground.recv(s, 1, MSG_OOB);
                    Ground.recv(s, 1, MSG_OOB);
                }, EINVAL),
                row("without urgent data", g -> g.connected(kind).near(), s -> Ground.recv(s, 1, MSG_OOB), EINVAL),
                row("MSG_PEEK leaves it", g -> urgent(g, kind, "ab!"), s -> {
                    assertThat(Ground.recv(s, 1, MSG_OOB | MSG_PEEK)).isEqualTo("!");
                    assertThat(Ground.recv(s, 1, MSG_OOB)).isEqualTo("!");
                }, OK),
                row("recv stops at the mark", g -> urgentThen(g, kind, "ab!", "cd"), s -> {
                    assertThat(Ground.recv(s, 8)).isEqualTo("ab");
                    assertThat(s.ioctl(SIOCATMARK, 0)).isEqualTo(1);
                    assertThat(Ground.recv(s, 8)).isEqualTo("cd");
                    assertThat(s.ioctl(SIOCATMARK, 0)).isZero();
                }, OK),
                row("SIOCATMARK before the mark", g -> urgent(g, kind, "ab!"), s -> s.ioctl(SIOCATMARK, 0), 0),
                row("SIOCATMARK at the mark", g -> urgent(g, kind, "!"), s -> s.ioctl(SIOCATMARK, 0), 1),
                row("SIOCATMARK without urgent data", g -> g.connected(kind).near(), s -> s.ioctl(SIOCATMARK, 0), 0),
                row("FIONREAD counts to the mark", g -> urgentThen(g, kind, "ab!", "cd"), s -> s.ioctl(FIONREAD, 0),
                        kind == UNIX_STREAM ? 5 : 2),
                row("SO_OOBINLINE: it stays in the stream", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.near().setsockopt(SOL_SOCKET, SO_OOBINLINE, 1);
                    Ground.send(pair.far(), "ab!", MSG_OOB);
                    g.await(pair.near(), POLLPRI);
                    return pair.near();
                }, s -> {
                    assertThat(Ground.recv(s, 8)).isEqualTo("ab");
                    assertThat(Ground.recv(s, 8)).isEqualTo("!");
                }, OK),
                row("SO_OOBINLINE: MSG_OOB finds nothing", g -> {
                    Ground.Pair pair = g.connected(kind);
                    pair.near().setsockopt(SOL_SOCKET, SO_OOBINLINE, 1);
                    Ground.send(pair.far(), "!", MSG_OOB);
                    g.await(pair.near(), POLLPRI);
                    return pair.near();
                }, s -> Ground.recv(s, 1, MSG_OOB), EINVAL),
                row("a second urgent byte takes the place of the first", g -> {
                    Ground.Pair pair = g.connected(kind);
                    Ground.send(pair.far(), "a", MSG_OOB);
                    g.await(pair.near(), POLLPRI);
                    Ground.send(pair.far(), "b", MSG_OOB);
                    await().atMost(Ground.PATIENCE).until(() -> Ground.recv(pair.near(), 1, MSG_OOB | MSG_PEEK),
                            "b"::equals);
                    return pair.near();
                }, s -> {
                    assertThat(Ground.recv(s, 1, MSG_OOB)).isEqualTo("b");
                    // On a UNIX stream the first has become plain data; TCP has lost it.
                    return s.recv(new byte[8], 0, 8, MSG_DONTWAIT);
                }, kind == UNIX_STREAM ? 1 : WOULD_BLOCK),
                row("an urgent send without data", g -> g.connected(kind).near(), s -> {
                    if (kind == UNIX_STREAM) {
                        assertThatThrownBy(() -> Ground.send(s, "", MSG_OOB)).hasMessageContaining("EOPNOTSUPP");
                    } else {
                        assertThat(Ground.send(s, "", MSG_OOB)).isZero();
                    }
                }, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> whereThereIsNone() {
        return onBothThreads("whereThereIsNone", () -> Stream.of(
                row("send on packets", g -> g.socketpair(UNIX_SEQPACKET).near(), s -> Ground.send(s, "x", MSG_OOB),
                        EOPNOTSUPP),
                row("recv on packets", g -> g.socketpair(UNIX_SEQPACKET).near(), s -> Ground.recv(s, 1, MSG_OOB),
                        EOPNOTSUPP),
                row("send on UNIX datagrams", g -> g.socketpair(UNIX_DGRAM).near(), s -> Ground.send(s, "x", MSG_OOB),
                        EOPNOTSUPP),
                row("recv on UNIX datagrams", g -> g.socketpair(UNIX_DGRAM).near(), s -> Ground.recv(s, 1, MSG_OOB),
                        EOPNOTSUPP),
                row("recv on UDP takes a datagram", g -> g.connected(UDP4), pair -> {
                    Ground.send(pair.near(), "x");
                    return pair.far().recv(new byte[1], 0, 1, MSG_OOB);
                }, 1),
                row("TCP, not connected", g -> g.socket(TCP4), s -> Ground.recv(s, 1, MSG_OOB), EINVAL),
                row("would block is nothing urgent", g -> g.connected(TCP4).near(),
                        s -> s.recv(new byte[1], 0, 1, MSG_DONTWAIT), WOULD_BLOCK)));
    }

    /** A socket to which a text was sent, of which the last byte is urgent and has come. */
    private static KernelSocket urgent(Ground ground, SocketKind kind, String text) throws Exception {
        return urgentThen(ground, kind, text, "");
    }

    private static KernelSocket urgentThen(Ground ground, SocketKind kind, String text, String then) throws Exception {
        Ground.Pair pair = ground.connected(kind);
        Ground.send(pair.far(), text, MSG_OOB);
        assertThat(ground.await(pair.near(), POLLPRI) & POLLPRI).isEqualTo(POLLPRI);
        if (!then.isEmpty()) {
            Ground.send(pair.far(), then);
        }
        return pair.near();
    }
}
