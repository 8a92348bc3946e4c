// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import static org.assertj.core.api.Assertions.assertThat;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.ProcEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenRequestsTest {

    private final Client client = new Client(4711);

    @ParameterizedTest
    @CsvSource({
        // words of the request, errno of the answer
        "1, 0",      // PROC_CN_MCAST_LISTEN
        "2, 0",      // PROC_CN_MCAST_IGNORE
        "1 0, 0",    // with the mask that later kernels take
        "1 1, 0",    // forks alone
        "3, 22",     // no such operation
        "'', 22",
        "1 0 0, 22",
    })
    void shouldAnswerAsTheKernelWouldHave(String words, int errno) {
        CnMsg request = CnMsg.of(new CbId(1, 1), 0x1234, 0xffffffff, bytes(words));

        new ListenRequests(new EventMasks()).callback(request, client);

        assertThat(client.received).singleElement().satisfies(reply -> {
            assertThat(reply.isReplyTo(request)).isTrue();
            ByteBuffer data = reply.data().order(ByteOrder.nativeOrder());
            assertThat(data.getInt(ProcEvent.WHAT)).isEqualTo(ProcEvent.PROC_EVENT_NONE);
            assertThat(data.getInt(ProcEvent.EVENT_DATA)).isEqualTo(errno);
        });
    }

    private static byte[] bytes(String words) {
        String[] each = words.isEmpty() ? new String[0] : words.split(" ");
        ByteBuffer data = ByteBuffer.allocate(4 * each.length).order(ByteOrder.nativeOrder());
        for (String word : each) {
            data.putInt(Integer.parseInt(word));
        }
        return data.array();
    }
}
