// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.Errno.EINVAL;
import static ksock.api.Errno.ENOENT;
import static ksock.api.Errno.EPERM;
import static ksock.api.LinuxFilter.BPF_JGE;
import static ksock.api.LinuxFilter.BPF_JMP;
import static ksock.api.LinuxFilter.BPF_K;
import static ksock.api.LinuxFilter.BPF_LD;
import static ksock.api.LinuxFilter.BPF_LEN;
import static ksock.api.LinuxFilter.BPF_RET;
import static ksock.api.LinuxFilter.BPF_W;
import static ksock.api.SysPoll.POLLIN;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_ATTACH_FILTER;
import static ksock.api.SysSocket.SO_DETACH_FILTER;
import static ksock.api.SysSocket.SO_GET_FILTER;
import static ksock.api.SysSocket.SO_LOCK_FILTER;
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
import java.util.List;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.typed.SockFilter;
import ksock.api.typed.SocketOptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/**
 * gVisor's cases of socket filters: an option whose value is a structure with a pointer, which a caller makes of native
 * memory of his own.
 */
class SocketFilterTest {

    /** {@code BPF_RET | BPF_K}. */
    private static final short RETURN = 0x06;

    /** Lets through what has less than eight bytes behind the header of UDP. */
    private static final List<SockFilter> SHORT_ONES = List.of(
            SockFilter.stmt(BPF_LD + BPF_W + BPF_LEN, 0),
            SockFilter.jump(BPF_JMP + BPF_JGE + BPF_K, 8 + 8, 1, 0),
            SockFilter.stmt(BPF_RET + BPF_K, 0x40000),
            SockFilter.stmt(BPF_RET + BPF_K, 0));

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
                row("what was attached is read again", g -> filterable(g, kind), s -> {
                    assertThat(s.getsockopt(SocketOptions.SO_ATTACH_FILTER)).isEmpty();
                    s.setsockopt(SocketOptions.SO_ATTACH_FILTER, SHORT_ONES);
                    assertThat(s.getsockopt(SocketOptions.SO_ATTACH_FILTER)).isEqualTo(SHORT_ONES);
                    s.setsockopt(SocketOptions.SO_DETACH_FILTER, 0);
                    assertThat(s.getsockopt(SocketOptions.SO_ATTACH_FILTER)).isEmpty();
                }, OK),
                row("no more is written than there is room for", g -> filterable(g, kind), s -> {
                    s.setsockopt(SocketOptions.SO_ATTACH_FILTER, SHORT_ONES);
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment memory = arena.allocate(128, 8);
                        // The host takes a length of four for four instructions, which are 32 bytes.
                        for (int room : new int[] {0, 4, 7}) {
                            assertThat(s.getsockopt(SOL_SOCKET, SO_GET_FILTER, memory.asSlice(0, room))).isEqualTo(32);
                        }
                        assertThat(memory.mismatch(arena.allocate(128, 8))).isEqualTo(-1);
                        assertThat(s.getsockopt(SOL_SOCKET, SO_GET_FILTER, memory.asSlice(0, 33))).isEqualTo(32);
                        assertThat(memory.asSlice(32).mismatch(arena.allocate(96, 8))).isEqualTo(-1);
                    }
                }, OK),
                row("a filter that has no room", g -> filterable(g, kind), s -> {
                    s.setsockopt(SocketOptions.SO_ATTACH_FILTER, SHORT_ONES);
                    s.getsockopt(SOL_SOCKET, SO_GET_FILTER, MemorySegment.ofArray(new long[3]));
                }, EINVAL),
                row("an instruction that there is none of", g -> filterable(g, kind),
                        s -> s.setsockopt(SocketOptions.SO_ATTACH_FILTER, List.of(SockFilter.stmt(0xffff, 0))), EINVAL),
                row("a program without instructions", g -> filterable(g, kind),
                        s -> s.setsockopt(SocketOptions.SO_ATTACH_FILTER, List.of()), EINVAL),
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
                row("it looks at what comes", g -> new Filtered(g, g.connected(kind)), f -> {
                    f.pair.far().setsockopt(SocketOptions.SO_ATTACH_FILTER, SHORT_ONES);
                    f.pair.far().setsockopt(SocketOptions.SO_LOCK_FILTER, true);
                    Ground.send(f.pair.near(), "it is too long");
                    Ground.send(f.pair.near(), "short");
                    assertThat(Ground.recv(f.pair.far(), 64)).isEqualTo("short");
                    assertThat(f.pair.far().getsockopt(SocketOptions.SO_LOCK_FILTER)).isTrue();
                }, OK),
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
