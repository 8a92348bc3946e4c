// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.Sender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdMapTest {

    @TempDir
    Path directory;

    @ParameterizedTest(name = "of a map of {0}")
    @CsvSource(delimiter = '|', value = {
        "0 0 4294967295                  | 65534      | the whole host: nobody is a user like others",
        "0 0 100, 100 100 4294967195     | 65534      | the whole host, in two parts",
        "0 1000 1                        | 4294967295 | one user",
        "''                              | 4294967295 | nobody at all",
        "0 100000 65536                  | 4294967295 | a container that has a nobody of its own, or who looks so"})
    void shouldKnowNobodyOnlyWhereAllAreKnown(String map, String nobody, String why) throws IOException {
        Path lines = Files.writeString(directory.resolve("map"), map.replace(", ", "\n").replaceAll("(?m)^", "  "));
        Path overflow = Files.writeString(directory.resolve("overflow"), "65534\n");
        IdMap ids = IdMap.of(lines, overflow, 1000);
        assertThat(ids.known(65534)).as(why).isEqualTo(Integer.parseUnsignedInt(nobody));
        assertThat(ids.known(0)).isZero();
        assertThat(ids.known(1000)).isEqualTo(1000);
    }

    @Test
    void shouldKnowAllWhereThereAreNoNamespaces() {
        IdMap ids = IdMap.of(directory.resolve("missing"), directory.resolve("missing"), 1000);
        assertThat(ids.known(65534)).isEqualTo(65534);
        assertThat(ids.known(0)).isZero();
        assertThat(ids.known(Sender.UNKNOWN)).isEqualTo(Sender.UNKNOWN);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "no directory/map | no directory/overflow | as without /proc",
        "'.'              | overflow              | that cannot be read",
        "words            | overflow              | that says something else",
        "two numbers      | overflow              | that says too little",
        "part             | missing               | of a part, beside ids of whom nothing is known",
        "part             | words                 | of a part, beside ids of whom something else is said"})
    void shouldKnowNobodyButItsOwnUserAndRootWhereItIsNotTold(String map, String overflow, String why)
            throws IOException {
        Files.writeString(directory.resolve("overflow"), "65534\n");
        Files.writeString(directory.resolve("words"), "all of them\n");
        Files.writeString(directory.resolve("two numbers"), "0 0\n");
        Files.writeString(directory.resolve("part"), "0 1000 1\n");
        IdMap ids = IdMap.of(directory.resolve(map), directory.resolve(overflow), 1000);
        assertThat(ids.known(0)).as(why).isZero();
        assertThat(ids.known(1000)).as(why).isEqualTo(1000);
        assertThat(ids.known(1001)).as(why).isEqualTo(Sender.UNKNOWN);
        assertThat(ids.known(65534)).as(why).isEqualTo(Sender.UNKNOWN);
        IdMap ofNobody = IdMap.of(directory.resolve(map), directory.resolve(overflow), 65534);
        assertThat(ofNobody.known(65534)).as("may be anybody").isEqualTo(Sender.UNKNOWN);
    }
}
