// SPDX-License-Identifier: Apache-2.0
package connector.impl.family;

import static ksock.api.LinuxNetlink.NETLINK_ADD_MEMBERSHIP;
import static ksock.api.LinuxNetlink.NETLINK_BROADCAST_ERROR;
import static ksock.api.LinuxNetlink.NETLINK_CAP_ACK;
import static ksock.api.LinuxNetlink.NETLINK_CONNECTOR;
import static ksock.api.LinuxNetlink.NETLINK_DROP_MEMBERSHIP;
import static ksock.api.LinuxNetlink.NETLINK_EXT_ACK;
import static ksock.api.LinuxNetlink.NETLINK_LIST_MEMBERSHIPS;
import static ksock.api.LinuxNetlink.NETLINK_NO_ENOBUFS;
import static ksock.api.LinuxNetlink.NETLINK_PKTINFO;
import static ksock.api.LinuxNetlink.NETLINK_USERSOCK;
import static ksock.api.SysSocket.AF_NETLINK;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.MSG_OOB;
import static ksock.api.SysSocket.MSG_PEEK;
import static ksock.api.SysSocket.MSG_TRUNC;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.api.SysSocket.SOL_NETLINK;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_RCVBUF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.NlMsgHdr;
import connector.impl.gate.RunningBus;
import connector.impl.netlink.PortLimits;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.impl.loop.EventLoop;
import ksock.impl.socket.FamilyEntry;
import ksock.impl.socket.SocketCore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same calls on the netlink of the host and on ours, result by result. The host's is NETLINK_USERSOCK, whose groups
 * and ports are processes' alone; it takes root, as sending to them does. What differs on purpose is the table in the
 * package documentation of {@code connector.api}, and has a row here each.
 */
@Timeout(300)
class HostNetlinkTest {

    private static final int PORT = 0x7a000001;
    private static final int SINK = 0x7a000002;
    private static final int OTHER = 0x7a000003;

    private RunningBus platform;
    private SocketCore core;
    private KernelSockets sockets;

    @BeforeEach
    void open() throws IOException {
        assumeTrue((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0,
                "only root may send to the host's netlink groups and ports");
        platform = new RunningBus();
        core = new SocketCore(new EventLoop());
        core.putFamily(new FamilyEntry(
                new ConnectorFamily(platform.netlink, RunningBus.inPlatform("socket"), PortLimits.DEFAULT),
                "connector", AF_NETLINK, NETLINK_CONNECTOR, 0, 1));
        sockets = core.scope(1, "test");
    }

    @AfterEach
    void close() {
        if (core != null) {
            core.close();
            core.loop().close();
            platform.close();
        }
    }

    /** A call, whose result or errno is noted. */
    @FunctionalInterface
    interface Call {
        Object run() throws KernelSocketException;
    }

    /** One of the two netlinks, and what its calls gave. */
    final class Played {

        private final boolean ours;
        private final List<String> results = new ArrayList<>();
        private final List<KernelSocket> opened = new ArrayList<>();

        Played(boolean ours) {
            this.ours = ours;
        }

        KernelSocket socket() {
            return socket(NETLINK_USERSOCK);
        }

        KernelSocket socket(int protocol) {
            try {
                KernelSocket made = ours ? sockets.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR)
                        : sockets.socket(KernelSockets.HOST_FAMILY, AF_NETLINK, SOCK_DGRAM, protocol);
                opened.add(made);
                return made;
            } catch (KernelSocketException e) {
                throw new AssertionError(e);
            }
        }

        KernelSocket stream() throws KernelSocketException {
            return ours ? sockets.socket(AF_NETLINK, SOCK_STREAM, NETLINK_CONNECTOR)
                    : sockets.socket(KernelSockets.HOST_FAMILY, AF_NETLINK, SOCK_STREAM, NETLINK_USERSOCK);
        }

        void note(Call call) {
            try {
                results.add(String.valueOf(call.run()));
            } catch (KernelSocketException e) {
                results.add(String.valueOf(e.errno()));
            }
        }

        void bind(KernelSocket socket, int port, int groups) {
            note(() -> {
                socket.bind(SockAddr.netlink(port, groups));
                return "bound";
            });
        }

        void set(KernelSocket socket, int option, int value) {
            note(() -> {
                socket.setsockopt(SOL_NETLINK, option, value);
                return "set";
            });
        }

        void name(KernelSocket socket) {
            note(socket::getsockname);
        }

        /** Sends a frame with one byte of data. */
        void send(KernelSocket from, int port, int groups, int seq) {
            byte[] frame = CnMsgHdr.frame(0, 999, 999, seq, 0, 0, new byte[1]);
            note(() -> from.sendto(MemorySegment.ofArray(frame), 0, frame.length, 0, address(port, groups)));
        }

        void receive(KernelSocket socket, int length, int flags) {
            byte[] buffer = new byte[length];
            SockAddrBuffer from = new SockAddrBuffer();
            note(() -> {
                long count = socket.recvfrom(MemorySegment.ofArray(buffer), 0, length, flags | MSG_DONTWAIT, from);
                return count < 0 ? "nothing" : count + " from " + Integer.toHexString(from.netlinkPortId())
                        + " groups " + from.netlinkGroups() + (length < 36 ? "" : " seq "
                        + CnMsgHdr.seq(NlMsgHdr.buffer(buffer), NlMsgHdr.SIZE));
            });
        }

        /** The same netlink, for results that are not to be compared. */
        Played unnoted() {
            return new Played(ours);
        }

        void close() {
            opened.forEach(KernelSocket::close);
        }
    }

    private List<String> play(boolean ours, Consumer<Played> steps) {
        Played played = new Played(ours);
        try {
            steps.accept(played);
        } finally {
            played.close();
        }
        return played.results;
    }

    private static SockAddrBuffer address(int port, int groups) {
        SockAddrBuffer address = new SockAddrBuffer();
        address.setNetlink(port, groups);
        return address;
    }

    private static Arguments row(String name, Consumer<Played> steps) {
        return Arguments.of(name, steps);
    }

    static Stream<Arguments> same() {
        return Stream.of(
                row("a name before and after bind", p -> {
                    KernelSocket s = p.socket();
                    p.name(s);
                    p.bind(s, PORT, 0b101);
                    p.name(s);
                    p.bind(s, PORT, 0b10);
                    p.name(s);
                    p.bind(s, OTHER, 0);
                    p.bind(s, 0, 0);
                    p.name(s);
                }),
                row("a port in use, and released", p -> {
                    KernelSocket first = p.socket();
                    KernelSocket second = p.socket();
                    p.bind(first, PORT, 0);
                    p.bind(second, PORT, 0);
                    p.bind(second, OTHER, 0);
                    first.close();
                    p.bind(p.socket(), PORT, 0);
                }),
                row("memberships", p -> {
                    KernelSocket s = p.socket();
                    p.bind(s, PORT, 0);
                    p.set(s, NETLINK_ADD_MEMBERSHIP, 0);
                    p.set(s, NETLINK_ADD_MEMBERSHIP, 3);
                    p.set(s, NETLINK_ADD_MEMBERSHIP, 3);
                    p.set(s, NETLINK_ADD_MEMBERSHIP, 32);
                    p.name(s);
                    byte[] list = new byte[4];
                    p.note(() -> s.getsockopt(SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, MemorySegment.ofArray(list)));
                    p.note(() -> NlMsgHdr.buffer(list).getInt(0));
                    p.set(s, NETLINK_DROP_MEMBERSHIP, 3);
                    p.set(s, NETLINK_DROP_MEMBERSHIP, 4);
                    p.set(s, NETLINK_DROP_MEMBERSHIP, 0);
                    p.set(s, 0, 1);
                    p.set(s, 999, 1);
                    p.name(s);
                }),
                row("switches that are told again", p -> {
                    KernelSocket s = p.socket();
                    for (int option : new int[] {NETLINK_PKTINFO, NETLINK_BROADCAST_ERROR, NETLINK_NO_ENOBUFS,
                        NETLINK_CAP_ACK, NETLINK_EXT_ACK}) {
                        p.note(() -> s.getsockopt(SOL_NETLINK, option));
                        p.set(s, option, 5);
                        p.note(() -> s.getsockopt(SOL_NETLINK, option));
                    }
                }),
                row("unicast, and to nobody", p -> {
                    KernelSocket from = p.socket();
                    KernelSocket to = p.socket();
                    p.bind(from, PORT, 0);
                    p.bind(to, SINK, 0);
                    p.send(from, SINK, 0, 1);
                    p.send(from, OTHER, 0, 2);
                    p.receive(to, 100, 0);
                    p.receive(to, 100, 0);
                }),
                row("multicast, but not to the sender", p -> {
                    KernelSocket from = p.socket();
                    KernelSocket one = p.socket();
                    KernelSocket sink = p.socket();
                    p.bind(from, PORT, 0b100);
                    p.bind(one, OTHER, 0b100);
                    p.bind(sink, SINK, 0);
                    p.send(from, SINK, 0b100, 7);
                    p.receive(one, 100, 0);
                    p.receive(sink, 100, 0);
                    p.receive(from, 100, 0);
                }),
                row("peeked and cut", p -> {
                    KernelSocket from = p.socket();
                    KernelSocket to = p.socket();
                    p.bind(from, PORT, 0);
                    p.bind(to, SINK, 0);
                    for (int i = 0; i < 3; i++) {
                        p.send(from, SINK, 0, i);
                    }
                    p.receive(to, 100, MSG_PEEK);
                    p.receive(to, 10, MSG_PEEK | MSG_TRUNC);
                    p.receive(to, 10, 0);
                    p.receive(to, 10, MSG_TRUNC);
                    p.receive(to, 100, 0);
                    p.receive(to, 100, 0);
                    p.receive(to, 100, MSG_OOB);
                }),
                row("the size of a queue", p -> {
                    KernelSocket s = p.socket();
                    p.note(() -> {
                        s.setsockopt(SOL_SOCKET, SO_RCVBUF, 50_000);
                        return s.getsockopt(SOL_SOCKET, SO_RCVBUF);
                    });
                }),
                row("one ENOBUFS ahead of what is queued, all dropped until it is empty", p -> overrun(p, false)),
                row("no ENOBUFS where it is not wanted", p -> overrun(p, true)),
                row("connected", p -> {
                    KernelSocket from = p.socket();
                    KernelSocket to = p.socket();
                    p.bind(from, PORT, 0);
                    p.bind(to, SINK, 0);
                    p.note(() -> {
                        from.connect(SockAddr.netlink(SINK, 0));
                        return from.getpeername();
                    });
                    byte[] frame = CnMsgHdr.frame(0, 999, 999, 5, 0, 0, new byte[1]);
                    p.note(() -> from.send(frame, 0, frame.length, 0));
                    p.receive(to, 100, 0);
                }),
                row("what no socket can be or do", p -> {
                    p.note(p::stream);
                    KernelSocket s = p.socket();
                    p.note(() -> s.send(new byte[20], 0, 20, MSG_OOB));
                    p.note(() -> {
                        s.bind(SockAddr.loopback4(5));
                        return "bound";
                    });
                    p.note(() -> {
                        s.connect(SockAddr.loopback4(5));
                        return "connected";
                    });
                }));
    }

    /** How many fit differs, as each counts what a message costs in its own way: not what comes when. */
    private static void overrun(Played p, boolean quietly) {
        KernelSocket from = p.socket();
        KernelSocket to = p.socket();
        KernelSocket sink = p.socket();
        p.bind(from, PORT, 0);
        p.bind(to, OTHER, 1);
        p.bind(sink, SINK, 0);
        p.set(to, NETLINK_NO_ENOBUFS, quietly ? 1 : 0);
        p.note(() -> {
            to.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096);
            return "set";
        });
        Played unheard = p.unnoted();
        for (int i = 0; i < 200; i++) {
            unheard.send(from, SINK, 1, i);
            unheard.receive(sink, 100, 0);
        }
        List<String> got = new ArrayList<>();
        Played counted = p.unnoted();
        for (int i = 0; i < 200; i++) {
            counted.receive(to, 100, 0);
            String result = counted.results.getLast();
            String kind = result.contains("seq") ? "messages" : result;
            if (got.isEmpty() || !got.getLast().equals(kind)) {
                got.add(kind);
            }
        }
        p.results.addAll(got);
        unheard.send(from, SINK, 1, 999);
        p.receive(to, 100, 0);
        p.receive(to, 100, 0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("same")
    void shouldGiveWhatTheHostGives(String name, Consumer<Played> steps) {
        assertThat(play(true, steps)).as(name).isEqualTo(play(false, steps)).isNotEmpty();
    }

    static Stream<Arguments> different() {
        return Stream.of(
                Arguments.of("any u32 is a group", (Consumer<Played>) p -> {
                    KernelSocket s = p.socket();
                    p.set(s, NETLINK_ADD_MEMBERSHIP, 33);
                    p.set(s, NETLINK_ADD_MEMBERSHIP, -1);
                }, List.of("set", "set"), List.of("EINVAL", "EINVAL")),
                Arguments.of("nlmsg_pid is the sender's port, whatever it says", (Consumer<Played>) p -> {
                    KernelSocket from = p.socket();
                    KernelSocket to = p.socket();
                    p.bind(from, PORT, 0);
                    p.bind(to, SINK, 0);
                    byte[] frame = CnMsgHdr.frame(0, 999, 999, 5, 0, 0, new byte[1]);
                    NlMsgHdr.buffer(frame).putInt(NlMsgHdr.PID, 4711);
                    p.note(() -> from.sendto(MemorySegment.ofArray(frame), 0, frame.length, 0, address(SINK, 0)));
                    byte[] in = new byte[100];
                    p.note(() -> to.recv(in, 0, in.length, MSG_DONTWAIT));
                    p.note(() -> Integer.toHexString(NlMsgHdr.buffer(in).getInt(NlMsgHdr.PID)));
                }, List.of("bound", "bound", "40", "40", Integer.toHexString(PORT)),
                List.of("bound", "bound", "40", "40", Integer.toHexString(4711))),
                Arguments.of("NLM_F_ACK is answered", (Consumer<Played>) p -> {
                    KernelSocket s = p.socket(NETLINK_CONNECTOR);
                    byte[] frame = CnMsgHdr.frame(NlMsgHdr.NLM_F_ACK, 999, 999, 5, 0, 0, new byte[1]);
                    p.note(() -> s.send(frame, 0, frame.length, 0));
                    byte[] in = new byte[200];
                    p.note(() -> s.recv(in, 0, in.length, MSG_DONTWAIT) > 0 ? "true" : "nothing");
                    p.note(() -> NlMsgHdr.type(NlMsgHdr.buffer(in), 0));
                }, List.of("40", "true", "2"), List.of("40", "nothing", "0")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("different")
    void shouldDifferAsTheTableSays(String name, Consumer<Played> steps, List<String> ours, List<String> hosts) {
        assertThat(play(true, steps)).as(name).isEqualTo(ours);
        assertThat(play(false, steps)).as(name + ", on the host").isEqualTo(hosts);
    }
}
