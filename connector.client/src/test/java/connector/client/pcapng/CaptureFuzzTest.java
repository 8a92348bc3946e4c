// SPDX-License-Identifier: Apache-2.0
package connector.client.pcapng;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import connector.api.wire.CnMsgHdr;
import connector.client.CnMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Any bytes at all, as a file that {@code cn replay} is given. The build replays what is in the folder of inputs; with
 * {@code JAZZER_FUZZ=1} in the environment it looks for more, guided by coverage:
 * {@code JAZZER_FUZZ=1 mvn test -pl connector.client -am -Dtest=CaptureFuzzTest
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class CaptureFuzzTest {

    @FuzzTest(maxDuration = "10m")
    void shouldReadAnyFileToItsEndOrSayWhatIsWrongWithIt(byte[] file) throws IOException {
        List<String> whole = read(new ByteArrayInputStream(file), file.length);
        List<String> piecemeal = read(new Trickle(file), file.length);
        assertThat(piecemeal).as("however it comes").isEqualTo(whole);
    }

    /** Each message, and what was wrong in the end. */
    private static List<String> read(InputStream file, int length) throws IOException {
        List<String> read = new ArrayList<>();
        try (CapturedMessages messages = new CapturedMessages(new CaptureReader(file))) {
            for (CapturedMessage next = messages.next(); next != null; next = messages.next()) {
                CnMessage message = next.message();
                assertThat(message.data().length).isBetween(0, CnMsgHdr.MAX_DATA);
                read.add(next.time() + " " + message.group() + " " + message + " "
                        + HexFormat.of().formatHex(message.data()));
            }
            assertThat(messages.messages()).isEqualTo(read.size()).isLessThanOrEqualTo(length / CnMsgHdr.SIZE);
            assertThat(messages.leftOut()).isBetween(0L, (long) length);
        } catch (CaptureException e) {
            assertThat(e).hasMessageStartingWith("at byte ");
            read.add(e.getMessage());
        }
        return read;
    }

    /** Gives one byte at a time, as a pipe may. */
    private static final class Trickle extends ByteArrayInputStream {

        Trickle(byte[] bytes) {
            super(bytes);
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, 1));
        }
    }
}
