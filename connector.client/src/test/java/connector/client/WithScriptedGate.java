// SPDX-License-Identifier: Apache-2.0
package connector.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import connector.api.wire.CnMsgHdr;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A test of a socket whose gate says what the test has it say. */
@Timeout(300)
abstract class WithScriptedGate {

    @TempDir
    Path directory;

    ScriptedGate gate;
    CnSocket socket;

    @BeforeEach
    void connect() throws Exception {
        gate = new ScriptedGate(directory);
        socket = CnSocket.socket(gate.path());
        socket.bind(0, 0);
        gate.nextFrame();
    }

    @AfterEach
    void close() throws Exception {
        socket.close();
        gate.close();
    }

    static byte[] message(int idx, int seq, int ack, byte... data) {
        return CnMsgHdr.frame(0, idx, 1, seq, ack, 0, data);
    }

    static void assertErrno(ThrowingCallable call, int errno) {
        assertThatThrownBy(call).isInstanceOfSatisfying(CnException.class, e ->
                assertThat(e.errno()).as(e.getMessage()).isEqualTo(errno));
    }
}
