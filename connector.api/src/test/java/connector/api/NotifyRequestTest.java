// SPDX-License-Identifier: Apache-2.0
package connector.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotifyRequestTest {

    @ParameterizedTest
    @CsvSource({"10, 10, 9, false", "10, 10, 10, true", "10, 10, 19, true", "10, 10, 20, false",
            "5, 0, 5, false", "-1, 1, -1, true", "-1, 1, 0, false", "-2, 10, -1, true", "-2, 10, 0, false",
            "-2, 10, 7, false", "0, -1, 0, true", "0, -1, -2, true", "0, -1, -1, false", "-1, -1, -1, true",
            "-1, -1, 5, false"})
    void shouldCoverAHalfOpenRangeWithoutWrappingAround(int first, int range, int number, boolean covered) {
        assertThat(new NotifyRange(first, range).covers(number)).isEqualTo(covered);
    }

    @Test
    void shouldAgreeWithArithmeticOfUnlimitedSize() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200_000; i++) {
            int first = edge(random);
            int range = edge(random);
            int number = edge(random);
            long from = Integer.toUnsignedLong(first);
            long x = Integer.toUnsignedLong(number);
            boolean expected = from <= x && x < from + Integer.toUnsignedLong(range);
            if (new NotifyRange(first, range).covers(number) != expected) {
                fail("{%s, %s} covers %s should be %s (seed %d)", first, range, number, expected, seed);
            }
        }
    }

    @Test
    void shouldCompareTheValWithValRangesAlone() {
        // What Linux got wrong: with one range each, it compared the val with the idx range.
        NotifyRequest request = new NotifyRequest(List.of(new NotifyRange(123, 1)), List.of(new NotifyRange(456, 1)));
        assertThat(request.matches(new CbId(123, 456))).isTrue();
        assertThat(request.matches(new CbId(123, 123))).isFalse();
        assertThat(request.matches(new CbId(456, 456))).isFalse();
    }

    @Test
    void shouldMatchAnyRangeOfEachKindAndNothingWithoutRanges() {
        NotifyRequest request = new NotifyRequest(List.of(NotifyRange.only(1), NotifyRange.only(2)),
                List.of(NotifyRange.only(3), NotifyRange.only(4)));
        assertThat(request.matches(new CbId(2, 3))).isTrue();
        assertThat(request.matches(new CbId(1, 4))).isTrue();
        assertThat(request.matches(new CbId(3, 3))).isFalse();
        assertThat(new NotifyRequest(List.of(), List.of(NotifyRange.ALL)).matches(new CbId(1, 1))).isFalse();
        assertThat(new NotifyRequest(List.of(NotifyRange.ALL), List.of()).matches(new CbId(1, 1))).isFalse();
    }

    @Test
    void shouldPrintFirstAndLast() {
        assertThat(new NotifyRange(10, 10)).hasToString("10-19");
        assertThat(new NotifyRange(-1, 1)).hasToString("4294967295");
        assertThat(new NotifyRange(1, 0)).hasToString("none");
    }

    private static int edge(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(4);
            case 1 -> -random.nextInt(4);
            case 2 -> Integer.MIN_VALUE + random.nextInt(4) - 2;
            default -> random.nextInt();
        };
    }
}
