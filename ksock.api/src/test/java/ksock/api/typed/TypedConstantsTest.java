// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import ksock.api.ControlBuffer;
import ksock.api.ControlType;
import ksock.api.LinuxNetlink;
import ksock.api.NetinetIn;
import ksock.api.NetinetTcp;
import ksock.api.NetinetUdp;
import ksock.api.SockAddr;
import ksock.api.SocketOption;
import ksock.api.SysSocket;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypedConstantsTest {

    private static final Map<Class<?>, Class<?>> HEADERS = Map.of(SocketOptions.class, SysSocket.class,
            TcpOptions.class, NetinetTcp.class, UdpOptions.class, NetinetUdp.class,
            IpOptions.class, NetinetIn.class, NetlinkOptions.class,
            LinuxNetlink.class);

    @TestFactory
    Stream<DynamicTest> optionsHaveTheNameAndTheNumberOfTheirHeader() {
        return HEADERS.keySet().stream().flatMap(type -> Arrays.stream(type.getFields()).map(field ->
                DynamicTest.dynamicTest(field.getName(), () -> {
                    SocketOption<?> option = (SocketOption<?>) field.get(null);
                    assertThat(option).hasToString(field.getName());
                    assertThat(option.number()).isEqualTo(HEADERS.get(type).getField(field.getName()).getInt(null));
                    assertThat(option.level()).isEqualTo(level(field.getName()));
                })));
    }

    private static int level(String name) {
        return switch (name.substring(0, name.indexOf('_'))) {
            case "SO" -> SysSocket.SOL_SOCKET;
            case "TCP" -> NetinetIn.IPPROTO_TCP;
            case "UDP" -> NetinetIn.IPPROTO_UDP;
            case "IP" -> NetinetIn.IPPROTO_IP;
            case "IPV6", "MCAST" -> NetinetIn.IPPROTO_IPV6;
            case "NETLINK" -> SysSocket.SOL_NETLINK;
            default -> throw new AssertionError("of no known level: " + name);
        };
    }

    @TestFactory
    Stream<DynamicTest> controlMessagesHaveTheNameAndTheNumberOfTheirHeader() {
        return Arrays.stream(ControlTypes.class.getFields()).map(Field::getName)
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    ControlType<?> type = (ControlType<?>) ControlTypes.class.getField(name).get(null);
                    assertThat(type).hasToString(name);
                    assertThat(type.number()).isEqualTo(inSomeHeader(name));
                    assertThat(type.level()).isEqualTo(name.startsWith("SCM") ? SysSocket.SOL_SOCKET : level(name));
                }));
    }

    private static int inSomeHeader(String name) throws IllegalAccessException {
        for (Class<?> header : HEADERS.values()) {
            for (Field field : header.getFields()) {
                if (field.getName().equals(name)) {
                    return field.getInt(null);
                }
            }
        }
        throw new AssertionError("in no header: " + name);
    }

    @ParameterizedTest(name = "{0} is {1} s, {2} us")
    @CsvSource({"PT0S, 0, 0", "PT1.5S, 1, 500000", "PT0.000000001S, 0, 1", "PT0.9999999S, 1, 0", "PT-1S, -1, 0",
        "PT-0.5S, -1, 500000", "PT-0.000000001S, -1, 999999",
        "PT2562047788015215H30M7.9999999S, 9223372036854775807, 999999"})
    void shouldNeverRoundATimeToNone(Duration time, long seconds, long micros) {
        MemorySegment value = SocketOptions.SO_RCVTIMEO.encode(time);
        assertThat(value.toArray(ValueLayout.JAVA_LONG_UNALIGNED)).containsExactly(seconds, micros);
    }

    @Test
    void shouldReadMemoryOfAnyAlignment() {
        byte[] bytes = new byte[32];
        MemorySegment odd = MemorySegment.ofArray(bytes).asSlice(1, 16);
        odd.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 7);
        odd.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, 250_000);
        assertThat(SocketOptions.SO_SNDTIMEO.decode(odd)).isEqualTo(Duration.ofMillis(7_250));
        assertThat(SocketOptions.SO_PEERCRED.decode(odd)).isEqualTo(new Ucred(7, 0, 250_000));
    }

    @Test
    void shouldPointToAProgramThatLivesAsLongAsWhatPoints() {
        List<SockFilter> program = List.of(SockFilter.jump(0xffff, -1, 255, 0), SockFilter.stmt(0x06, 0x40000));
        MemorySegment value = SocketOptions.SO_ATTACH_FILTER.encode(program);
        assertThat(value.byteSize()).isEqualTo(16);
        assertThat(value.get(ValueLayout.JAVA_SHORT, 0)).isEqualTo((short) 2);
        assertThat(value.get(ValueLayout.ADDRESS, 8).address()).as("in the same memory")
                .isEqualTo(value.address() + 16);
        MemorySegment instructions = MemorySegment.ofArray(new byte[17]).asSlice(1, 16);
        instructions.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 0xffff_ffff_00ff_ffffL);
        instructions.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, 0x0004_0000_0000_0006L);
        assertThat(SocketOptions.SO_ATTACH_FILTER.decode(instructions)).isEqualTo(program);
    }

    @Test
    void shouldReadWhichTimesAreThere() {
        Instant time = Instant.ofEpochSecond(5, 6);
        for (ScmTimestamping times : List.of(new ScmTimestamping(time, null), new ScmTimestamping(null, time))) {
            ControlBuffer control = new ControlBuffer(64).add(ControlTypes.SCM_TIMESTAMPING, times);
            assertThat(control.get(ControlTypes.SCM_TIMESTAMPING)).isEqualTo(times);
        }
    }

    @Test
    void shouldNameWhatIsTooShort() {
        assertThatThrownBy(() -> SocketOptions.SO_PEERCRED.decode(MemorySegment.ofArray(new byte[11])))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("SO_PEERCRED has 12 bytes, not 11");
        assertThatThrownBy(() -> ControlTypes.IP_PKTINFO.decode(MemorySegment.ofArray(new byte[3])))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("IP_PKTINFO has 12 bytes, not 3");
    }

    @Test
    void shouldRefuseWhatNoHostCouldTake() {
        assertThatThrownBy(() -> new Linger(true, -1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> new Ifreq("sixteen-letters-")).hasMessageContaining("sixteen-letters-");
        assertThatThrownBy(() -> SockFilter.stmt(0x10000, 0)).hasMessageContaining("65536");
        assertThatThrownBy(() -> SockFilter.jump(0, 0, 256, 0)).hasMessageContaining("256");
        assertThatThrownBy(() -> SocketOptions.SO_ATTACH_FILTER.encode(
                Collections.nCopies(4097, SockFilter.stmt(0, 0)))).hasMessageContaining("4097");
        assertThatThrownBy(() -> TcpOptions.TCP_CONGESTION.encode("cu\0bic")).hasMessageContaining("NUL");
        assertThatThrownBy(() -> IpMreqn.of("ff02::1", 1)).hasMessage("'ff02::1' is no IPv4 address");
        assertThatThrownBy(() -> Ipv6Mreq.of("224.0.0.1", 1)).hasMessage("'224.0.0.1' is no IPv6 address");
        assertThatThrownBy(() -> SocketOptions.SO_LINGER.encode(null)).isInstanceOf(NullPointerException.class)
                .hasMessage("SO_LINGER");
        assertThatThrownBy(() -> SocketOption.of("SO_ODD", 1, 1, 8, 4, value -> value, value -> value))
                .hasMessageContaining("SO_ODD");
    }

    @Test
    void shouldReadEveryKernelsTcpInfo() {
        byte[] bytes = new byte[TcpInfo.SIZE];
        Arrays.fill(bytes, (byte) 0xff);
        MemorySegment full = MemorySegment.ofArray(bytes);
        TcpInfo newest = TcpOptions.TCP_INFO.decode(full);
        assertThat(newest.rtt()).isEqualTo(0xffffffffL);
        assertThat(newest.pacingRate()).isEqualTo(-1);
        assertThat(newest.totalRto()).isEqualTo(0xffff);
        assertThat(newest.sndWscale()).isEqualTo(15);
        assertThat(newest.rcvWscale()).isEqualTo(15);
        assertThat(newest.fastopenClientFail()).isEqualTo(3);
        // Linux 2.6 ended after tcpi_total_retrans; a field that is cut in two is none.
        TcpInfo old = TcpOptions.TCP_INFO.decode(full.asSlice(0, 104));
        assertThat(old.totalRetrans()).isEqualTo(0xffffffffL);
        assertThat(old.pacingRate()).isZero();
        assertThat(old.size()).isEqualTo(104);
        assertThat(TcpOptions.TCP_INFO.decode(full.asSlice(0, 106)).pacingRate()).isZero();
        assertThat(TcpOptions.TCP_INFO.decode(full.asSlice(0, 0)).state()).isZero();
    }

    @Test
    void shouldReadWhatAViewsMemoryHoldsNow() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(TcpInfo.SIZE);
            TcpInfo info = TcpInfo.in(memory);
            memory.set(ValueLayout.JAVA_BYTE, 0, (byte) TcpInfo.TCP_LISTEN);
            assertThat(info.state()).isEqualTo(TcpInfo.TCP_LISTEN);
            memory.set(ValueLayout.JAVA_BYTE, 0, (byte) TcpInfo.TCP_CLOSE);
            assertThat(info.state()).isEqualTo(TcpInfo.TCP_CLOSE);
        }
    }

    @Test
    void shouldFindAControlMessageAmongOthers() {
        ControlBuffer control = new ControlBuffer(256)
                .add(ControlTypes.IP_TTL, 64)
                .add(ControlTypes.SCM_CREDENTIALS, new Ucred(1, -2, 3))
                .add(ControlTypes.SCM_TIMESTAMPNS, Instant.ofEpochSecond(5, 6))
                .add(ControlTypes.IP_PKTINFO, new InPktinfo(1, 0x7f000001, 0x7f000002));
        assertThat(control.get(ControlTypes.SCM_TIMESTAMPNS)).isEqualTo(Instant.ofEpochSecond(5, 6));
        assertThat(control.get(ControlTypes.SCM_CREDENTIALS)).hasToString("pid 1, uid 4294967294, gid 3");
        assertThat(control.get(ControlTypes.IP_PKTINFO)).isEqualTo(new InPktinfo(1, 0x7f000001, 0x7f000002));
        assertThat(control.get(ControlTypes.IPV6_PKTINFO)).isNull();
        assertThat(control.messages()).hasSize(4);
        control.clear();
        assertThat(control.get(ControlTypes.IP_TTL)).isNull();
    }

    @Test
    void shouldEndAtAControlMessageWhoseLengthIsFalse() {
        ControlBuffer control = new ControlBuffer(64).add(ControlTypes.IP_TTL, 64).add(ControlTypes.IP_TOS, 3);
        for (long length : new long[] {-1, 0, 15, 1000, Long.MAX_VALUE, Long.MIN_VALUE}) {
            control.segment().set(ValueLayout.JAVA_LONG, 24, length);
            assertThat(control.get(ControlTypes.IP_TTL)).isEqualTo(64);
            assertThat(control.get(ControlTypes.IP_TOS)).isNull();
            assertThat(control.messages()).hasSize(1);
        }
    }

    @Test
    void shouldTellWhoseAnErrorIs() {
        MemorySegment value = MemorySegment.ofArray(new byte[32]);
        value.set(ValueLayout.JAVA_INT_UNALIGNED, 0, 111);
        value.set(ValueLayout.JAVA_BYTE, 4, (byte) SockExtendedErr.SO_EE_ORIGIN_ICMP);
        value.set(ValueLayout.JAVA_SHORT_UNALIGNED, 16, (short) SysSocket.AF_INET);
        value.set(ValueLayout.JAVA_BYTE, 20, (byte) 127);
        value.set(ValueLayout.JAVA_BYTE, 23, (byte) 1);
        SockExtendedErr error = ControlTypes.IP_RECVERR.decode(value);
        assertThat(error.error()).hasToString("ECONNREFUSED");
        assertThat(error.offender()).isEqualTo(SockAddr.loopback4(0));
        assertThat(ControlTypes.IP_RECVERR.decode(value.asSlice(0, 16)).offender()).isNull();
    }
}
