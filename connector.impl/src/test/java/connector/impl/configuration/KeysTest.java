// SPDX-License-Identifier: Apache-2.0
package connector.impl.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class KeysTest {

    @interface Definition {

        int max_clients() default 1;

        String path() default "";
    }

    @Test
    void shouldTakeTheKeysThatThereAreAndThoseOfTheFramework() {
        assertThatCode(() -> Keys.check(List.of("path", "max.clients", "service.pid", "service.factoryPid",
                "felix.fileinstall.filename", "component.id", "osgi.ds.satisfying.condition.target", ".private",
                ":configurator:resource-version"), Definition.class)).doesNotThrowAnyException();
    }

    @Test
    void shouldNameAKeyThatNothingReadsAndThoseThatThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Keys.check(List.of("path", "max.client"), Definition.class))
                .withMessage("max.client: there is no such key; there are max.clients, path");
        assertThat(Keys.unknown(List.of("max_clients", "path", "Path"), Definition.class))
                .containsExactly("Path", "max_clients");
    }
}
