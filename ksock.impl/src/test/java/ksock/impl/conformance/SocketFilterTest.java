// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.EINVAL;
import static ksock.api.Errno.ENOENT;
import static ksock.api.Errno.EPERM;
import static ksock.api.SysPoll.POLLIN;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_ATTACH_FILTER;
import static ksock.api.SysSocket.SO_DETACH_FILTER;
import static ksock.impl.conformance.Capability.CAP_NET_ADMIN;
import static ksock.impl.conformance.SocketKind.INET;
import static ksock.impl.conformance.SocketKind.UDP;
import static ksock.impl.conformance.Table.Success.OK;
import static ksock.impl.conformance.Table.each;
import static ksock.impl.conformance.Table.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/**
 * gVisor's cases of socket filters: an option whose value is a structure with a pointer, which a caller makes of native
 * memory of his own.
 */
class SocketFilterTest {

    private static final int SO_LOCK_FILTER = 44;

    /** {@code BPF_RET | BPF_K}. */
    private static final short RETURN = 0x06;

    @TestFactory
    Stream<DynamicContainer> attached() {
        return each(INET, kind -> Stream.of(
                row("SetSocketAttachDetachFilter", g -> filterable(g, kind), s -> {
                    attach(s, 0x40000);
                    s.setsockopt(SOL_SOCKET, SO_DETACH_FILTER, 0);
                }, OK),
                row("SetSocketDetachFilter: another takes the former's place", g -> filterable(g, kind), s -> {
                    attach(s, 0);
                    attach(s, 0x40000);
                    s.setsockopt(SOL_SOCKET, SO_DETACH_FILTER, 0);
                }, OK),
                row("SetSocketDetachFilterNoInstalledFilter", g -> filterable(g, kind),
                        s -> s.setsockopt(SOL_SOCKET, SO_DETACH_FILTER, 0), ENOENT),
                row("a filter that is locked", g -> filterable(g, kind), s -> {
                    attach(s, 0x40000);
                    s.setsockopt(SOL_SOCKET, SO_LOCK_FILTER, 1);
                    s.setsockopt(SOL_SOCKET, SO_DETACH_FILTER, 0);
                }, EPERM),
                row("a program of no length", g -> filterable(g, kind), s -> {
                    try (Arena arena = Arena.ofConfined()) {
                        s.setsockopt(SOL_SOCKET, SO_ATTACH_FILTER, arena.allocate(16, 8));
                    }
                }, EINVAL),
                row("a value of the wrong size", g -> filterable(g, kind),
                        s -> s.setsockopt(SOL_SOCKET, SO_ATTACH_FILTER, MemorySegment.ofArray(new long[1])), EINVAL)));
    }

    @TestFactory
    Stream<DynamicContainer> filtering() {
        return each(UDP, kind -> Stream.of(
                row("what it refuses does not come", g -> new Filtered(g, g.connected(kind)), f -> {
                    attach(f.pair.far(), 0);
                    Ground.send(f.pair.near(), "dropped");
                    f.pair.far().setsockopt(SOL_SOCKET, SO_DETACH_FILTER, 0);
                    Ground.send(f.pair.near(), "let through");
                    f.ground.await(f.pair.far(), POLLIN);
                    assertThat(Ground.recv(f.pair.far(), 64)).isEqualTo("let through");
                    return f.pair.far().recv(new byte[1], 0, 1, MSG_DONTWAIT);
                }, KernelSocket.WOULD_BLOCK),
                row("what it cuts comes cut", g -> new Filtered(g, g.connected(kind)), f -> {
                    // The UDP header counts.
                    attach(f.pair.far(), 8 + 3);
                    Ground.send(f.pair.near(), "cut");
                    Ground.send(f.pair.near(), "cut here");
                    assertThat(Ground.recv(f.pair.far(), 64)).isEqualTo("cut");
                    assertThat(Ground.recv(f.pair.far(), 64)).isEqualTo("cut");
                }, OK)));
    }

    /** A socket that may have a filter: on TCP the host asks for a privilege. */
    private static KernelSocket filterable(Ground ground, SocketKind kind) throws Exception {
        if (kind.type() == SOCK_STREAM) {
            CAP_NET_ADMIN.assumeHeld();
        }
        return ground.socket(kind);
    }

    /** A pair whose far end has a filter. */
    private record Filtered(Ground ground, Ground.Pair pair) {
    }

    /** Attaches a program of one instruction: so many bytes of everything are let through. */
    private static void attach(KernelSocket socket, int bytes) throws KernelSocketException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = arena.allocate(8, 8);
            code.set(ValueLayout.JAVA_SHORT, 0, RETURN);
            code.set(ValueLayout.JAVA_INT, 4, bytes);
            MemorySegment program = arena.allocate(16, 8);
            program.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
            program.set(ValueLayout.ADDRESS, 8, code);
            socket.setsockopt(SOL_SOCKET, SO_ATTACH_FILTER, program);
        }
    }
}
