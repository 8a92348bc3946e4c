// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.impl.socket.Batches.bytes;
import static ksock.impl.socket.Batches.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.List;
import ksock.api.KernelSocket;
import ksock.api.SendBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a batch takes, and what it does not. */
@ParameterizedClass(name = "by a ring: {0}")
@ValueSource(booleans = {true, false})
class SendBatchArgumentsTest {

    private static final int SENDS = 3;
    private static final int BYTES = 100;

    private final boolean ring;
    private final Fixture fixture = new Fixture();
    private SendBatch batch;
    private KernelSocket[] pair;

    SendBatchArgumentsTest(boolean ring) {
        this.ring = ring;
    }

    @BeforeEach
    void open() throws Exception {
        batch = Batches.batch(fixture, ring, SENDS, BYTES);
        pair = fixture.pair(SOCK_STREAM);
    }

    @AfterEach
    void close() {
        if (batch != null) {
            batch.close();
        }
        fixture.close();
    }

    @Test
    void shouldTakeAsManySendsAsItIsFor() {
        assertThat(batch.add(pair[0], bytes("a"))).isTrue();
        assertThat(batch.add(pair[0], bytes("b"))).isTrue();
        assertThat(batch.addAgain(pair[0])).isTrue();
        assertThat(batch.add(pair[0], bytes("c"))).isFalse();
        assertThat(batch.add(pair[0], bytes(""))).isFalse();
        assertThat(batch.addAgain(pair[0])).isFalse();
        assertThat(batch.size()).isEqualTo(SENDS);
        batch.send();
        assertThat(batch.add(pair[0], bytes("c"))).isTrue();
        assertThat(batch.size()).isEqualTo(1);
    }

    @Test
    void shouldTakeAsManyBytesAsItIsFor() throws Exception {
        assertThat(batch.add(pair[0], ByteBuffer.allocate(BYTES))).isTrue();
        assertThat(batch.add(pair[0], ByteBuffer.allocate(1))).isFalse();
        assertThat(batch.addAgain(pair[0])).isTrue();
        batch.send();
        assertThat(batch.result(0)).isEqualTo(BYTES);
        assertThat(batch.add(pair[0], ByteBuffer.allocate(BYTES - 1))).isTrue();
        batch.send();
        assertThat(batch.result(0)).isEqualTo(BYTES - 1);
    }

    @Test
    void shouldKeepWhatWasAddedWhereThereIsNoRoomForMore() throws Exception {
        assertThat(batch.add(pair[0], bytes("x".repeat(60)))).isTrue();
        assertThat(batch.add(pair[0], bytes("y".repeat(60)))).isFalse();
        assertThat(batch.add(pair[0], bytes("z".repeat(30)))).isTrue();
        batch.send();
        assertThat(batch.size()).isEqualTo(2);
        assertThat(received(pair[1])).isEqualTo("x".repeat(60) + "z".repeat(30));
    }

    @Test
    void shouldRefuseMoreThanItCouldEverHold() {
        batch.add(pair[0], bytes("x"));
        assertThatIllegalArgumentException().isThrownBy(() -> batch.add(pair[0], ByteBuffer.allocate(BYTES + 1)))
                .withMessageContaining(String.valueOf(BYTES + 1));
        assertThat(batch.size()).isEqualTo(1);
    }

    @Test
    void shouldRefuseNull() {
        assertThatNullPointerException().isThrownBy(() -> batch.add(null, bytes("x")));
        assertThatNullPointerException().isThrownBy(() -> batch.add(pair[0], null));
        batch.add(pair[0], bytes("x"));
        assertThatNullPointerException().isThrownBy(() -> batch.addAgain(null));
        assertThat(batch.size()).isEqualTo(1);
    }

    @Test
    void shouldRefuseASocketOfAnotherService() {
        KernelSocket foreign = (KernelSocket) Proxy.newProxyInstance(KernelSocket.class.getClassLoader(),
                new Class<?>[] {KernelSocket.class},
                (proxy, method, args) -> method.getName().equals("toString") ? "a foreign one" : null);
        assertThatIllegalArgumentException().isThrownBy(() -> batch.add(foreign, bytes("x")))
                .withMessageContaining("a foreign one");
        batch.add(pair[0], bytes("x"));
        assertThatIllegalArgumentException().isThrownBy(() -> batch.addAgain(foreign));
        assertThat(batch.size()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"heap", "direct", "read-only", "read-only direct"})
    void shouldTakeWhatLiesBetweenPositionAndLimitAndLeaveThem(String kind) throws Exception {
        ByteBuffer whole = kind.contains("direct") ? ByteBuffer.allocateDirect(16) : ByteBuffer.allocate(16);
        whole.put(bytes("0123456789abcdef")).flip();
        ByteBuffer data = kind.contains("read-only") ? whole.asReadOnlyBuffer() : whole;
        data.position(3).limit(9);
        ByteBuffer slice = data.slice().position(1).limit(3);
        batch.add(pair[0], data);
        batch.add(pair[0], slice);
        assertThat(List.of(data.position(), data.limit(), slice.position(), slice.limit()))
                .containsExactly(3, 9, 1, 3);
        // Copied: what becomes of it is no matter.
        whole.clear().put(new byte[16]);

        batch.send();

        assertThat(received(pair[1])).isEqualTo("34567845");
    }

    @Test
    void shouldAddNothingAgainWhereNothingWasAdded() {
        assertThatIllegalStateException().isThrownBy(() -> batch.addAgain(pair[0]));
        batch.add(pair[0], bytes("x"));
        batch.send();
        assertThatIllegalStateException().isThrownBy(() -> batch.addAgain(pair[0]));
    }

    @Test
    void shouldKnowNoSendThatIsNotThere() throws Exception {
        batch.send();
        assertThat(batch.size()).isZero();
        assertNone(0);
        batch.add(pair[0], bytes("x"));
        assertThat(batch.length(0)).isEqualTo(1);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.result(0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.unsent(0));
        batch.send();
        assertThat(batch.result(0)).isEqualTo(1);
        assertNone(-1);
        assertNone(1);
        assertNone(SENDS);
    }

    private void assertNone(int index) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.length(index));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.result(index));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.unsent(index));
    }

    @Test
    void shouldDoNothingOnceItIsClosed() throws Exception {
        batch.add(pair[0], bytes("x"));
        batch.close();
        batch.close();
        assertClosed();
        assertThat(received(pair[1])).as("what was not sent is dropped").isEmpty();
    }

    @Test
    void shouldBeClosedAlsoWhereItIsFull() {
        for (int i = 0; i < SENDS; i++) {
            batch.add(pair[0], bytes("x"));
        }
        batch.close();
        assertClosed();
    }

    @Test
    void shouldBeClosedAlsoWhereItHasSent() throws Exception {
        batch.add(pair[0], bytes("x"));
        batch.send();
        batch.close();
        assertClosed();
        assertThat(batch.result(0)).as("what was known stays so").isEqualTo(1);
    }

    private void assertClosed() {
        assertThatIllegalStateException().isThrownBy(() -> batch.add(pair[0], bytes("y")));
        assertThatIllegalStateException().isThrownBy(() -> batch.add(pair[0], bytes("")));
        assertThatIllegalStateException().isThrownBy(() -> batch.addAgain(pair[0]));
        assertThatIllegalStateException().isThrownBy(() -> batch.send());
    }
}
