// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrnoTest {

    @ParameterizedTest
    @EnumSource
    void shouldBeFoundByItsNumber(Errno errno) {
        assertThat(Errno.of(errno.number())).isSameAs(errno);
    }

    @Test
    void shouldHaveNoNumberTwice() {
        assertThat(Arrays.stream(Errno.values()).map(Errno::number)).doesNotHaveDuplicates();
    }

    @Test
    void shouldKeepANumberThatHasNoName() {
        KernelSocketException e = new KernelSocketException("recv", 4711, "fd");

        assertThat(e.errno()).isSameAs(Errno.UNKNOWN);
        assertThat(e.number()).isEqualTo(4711);
        assertThat(e).hasMessage("recv(fd) failed: UNKNOWN (4711) Unknown error");
    }

    @Test
    void shouldSayOperationDetailAndError() {
        assertThat(new KernelSocketException("connect", Errno.ECONNREFUSED, "[::1]:7"))
                .hasMessage("connect([::1]:7) failed: ECONNREFUSED (111) Connection refused");
    }

    @Test
    void shouldKnowTheAliasesOfC() {
        assertThat(Errno.EWOULDBLOCK.number()).isEqualTo(11);
        assertThat(Errno.ENOTSUP.number()).isEqualTo(95);
        assertThat(Errno.EDEADLOCK.number()).isEqualTo(35);
    }
}
