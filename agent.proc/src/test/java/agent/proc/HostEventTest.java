// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.NlAttr;
import connector.api.wire.NlMsgHdr;
import connector.api.wire.ProcEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HostEventTest {

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096).order(ByteOrder.nativeOrder());
    private final HostEvent event = new HostEvent(buffer);

    @Test
    void shouldReadAnExit() {
        int length = received(1, 1, words(ProcEvent.PROC_EVENT_EXIT, 3, 5, 6, 256, 17, 1, 2));

        assertThat(event.take(length)).isTrue();
        assertThat(event.what()).isEqualTo(ProcEvent.PROC_EVENT_EXIT);
        assertThat(event.cpu()).isEqualTo(3);
        assertThat(event.seq()).isEqualTo(77);
        assertThat(event.word(2)).isEqualTo(256);
        assertThat(event.word(5)).isEqualTo(2);
    }

    @Test
    void shouldReadTheShorterEventsOfOlderKernels() {
        int length = received(1, 1, words(ProcEvent.PROC_EVENT_EXIT, 0, 5, 5, 0, 17));

        assertThat(event.take(length)).isTrue();
        assertThat(event.word(4)).isZero();
        assertThat(event.complete("", 0)).hasSize(ProcEvent.ATTRIBUTES);
    }

    @Test
    void shouldReadTheNameOfACommEvent() {
        byte[] data = words(ProcEvent.PROC_EVENT_COMM, 0, 5, 5, 0, 0, 0, 0);
        System.arraycopy("kworker/0:1".getBytes(StandardCharsets.UTF_8), 0, data, 24, 11);

        assertThat(event.take(received(1, 1, data))).isTrue();
        assertThat(event.comm()).isEqualTo("kworker/0:1");
    }

    @Test
    void shouldCompleteTheKernelsBytesWithNameAndLoss() {
        byte[] data = words(ProcEvent.PROC_EVENT_EXEC, 1, 42, 42);
        event.take(received(1, 1, data));

        byte[] completed = event.complete("sleep", 9);

        ByteBuffer bytes = ByteBuffer.wrap(completed).order(ByteOrder.nativeOrder());
        assertThat(completed).startsWith(data);
        assertThat(NlAttr.string(bytes, ProcEvent.ATTRIBUTES, completed.length, ProcEvent.ATTR_NAME))
                .isEqualTo("sleep");
        int lost = NlAttr.find(bytes, ProcEvent.ATTRIBUTES, completed.length, ProcEvent.ATTR_LOST);
        assertThat(bytes.getLong(lost + NlAttr.SIZE)).isEqualTo(9);
    }

    @Test
    void shouldRefuseWhatIsNoWholeEvent() {
        int length = received(1, 1, words(ProcEvent.PROC_EVENT_EXEC, 1, 42, 42));

        assertThat(event.take(length - 1)).as("cut off").isFalse();
        assertThat(event.take(35)).as("shorter than its headers").isFalse();
        assertThat(event.take(buffer.capacity() + 1)).as("longer than was received").isFalse();
        assertThat(event.take(received(3, 1, words(0, 0, 0, 0)))).as("another id").isFalse();
        assertThat(event.take(received(1, 1, new byte[20]))).as("a short event").isFalse();
    }

    private int received(int idx, int val, byte[] data) {
        byte[] frame = CnMsgHdr.frame(0, idx, val, 77, 0, 0, data);
        buffer.put(0, frame);
        return NlMsgHdr.SIZE + CnMsgHdr.SIZE + data.length;
    }

    private static byte[] words(int what, int cpu, int... words) {
        ByteBuffer data = ByteBuffer.allocate(16 + 4 * words.length).order(ByteOrder.nativeOrder());
        data.putInt(what).putInt(cpu).putLong(123456789L);
        for (int word : words) {
            data.putInt(word);
        }
        return data.array();
    }
}
