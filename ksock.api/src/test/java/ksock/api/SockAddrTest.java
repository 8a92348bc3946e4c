// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SockAddrTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "127.0.0.1 | 7     | 127.0.0.1:7",
        "0.0.0.0   | 0     | 0.0.0.0:0",
        "::1       | 65535 | [0:0:0:0:0:0:0:1]:65535",
        "fe80::1%2 | 80    | [fe80:0:0:0:0:0:0:1%2]:80",
        "fe80::1%4294967295 | 80 | [fe80:0:0:0:0:0:0:1%4294967295]:80",
        "::ffff:127.0.0.1   | 7  | [::ffff:127.0.0.1]:7",
        "::ffff:7f00:1%3    | 7  | [::ffff:127.0.0.1%3]:7",
    })
    void shouldReadAnAddressLiteral(String literal, int port, String text) {
        assertThat(SockAddr.inet(literal, port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1%1", "fe80::1%eth0", "fe80::1%", "fe80::1%-1",
        "::1%1%2", "1.2.3.256", ":::", ""})
    void shouldRefuseWhatIsNoLiteralByName(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SockAddr.inet(text, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65536})
    void shouldRefuseAPortOutOfRange(int port) {
        assertThatIllegalArgumentException().isThrownBy(() -> SockAddr.loopback4(port))
                .withMessageContaining(Integer.toString(port));
        assertThatIllegalArgumentException().isThrownBy(() -> SockAddr.loopback6(port));
    }

    @Test
    void shouldTellPathAbstractAndUnnamedApart() {
        assertThat(SockAddr.unix("/tmp/x")).hasToString("/tmp/x");
        assertThat(SockAddr.unixAbstract("x")).hasToString("@x");
        assertThat(SockAddr.Unix.UNNAMED).hasToString("(unnamed)");
        assertThat(SockAddr.unixAbstract("x")).isNotEqualTo(SockAddr.unix("x"));
        assertThat(SockAddr.unixAbstract("x").name()).isEqualTo("x");
    }

    @Test
    void shouldRefuseAUnixPathThatTheHostWouldCutOff() {
        assertThatIllegalArgumentException().isThrownBy(() -> SockAddr.unix("x".repeat(109)))
                .withMessageContaining("109");
        assertThatIllegalArgumentException().isThrownBy(() -> SockAddr.unixAbstract("x".repeat(108)));
        assertThatIllegalArgumentException().isThrownBy(() -> SockAddr.unix("a\0b"));
        assertThatIllegalArgumentException().isThrownBy(() -> SockAddr.unix(""));
    }

    @Test
    void shouldPrintAPortIdUnsigned() {
        assertThat(SockAddr.netlink(-4097, 1)).hasToString("netlink:4294963199/0x1");
    }

    @Test
    void shouldRefuseRawAddressesThatDoNotFit() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SockAddr.Raw(65536, new byte[0]))
                .withMessageContaining("65536");
        assertThatIllegalArgumentException().isThrownBy(() -> new SockAddr.Raw(1, new byte[127]))
                .withMessageContaining("127");
    }
}
