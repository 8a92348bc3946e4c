// SPDX-License-Identifier: Apache-2.0
package connector.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CbIdTest {

    @ParameterizedTest
    @CsvSource({"1.1, 1, 1", "1:1, 1, 1", "0x123.0x456, 291, 1110", "0x123:1110, 291, 1110",
            "4294967295.0xffffffff, -1, -1", "-1.-1, -1, -1", "' 7 . 8 ', 7, 8", "2147483648.0, -2147483648, 0",
            "010.0x010, 10, 16"})
    void shouldReadWhatPeopleWrite(String text, int idx, int val) {
        assertThat(CbId.parse(text)).isEqualTo(new CbId(idx, val));
    }

    @ParameterizedTest
    @ValueSource(strings =
            {"", "1", "1.", ".1", "1.2.3", "4294967296.1", "0x1ffffffff.1", "-2.1", "a.b", "0x.1", "1;2",
                "0x-1.1", "0x+1.1", "1.0x-0", "#1.1"})
    void shouldRefuseAnythingElseAndQuoteIt(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> CbId.parse(text))
                .withMessageContaining("'" + text + "'");
    }

    @Test
    void shouldPrintUnsigned() {
        assertThat(CbId.CONNECTOR).hasToString("4294967295.4294967295");
        assertThat(CbId.CONNECTOR.toHexString()).isEqualTo("0xffffffff.0xffffffff");
        assertThat(CbId.parse(CbId.CONNECTOR.toString())).isEqualTo(CbId.CONNECTOR);
        assertThat(CbId.CONNECTOR.unsignedIdx()).isEqualTo(4_294_967_295L);
    }

    @Test
    void shouldOrderUnsigned() {
        CbId small = CbId.of(1, 2);
        CbId middle = CbId.of(1, 4_294_967_295L);
        CbId large = CbId.of(4_294_967_295L, 0);
        assertThat(Stream.of(large, small, middle).sorted()).containsExactly(small, middle, large);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 4_294_967_296L, Long.MIN_VALUE, Long.MAX_VALUE})
    void shouldRefuseNumbersBeyondU32AndNameThem(long number) {
        assertThatIllegalArgumentException().isThrownBy(() -> CbId.of(number, 0))
                .withMessage("idx " + number + " is not within 0 to 4294967295");
        assertThatIllegalArgumentException().isThrownBy(() -> CbId.of(0, number))
                .withMessage("val " + number + " is not within 0 to 4294967295");
    }
}
