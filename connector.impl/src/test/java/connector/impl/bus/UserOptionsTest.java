// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import connector.api.ConnectorConstants;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserOptionsTest {

    @Test
    void shouldBeTheDefaultsWhereNothingIsChosen() {
        assertThat(UserOptions.of(Map.of())).isEqualTo(new UserOptions(false,
                ConnectorConstants.DEFAULT_MAILBOX_CAPACITY, ConnectorConstants.DEFAULT_MAILBOX_BYTES,
                Overflow.DROP_NEWEST, ConnectorConstants.DEFAULT_OVERFLOW_WAIT_MS, 0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            ConnectorConstants.MAILBOX_CAPACITY + " | 1 | 1048576",
            ConnectorConstants.MAILBOX_BYTES + " | 65536 | 536870912",
            ConnectorConstants.OVERFLOW_WAIT_MS + " | 0 | 60000",
            ConnectorConstants.HOLDOVER + " | 0 | 3600000",
    })
    void shouldTakeNumbersFromTheLeastToTheMost(String key, long least, long most) {
        for (long number : new long[] {least, most}) {
            for (Object value : List.of((int) number, number, " 0x" + Long.toHexString(number) + ' ')) {
                UserOptions options = UserOptions.of(Map.of(key, value));
                Map<String, Long> chosen = new HashMap<>();
                chosen.put(ConnectorConstants.MAILBOX_CAPACITY, (long) options.capacity());
                chosen.put(ConnectorConstants.MAILBOX_BYTES, (long) options.bytes());
                chosen.put(ConnectorConstants.OVERFLOW_WAIT_MS, options.overflowWaitMs());
                chosen.put(ConnectorConstants.HOLDOVER, options.holdoverMs());
                assertThat(chosen).containsEntry(key, number);
            }
        }
        for (long number : new long[] {least - 1, most + 1, Long.MAX_VALUE}) {
            assertThatIllegalArgumentException().isThrownBy(() -> UserOptions.of(Map.of(key, number)))
                    .withMessage(key + " is " + number + ", but must be within " + least + " to " + most);
        }
    }

    @Test
    void shouldTakeShortsAndBytes() {
        assertThat(UserOptions.of(Map.of(ConnectorConstants.HOLDOVER, (short) 300)).holdoverMs()).isEqualTo(300);
        assertThat(UserOptions.of(Map.of(ConnectorConstants.HOLDOVER, (byte) 30)).holdoverMs()).isEqualTo(30);
    }

    @Test
    void shouldReadANumberWithALeadingZeroAsDecimal() {
        assertThat(UserOptions.of(Map.of(ConnectorConstants.HOLDOVER, "0300")).holdoverMs()).isEqualTo(300);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "mailbox | false",
            "inline | true",
    })
    void shouldTakeEachWayOfDelivery(String value, boolean inline) {
        assertThat(UserOptions.of(Map.of(ConnectorConstants.DELIVERY, value)).inline()).isEqualTo(inline);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            ConnectorConstants.OVERFLOW_DROP_NEWEST + " | DROP_NEWEST",
            ConnectorConstants.OVERFLOW_DROP_OLDEST + " | DROP_OLDEST",
            ConnectorConstants.OVERFLOW_EAGAIN + " | EAGAIN",
            ConnectorConstants.OVERFLOW_WAIT + " | WAIT",
    })
    void shouldTakeEachChoiceOfOverflow(String value, Overflow overflow) {
        assertThat(UserOptions.of(Map.of(ConnectorConstants.OVERFLOW, value)).overflow()).isEqualTo(overflow);
        assertThat(overflow.text()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            ConnectorConstants.DELIVERY + " | INLINE | must be mailbox or inline",
            ConnectorConstants.OVERFLOW + " | drop | must be one of drop-newest, drop-oldest, wait, eagain",
            ConnectorConstants.HOLDOVER + " | soon | must be a number",
            ConnectorConstants.HOLDOVER + " | 1.5 | must be a number",
            ConnectorConstants.HOLDOVER + " | 0x-5 | must be a number",
            ConnectorConstants.HOLDOVER + " | #5 | must be a number",
    })
    void shouldNameWhatCannotBeAndWhatCan(String key, String value, String rule) {
        assertThatIllegalArgumentException().isThrownBy(() -> UserOptions.of(Map.of(key, value)))
                .withMessage(key + " is " + value + ", but " + rule);
        assertThatIllegalArgumentException().isThrownBy(() -> UserOptions.of(Map.of(key, 1.5)))
                .withMessage(key + " is 1.5, but " + rule);
    }
}
