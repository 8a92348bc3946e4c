// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

class NetlinkErrnoTest {

    @Test
    void shouldNameEveryConstantByItsOwnName() throws IllegalAccessException {
        for (Field constant : NetlinkErrno.class.getFields()) {
            assertThat(NetlinkErrno.name(constant.getInt(null))).isEqualTo(constant.getName());
        }
    }

    @Test
    void shouldPrintAnUnknownNumber() {
        assertThat(NetlinkErrno.name(77)).isEqualTo("errno 77");
        assertThat(NetlinkErrno.name(0)).isEqualTo("OK");
    }
}
