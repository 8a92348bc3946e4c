// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SHUT_WR;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_SEQPACKET;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_LINGER;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.PollFd;
import ksock.api.SendBatch;
import ksock.api.SockAddr;
import ksock.api.family.FamilySocket;
import ksock.api.family.SocketFamily;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How sends of a batch fail: as the same sends do that are made by themselves. */
@Timeout(300)
@ParameterizedClass(name = "by a ring: {0}")
@ValueSource(booleans = {true, false})
class SendBatchErrnoTest {

    private final boolean ring;
    private final Fixture fixture = new Fixture();

    SendBatchErrnoTest(boolean ring) {
        this.ring = ring;
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /** A socket whose next two sends fail, or the first of them, or the second. */
    enum Fault {
        CLOSED(Errno.ENOTSOCK, 1) {
            @Override
            KernelSocket make(Fixture fixture) throws KernelSocketException {
                KernelSocket socket = fixture.pair(SOCK_STREAM)[0];
                socket.close();
                return socket;
            }
        },
        PEER_CLOSED(Errno.EPIPE, 1) {
            @Override
            KernelSocket make(Fixture fixture) throws KernelSocketException {
                KernelSocket[] pair = fixture.pair(SOCK_STREAM);
                pair[1].close();
                return pair[0];
            }
        },
        PEER_OF_DATAGRAMS_CLOSED(Errno.ECONNREFUSED, 1) {
            @Override
            KernelSocket make(Fixture fixture) throws KernelSocketException {
                KernelSocket[] pair = fixture.pair(SOCK_DGRAM);
                pair[1].close();
                return pair[0];
            }
        },
        SHUT(Errno.EPIPE, 1) {
            @Override
            KernelSocket make(Fixture fixture) throws KernelSocketException {
                KernelSocket socket = fixture.connection()[0];
                socket.shutdown(SHUT_WR);
                return socket;
            }
        },
        RESET(Errno.ECONNRESET, 1) {
            @Override
            KernelSocket make(Fixture fixture) throws KernelSocketException {
                KernelSocket[] connection = fixture.connection();
                connection[1].setsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new int[] {1, 0}));
                connection[1].close();
                awaitError(fixture, connection[0]);
                return connection[0];
            }
        },
        UNCONNECTED_UDP(Errno.EDESTADDRREQ, 1) {
            @Override
            KernelSocket make(Fixture fixture) throws KernelSocketException {
                return fixture.sockets.socket(AF_INET, SOCK_DGRAM, 0);
            }
        },
        UNCONNECTED_TCP(Errno.EPIPE, 1) {
            @Override
            KernelSocket make(Fixture fixture) throws KernelSocketException {
                return fixture.sockets.socket(AF_INET, SOCK_STREAM, 0);
            }
        },
        UNCONNECTED_UNIX(Errno.ENOTCONN, 1) {
            @Override
            KernelSocket make(Fixture fixture) throws KernelSocketException {
                return fixture.sockets.socket(AF_UNIX, SOCK_SEQPACKET, 0);
            }
        },
        LISTENING(Errno.EPIPE, 1) {
            @Override
            KernelSocket make(Fixture fixture) throws KernelSocketException {
                return fixture.listener();
            }
        },
        TOO_LONG_FOR_UDP(Errno.EMSGSIZE, 70_000) {
            @Override
            KernelSocket make(Fixture fixture) throws KernelSocketException {
                return udpTo(fixture, fixture.listener().getsockname());
            }
        },
        TOO_LONG_FOR_ITS_BUFFER(Errno.EMSGSIZE, 1 << 20) {
            @Override
            KernelSocket make(Fixture fixture) throws KernelSocketException {
                return fixture.pair(SOCK_DGRAM)[0];
            }
        },
        NOBODY_THERE(Errno.ECONNREFUSED, 1) {
            @Override
            KernelSocket make(Fixture fixture) throws KernelSocketException {
                KernelSocket nobody = fixture.sockets.socket(AF_INET, SOCK_DGRAM, 0);
                nobody.bind(SockAddr.loopback4(0));
                KernelSocket socket = udpTo(fixture, nobody.getsockname());
                nobody.close();
                assertThat(socket.send(new byte[1], 0, 1, MSG_DONTWAIT)).isEqualTo(1);
                awaitError(fixture, socket);
                return socket;
            }
        };

        private final Errno errno;
        private final int length;

        Fault(Errno errno, int length) {
            this.errno = errno;
            this.length = length;
        }

        abstract KernelSocket make(Fixture fixture) throws KernelSocketException;

        private static KernelSocket udpTo(Fixture fixture, SockAddr address) throws KernelSocketException {
            KernelSocket socket = fixture.sockets.socket(AF_INET, SOCK_DGRAM, 0);
            socket.connect(address);
            return socket;
        }

        private static void awaitError(Fixture fixture, KernelSocket socket) throws KernelSocketException {
            assertThat(fixture.sockets.poll(new PollFd[] {new PollFd(socket, 0)}, Duration.ofSeconds(60)))
                    .as("the host has seen the error").isEqualTo(1);
        }
    }

    @FunctionalInterface
    private interface Call {
        long make() throws KernelSocketException;
    }

    private static String answer(Call call) {
        try {
            return String.valueOf(call.make());
        } catch (KernelSocketException e) {
            return e.errno().name();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldFailAsASendByItselfDoes(Fault fault) throws Exception {
        KernelSocket alone = fixture.keep(fault.make(fixture));
        byte[] data = new byte[fault.length];
        Call send = () -> alone.send(data, 0, data.length, MSG_DONTWAIT);
        List<String> expected = List.of(answer(send), answer(send));
        assertThat(expected).first().isEqualTo(fault.errno.name());
        KernelSocket other = fixture.keep(fault.make(fixture));
        KernelSocket[] good = fixture.pair(SOCK_STREAM);
        try (SendBatch batch = Batches.batch(fixture, ring, 4, data.length + 128)) {
            batch.add(good[0], Batches.bytes("a"));
            batch.add(other, ByteBuffer.wrap(data));
            batch.addAgain(other);
            batch.add(good[0], Batches.bytes("b"));

            batch.send();

            assertThat(List.of(answer(() -> batch.result(1)), answer(() -> batch.result(2)))).isEqualTo(expected);
            assertThat(batch.unsent(1).remaining()).isEqualTo(data.length);
            assertThat(Batches.received(good[1])).as("the others").isEqualTo("ab");
            assertTold(alone, other);
        }
    }

    /** What is counted of failed sends, and of those that were not. */
    private static void assertTold(KernelSocket alone, KernelSocket other) {
        Totals expected = SocketHandle.stateOf(alone).totals();
        Totals totals = SocketHandle.stateOf(other).totals();
        assertThat(totals.sends).isEqualTo(expected.sends);
        assertThat(totals.sentBytes).isEqualTo(expected.sentBytes);
        assertThat(totals.refusedSends).isEqualTo(expected.refusedSends);
    }

    @Test
    void shouldSayWhichSocketItWasAndThatItIsClosed() throws Exception {
        KernelSocket closed = Fault.CLOSED.make(fixture);
        try (SendBatch batch = Batches.batch(fixture, ring, 1, 8)) {
            batch.add(closed, Batches.bytes("x"));
            batch.send();
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> batch.result(0)))
                    .hasMessageContaining("socket " + closed.id()).hasMessageContaining("is closed");
        }
    }

    /** A family whose provider has a fault. */
    private static SocketFamily faulty() {
        FamilySocket socket = (FamilySocket) Proxy.newProxyInstance(FamilySocket.class.getClassLoader(),
                new Class<?>[] {FamilySocket.class}, (proxy, method, args) -> switch (method.getName()) {
                    case "send" -> throw new IllegalStateException("as a provider with a fault does");
                    case "poll" -> 0;
                    default -> null;
                });
        return (domain, type, protocol) -> socket;
    }

    @Test
    void shouldMakeAllOthersWhereAFamilyHasAFault() throws Exception {
        fixture.core.putFamily(new FamilyEntry(faulty(), "faulty", MemoryFamily.DOMAIN, FamilyEntry.ALL, 0, 7));
        KernelSocket bad = fixture.keep(fixture.sockets.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0));
        KernelSocket[] good = fixture.pair(SOCK_STREAM);
        try (SendBatch batch = Batches.batch(fixture, ring, 3, 1024)) {
            batch.add(good[0], Batches.bytes("a"));
            batch.add(bad, Batches.bytes("b"));
            batch.add(good[0], Batches.bytes("c"));

            batch.send();

            assertThat(Batches.received(good[1])).isEqualTo("ac");
            Fixture.assertErrno(Errno.EIO, () -> batch.result(1));
            assertThat(batch.result(2)).isEqualTo(1);
            bad.close();
            assertThat(SocketHandle.stateOf(bad).released()).isTrue();
        }
    }
}
