// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static ksock.api.Errno.*;
import static ksock.api.SysSocket.*;
import static ksock.impl.conformance.SocketKind.*;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.SockAddr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** gVisor's socket_unix_unbound_abstract and _filesystem: paths, abstract names, and names that the host chooses. */
class UnixAddressTest {

    private final Ground ground = new Ground();

    @AfterEach
    void leave() {
        ground.close();
    }

    @TestFactory
    Stream<DynamicContainer> pathErrors() {
        return each(UNIX, kind -> Stream.of(
                row("BindToBadName", g -> new Bind(g.socket(kind), Paths.belowNothing(g)), Bind::bind, ENOENT),
                row("bind below a file", g -> new Bind(g.socket(kind), Paths.belowFile(g)), Bind::bind, ENOTDIR),
                row("bind over a file", g -> new Bind(g.socket(kind), Paths.file(g)), Bind::bind, EADDRINUSE),
                row("bind over a directory", g -> new Bind(g.socket(kind), Paths.directory(g)), Bind::bind,
                        EADDRINUSE),
                row("bind over a link to itself", g -> new Bind(g.socket(kind), Paths.symbolicLoop(g)), Bind::bind,
                        EADDRINUSE),
                row("BindToBadFamily", g -> g.socket(kind), s -> s.bind(new SockAddr.Raw(AF_INET, new byte[14])),
                        EINVAL),
                row("bind to more than a path may be", g -> g.socket(kind),
                        s -> s.bind(new SockAddr.Raw(AF_UNIX, "x".repeat(109).getBytes(ISO_8859_1))), EINVAL),
                row("connect below nothing", g -> new Bind(g.socket(kind), Paths.belowNothing(g)), Bind::connect,
                        ENOENT),
                row("connect below a file", g -> new Bind(g.socket(kind), Paths.belowFile(g)), Bind::connect, ENOTDIR),
                row("connect to a directory", g -> new Bind(g.socket(kind), Paths.directory(g)), Bind::connect,
                        ECONNREFUSED),
                row("connect to a link to itself", g -> new Bind(g.socket(kind), Paths.symbolicLoop(g)), Bind::connect,
                        ELOOP),
                row("a name that fills its room", g -> new Bind(g.socket(kind), Paths.longest(g)),
                        Bind::bindAndUnlink, OK)));
    }

    @TestFactory
    Stream<DynamicContainer> abstractNames() {
        return each(UNIX, kind -> Stream.of(
                row("bind", g -> new Bind(g.socket(kind), Ground.freshAbstractAddress()), Bind::bindAndCompare, OK),
                row("longest name", g -> new Bind(g.socket(kind),
                        SockAddr.unixAbstract(Arrays.copyOf(new byte[] {1}, 107))), Bind::bindAndCompare, OK),
                row("AddressAfterNull: NUL is part of the name", g -> new Bind(g.socket(kind),
                        SockAddr.unixAbstract("ksock\0" + System.nanoTime())), Bind::bindAndCompare, OK),
                row("ShortAddressNotExtended", g -> {
                    SockAddr name = Ground.freshAbstractAddress();
                    g.socket(kind).bind(name);
                    return new Bind(g.socket(kind), SockAddr.unixAbstract(((SockAddr.Unix) name).name() + '\0'));
                }, Bind::bindAndCompare, OK),
                row("AddressInUse", g -> {
                    SockAddr name = Ground.freshAbstractAddress();
                    g.socket(kind).bind(name);
                    return new Bind(g.socket(kind), name);
                }, Bind::bind, EADDRINUSE),
                row("free again after close", g -> {
                    SockAddr name = Ground.freshAbstractAddress();
                    KernelSocket first = g.socket(kind);
                    first.bind(name);
                    first.close();
                    return new Bind(g.socket(kind), name);
                }, Bind::bind, OK),
                row("BindNothing, AutoBindSuccess", g -> g.socket(kind), s -> {
                    s.bind(SockAddr.Unix.UNNAMED);
                    SockAddr.Unix name = (SockAddr.Unix) s.getsockname();
                    assertThat(name.isAbstract()).isTrue();
                    assertThat(name.name()).matches("[0-9a-f]{5}");
                }, OK),
                row("AutoBindAddrInUse", g -> {
                    KernelSocket first = g.socket(kind);
                    first.bind(SockAddr.Unix.UNNAMED);
                    return new Bind(g.socket(kind), first.getsockname());
                }, Bind::bind, EADDRINUSE),
                row("AutoBindOnce", g -> {
                    KernelSocket socket = g.socket(kind);
                    socket.bind(SockAddr.Unix.UNNAMED);
                    return new Bind(socket, socket.getsockname());
                }, bind -> {
                    bind.socket.bind(SockAddr.Unix.UNNAMED);
                    assertThat(bind.socket.getsockname()).isEqualTo(bind.address);
                }, OK)));
    }

    @Test
    void shouldRefuseASecondConnectionToABacklogOfZeroWithoutWaiting() throws Exception {
        // ListenZeroBacklog
        KernelSocket listener = ground.socket(UNIX_STREAM);
        listener.bind(Ground.freshAbstractAddress());
        listener.listen(0);
        assertThat(ground.nonBlocking(UNIX_STREAM).connect(listener.getsockname())).isZero();

        KernelSocket second = ground.nonBlocking(UNIX_STREAM);
        assertThatThrownBy(() -> second.connect(listener.getsockname())).hasMessageContaining("EAGAIN");
    }

    @Test
    void shouldGiveBackThePathThatWasBound() throws Exception {
        // GetSockNameLength
        SockAddr.Unix address = (SockAddr.Unix) ground.freshAddress(UNIX_STREAM);
        KernelSocket socket = ground.socket(UNIX_STREAM);
        socket.bind(address);
        assertThat(socket.getsockname()).isEqualTo(address);
        assertThat(((SockAddr.Unix) socket.getsockname()).name()).isEqualTo(address.name());
    }

    @Test
    void shouldEndAPathAtItsFirstNul() throws Exception {
        // AddressAfterNull
        SockAddr.Unix address = (SockAddr.Unix) ground.freshAddress(UNIX_STREAM);
        byte[] path = address.bytes();
        byte[] withTail = Arrays.copyOf(path, path.length + 4);
        withTail[path.length + 2] = 'x';
        ground.socket(UNIX_STREAM).bind(new SockAddr.Raw(AF_UNIX, withTail));

        KernelSocket second = ground.socket(UNIX_STREAM);
        assertThatThrownBy(() -> second.bind(address)).hasMessageContaining("EADDRINUSE");
    }

    /** A socket and an address for it. */
    private record Bind(KernelSocket socket, SockAddr address) {

        void bind() throws Exception {
            socket.bind(address);
        }

        void connect() throws Exception {
            socket.connect(address);
        }

        void bindAndCompare() throws Exception {
            socket.bind(address);
            assertThat(socket.getsockname()).isEqualTo(address);
        }

        void bindAndUnlink() throws Exception {
            try {
                bindAndCompare();
            } finally {
                unlink();
            }
        }

        private void unlink() throws IOException {
            Files.deleteIfExists(java.nio.file.Path.of(((SockAddr.Unix) address).name()));
        }
    }
}
