// SPDX-License-Identifier: Apache-2.0
package connector.impl.whiteboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import connector.api.CbId;
import connector.api.ConnectorConstants;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IdsTest {

    static List<Arguments> good() {
        return List.of(
                Arguments.of("Long", 4_294_967_295L, 0L, Set.of(new CbId(-1, 0))),
                Arguments.of("Integer as bits", -1, 0x8000_0000, Set.of(new CbId(-1, Integer.MIN_VALUE))),
                Arguments.of("Short and Byte", (short) 7, (byte) 8, Set.of(new CbId(7, 8))),
                Arguments.of("String", "0x123", " 1110 ", Set.of(new CbId(0x123, 0x456))),
                Arguments.of("String -1", "-1", "1", Set.of(new CbId(-1, 1))),
                Arguments.of("long[]", 1L, new long[] {2, 3}, Set.of(new CbId(1, 2), new CbId(1, 3))),
                Arguments.of("Integer[]", 1L, new Integer[] {2, -1}, Set.of(new CbId(1, 2), new CbId(1, -1))),
                Arguments.of("List of several types", 1L, List.of(2, 3L, "4"),
                        Set.of(new CbId(1, 2), new CbId(1, 3), new CbId(1, 4))),
                Arguments.of("twice the same", 1L, List.of(2, 2L, "0x2"), Set.of(new CbId(1, 2))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void shouldTakeNumbersInEveryFormThatPropertiesHave(String form, Object idx, Object val, Set<CbId> ids) {
        assertThat(Ids.of(Map.of(ConnectorConstants.IDX, idx, ConnectorConstants.VAL, val)::get)).isEqualTo(ids);
    }

    static List<Arguments> bad() {
        return List.of(
                Arguments.of(null, 1L, ConnectorConstants.IDX, "missing"),
                Arguments.of(1L, null, ConnectorConstants.VAL, "missing"),
                Arguments.of(-1L, 1L, ConnectorConstants.IDX, "-1"),
                Arguments.of(1L, 4_294_967_296L, ConnectorConstants.VAL, "4294967296"),
                Arguments.of("x1", 1L, ConnectorConstants.IDX, "x1"),
                Arguments.of("-2", 1L, ConnectorConstants.IDX, "-2"),
                Arguments.of("", 1L, ConnectorConstants.IDX, "''"),
                Arguments.of("a' is b", 1L, ConnectorConstants.IDX, "a' is b"),
                Arguments.of(1.5, 1L, ConnectorConstants.IDX, "1.5"),
                Arguments.of(new long[] {1}, 1L, ConnectorConstants.IDX, "long"),
                Arguments.of(1L, new long[0], ConnectorConstants.VAL, "empty"),
                Arguments.of(1L, List.of(1, -1L), ConnectorConstants.VAL, "-1"),
                Arguments.of(1L, true, ConnectorConstants.VAL, "true"));
    }

    @ParameterizedTest(name = "idx {0}, val {1}")
    @MethodSource("bad")
    void shouldNameThePropertyAndTheValueThatIsWrong(Object idx, Object val, String property, String value) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConnectorConstants.IDX, idx);
        properties.put(ConnectorConstants.VAL, val);
        assertThatIllegalArgumentException().isThrownBy(() -> Ids.of(properties::get))
                .withMessageStartingWith(property + " is ").withMessageContaining(value);
    }

    @Test
    void shouldShowPropertiesAsTheyStand() {
        assertThat(Ids.text(null)).isNull();
        assertThat(Ids.text(-1L)).isEqualTo("-1");
        assertThat(Ids.text(new long[] {1, 2})).isEqualTo("[1, 2]");
        assertThat(Ids.text(List.of("x"))).isEqualTo("x");
    }
}
