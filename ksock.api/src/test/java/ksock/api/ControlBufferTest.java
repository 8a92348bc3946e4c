// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import ksock.api.ControlBuffer.ControlMessage;
import org.junit.jupiter.api.Test;

class ControlBufferTest {

    private final ControlBuffer control = new ControlBuffer(64);

    @Test
    void shouldHaveRoomForThePaddingOfItsLastMessage() {
        assertThat(new ControlBuffer(20).addInt(SysSocket.SOL_SOCKET, 4711, 0).length()).isEqualTo(24);
        assertThat(new ControlBuffer(20).segment().byteSize()).isEqualTo(24);
        assertThat(new ControlBuffer(24).segment().byteSize()).isEqualTo(24);
    }

    @Test
    void shouldGiveBackTheMessagesThatWereAdded() {
        control.addInt(SysSocket.SOL_SOCKET, 7, 42).add(270, 3, MemorySegment.ofArray(new byte[] {1, 2, 3}));

        List<ControlMessage> messages = control.messages();

        assertThat(control.length()).isEqualTo(16 + 8 + 16 + 8);
        assertThat(messages).extracting(ControlMessage::level).containsExactly(SysSocket.SOL_SOCKET, 270);
        assertThat(messages).extracting(ControlMessage::type).containsExactly(7, 3);
        assertThat(messages.get(0).data().get(ValueLayout.JAVA_INT, 0)).isEqualTo(42);
        assertThat(messages.get(1).data().toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 3);
    }

    @Test
    void shouldRefuseAMessageThatDoesNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> control.add(1, 1, MemorySegment.ofArray(new byte[49])))
                .withMessageContaining("72").withMessageContaining("64");
        assertThat(control.length()).isZero();
    }

    @Test
    void shouldEndAtAMessageWhoseLengthIsFalse() {
        control.addInt(1, 1, 1).addInt(1, 2, 2);
        control.segment().set(ValueLayout.JAVA_LONG, 24, 1000);

        assertThat(control.messages()).extracting(ControlMessage::type).containsExactly(1);

        control.segment().set(ValueLayout.JAVA_LONG, 24, 15);

        assertThat(control.messages()).hasSize(1);
    }

    @Test
    void shouldBeEmptyAfterClear() {
        control.addInt(1, 1, 1).clear();

        assertThat(control.messages()).isEmpty();
    }
}
