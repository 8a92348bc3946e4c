// SPDX-License-Identifier: Apache-2.0
package connector.client.print;

import static org.assertj.core.api.Assertions.assertThat;

import connector.client.CnMessage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TablesTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final Output people = new Output(stream, stream, false);

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldPutNumbersToTheRightAndTextsToTheLeft() {
        Table table = new Table("NAME", "COUNT", "NOTE");
        table.row("a", 5, null);
        table.row("longer", "1000 +10", "x\u001b[2J");

        assertThat(table.lines()).containsExactly(
                "NAME       COUNT  NOTE",
                "a              5",
                "longer  1000 +10  x\\x1b[2J");
    }

    @Test
    void shouldRefreshATerminalAndGiveItBack() {
        try (Screen screen = new Screen(people, true)) {
            screen.show(List.of("one"));
            assertThat(printed()).startsWith("\u001b[?1049h").contains("\u001b[Hone\u001b[K\n").endsWith("\u001b[J");
            bytes.reset();
            screen.show(IntStream.range(0, 100_000).mapToObj(Integer::toString).toList());
            assertThat(printed()).startsWith("\u001b[H0\u001b[K\n").doesNotContain("\n99999");
        }
        assertThat(printed()).endsWith("\u001b[?1049l");
    }

    @Test
    void shouldPrintOneAfterTheOtherWhereThereIsNoTerminal() {
        try (Screen screen = new Screen(people, false)) {
            screen.show(List.of("one", "two"));
            screen.show(List.of("three"));
        }
        assertThat(printed()).isEqualTo("one\ntwo\n\nthree\n");
    }

    @Test
    void shouldTellPercentilesByNearestRank() {
        Percentiles percentiles =
                new Percentiles(LongStream.rangeClosed(1, 1000).map(i -> (1001 - i) * 1000).toArray());

        assertThat(percentiles.micros(0)).isEqualTo(1);
        assertThat(percentiles.micros(50)).isEqualTo(500);
        assertThat(percentiles.micros(99)).isEqualTo(990);
        assertThat(percentiles.micros(99.9)).isEqualTo(999);
        assertThat(percentiles.micros(100)).isEqualTo(1000);
        percentiles.printTo(new Output(stream, stream, true), "x", 20);
        assertThat(printed()).isEqualTo("{\"bench\":\"x\",\"bytes\":20,\"count\":1000,\"min_us\":1.0,\"p50_us\":500.0,"
                + "\"p90_us\":900.0,\"p99_us\":990.0,\"p99.9_us\":999.0,\"max_us\":1000.0}\n");
    }

    @Test
    void shouldTellHowMuchCameOfWhomAndWhatWasLost() {
        Traffic traffic = new Traffic();
        for (int i = 0; i < 3; i++) {
            traffic.message(new CnMessage(14, 1, i, 0, new byte[10]));
        }
        traffic.message(new CnMessage(5, 1, 0, 0, new byte[0]));
        traffic.lost(7);
        traffic.printTo(new Output(stream, stream, true), "rate");
        assertThat(printed()).startsWith("{\"traffic\":\"rate\"")
                .contains("\"messages\":4,\"bytes\":30,\"refused\":0,\"lost\":7", "\"ids\":{\"14.1\":3,\"5.1\":1}");
        bytes.reset();
        traffic.clear();
        traffic.printTo(people, "rate");
        assertThat(printed()).contains("rate 0 messages in").contains("0 lost");
    }
}
