// SPDX-License-Identifier: Apache-2.0
package connector.impl.notify;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import connector.api.NotifyRange;
import connector.api.NotifyRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatcherTest {

    private static final int ROUNDS = 100_000;
    private static final long U32 = 1L << 32;

    /** Where ranges begin and end, and what lies there. */
    private static final int[] EDGES = {0, 1, 2, 9, 10, 11, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, -11, -10, -2, -1};

    @ParameterizedTest(name = "{0} ({1} and {2} ranges): documented {3}, 2.6 {4}")
    @CsvSource({
        "0x123.0x456, 1, 1, true, false",
        "0x123.0x124, 1, 1, false, true",
        "0x123.0x456, 1, 2, true, true",
        "0x123.0x46a, 1, 2, true, false",
        "0x12c.0x45f, 1, 2, true, true",
        "0x12d.0x456, 1, 2, false, false",
    })
    void shouldReproduceWhatTheSeedsTestMetInLinux(String id, int idxRanges, int valRanges, boolean documented,
            boolean old) {
        NotifyRequest request = new NotifyRequest(
                List.of(new NotifyRange(0x123, 10)).subList(0, idxRanges),
                List.of(new NotifyRange(0x456, 10), new NotifyRange(0x46a, 10)).subList(0, valRanges));
        assertThat(Matcher.DOCUMENTED.matches(request, CbId.parse(id))).isEqualTo(documented);
        assertThat(Matcher.LINUX_2_6.matches(request, CbId.parse(id))).isEqualTo(old);
    }

    @ParameterizedTest(name = "{0} in {1} + {2}: documented {3}, 2.6 {4}")
    @CsvSource({
        "-1, -1, 1, true, false",
        "-1, 0, -1, false, false",
        "0, -1, 2, false, false",
        "4294967294, 0, -1, true, true",
        "5, 5, 0, false, false",
        "-1, 4294967294, 2, true, false",
    })
    void shouldEndRangesWhereTheyEndAndInLinuxWhereThirtyTwoBitsDo(String number, String first, String range,
            boolean documented, boolean old) {
        NotifyRange ranges = new NotifyRange(CbId.parseU32(first), CbId.parseU32(range));
        NotifyRequest request = new NotifyRequest(List.of(ranges), List.of(ranges));
        CbId id = new CbId(CbId.parseU32(number), CbId.parseU32(number));
        assertThat(Matcher.DOCUMENTED.matches(request, id)).isEqualTo(documented);
        assertThat(Matcher.LINUX_2_6.matches(request, id)).isEqualTo(old);
    }

    @Test
    void shouldMatchAsArithmeticWithoutBoundsSays() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < ROUNDS; i++) {
            NotifyRequest request = new NotifyRequest(ranges(random), ranges(random));
            CbId id = new CbId(number(random), number(random));
            boolean expected = request.idx().stream().anyMatch(range -> covers(range, id.unsignedIdx(), Long.MAX_VALUE))
                    && request.val().stream().anyMatch(range -> covers(range, id.unsignedVal(), Long.MAX_VALUE));
            assertThat(Matcher.DOCUMENTED.matches(request, id)).as("seed %d: %s, %s", seed, id, request)
                    .isEqualTo(expected);
        }
    }

    @Test
    void shouldMatchAsTheCodeOfLinuxWithItsOneCursor() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < ROUNDS; i++) {
            NotifyRequest request = new NotifyRequest(ranges(random), ranges(random));
            CbId id = new CbId(number(random), number(random));
            assertThat(Matcher.LINUX_2_6.matches(request, id)).as("seed %d: %s, %s", seed, id, request)
                    .isEqualTo(linux(request, id));
        }
    }

    /** Two loops over one array, in 64 bits cut to 32. */
    private static boolean linux(NotifyRequest request, CbId id) {
        List<NotifyRange> all = new ArrayList<>(request.idx());
        all.addAll(request.val());
        int req = 0;
        boolean idxFound = false;
        boolean valFound = false;
        for (int i = 0; i < request.idx().size(); i++, req++) {
            if (covers(all.get(req), id.unsignedIdx(), U32)) {
                idxFound = true;
                break;
            }
        }
        for (int i = 0; i < request.val().size(); i++, req++) {
            if (covers(all.get(req), id.unsignedVal(), U32)) {
                valFound = true;
                break;
            }
        }
        return idxFound && valFound;
    }

    private static boolean covers(NotifyRange range, long number, long modulus) {
        long first = Integer.toUnsignedLong(range.first());
        return number >= first && number < (first + Integer.toUnsignedLong(range.range())) % modulus;
    }

    private static List<NotifyRange> ranges(SplittableRandom random) {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> new NotifyRange(number(random), number(random))).toList();
    }

    private static int number(SplittableRandom random) {
        return random.nextInt(8) == 0 ? random.nextInt() : EDGES[random.nextInt(EDGES.length)];
    }
}
