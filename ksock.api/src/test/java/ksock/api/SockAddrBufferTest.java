// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SockAddrBufferTest {

    private final SockAddrBuffer buffer = new SockAddrBuffer();

    static Stream<Arguments> addressesAndTheirBytes() {
        return Stream.of(
                Arguments.of(SockAddr.loopback4(0x1234), "0200" + "1234" + "7f000001" + "0000000000000000"),
                Arguments.of(new SockAddr.Inet6(0xfe80L << 48, 1, 80, 0x00012345, 2),
                        "0a00" + "0050" + "00012345" + "fe800000000000000000000000000001" + "02000000"),
                Arguments.of(SockAddr.unix("/tmp/x"), "0100" + "2f746d702f78" + "00"),
                Arguments.of(SockAddr.unixAbstract("x\0y"), "0100" + "00780079"),
                Arguments.of(SockAddr.Unix.UNNAMED, "0100"),
                Arguments.of(SockAddr.netlink(0x01020304, 0x80000001), "1000" + "0000" + "04030201" + "01000080"),
                Arguments.of(new SockAddr.Raw(17, new byte[] {1, 2, 3}), "1100" + "010203"));
    }

    static boolean bigEndian() {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
    }

    @DisabledIf("bigEndian")
    @ParameterizedTest
    @MethodSource("addressesAndTheirBytes")
    void shouldHaveTheBytesOfTheHost(SockAddr address, String hex) {
        buffer.set(address);

        assertThat(HexFormat.of()
                .formatHex(buffer.segment().asSlice(0, buffer.length()).toArray(ValueLayout.JAVA_BYTE)))
                .isEqualTo(hex);
    }

    @ParameterizedTest
    @MethodSource("addressesAndTheirBytes")
    void shouldGiveBackTheAddressThatWasSet(SockAddr address, String hex) {
        assertThat(buffer.set(address).get()).isEqualTo(address);
    }

    @Test
    void shouldTakeAPathOfFullLengthWithoutItsNul() {
        SockAddr.Unix longest = SockAddr.unix("/" + "x".repeat(SockAddr.UNIX_PATH_MAX - 1));

        assertThat(buffer.set(longest).length()).isEqualTo(2 + SockAddr.UNIX_PATH_MAX);
        assertThat(buffer.get()).isEqualTo(longest);
    }

    @Test
    void shouldLeaveNothingOfALongerAddressBehind() {
        buffer.set(SockAddr.unix("/a/long/path"));
        buffer.set(SockAddr.loopback4(7));

        assertThat(buffer.segment().get(ValueLayout.JAVA_LONG, 8)).isZero();
    }

    @Test
    void shouldGiveNoAddressWhenThereIsNone() {
        assertThat(buffer.get()).isNull();
        assertThat(buffer.family()).isZero();
        assertThat(buffer).hasToString("(none)");
    }

    @Test
    void shouldGiveAnAddressTooShortForItsFamilyAsRawBytes() {
        buffer.set(SockAddr.loopback4(7));
        buffer.length(4);

        assertThat(buffer.get()).isEqualTo(new SockAddr.Raw(SysSocket.AF_INET, new byte[] {0, 7}));
    }

    @Test
    void shouldRefuseThePartsOfAnotherFamily() {
        buffer.set(SockAddr.unix("/tmp/x"));

        assertThatIllegalStateException().isThrownBy(buffer::port).withMessageContaining("family 1");
        assertThatIllegalStateException().isThrownBy(buffer::inet4Address).withMessageContaining("AF_INET");
        assertThatIllegalStateException().isThrownBy(buffer::netlinkPortId).withMessageContaining("AF_NETLINK");
    }

    @Test
    void shouldRefuseALengthBeyondItsCapacity() {
        assertThatIllegalArgumentException().isThrownBy(() -> buffer.length(129)).withMessageContaining("129");
        assertThatIllegalArgumentException().isThrownBy(() -> buffer.length(-1)).withMessageContaining("-1");
    }
}
