// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.impl.socket.Batches.bytes;
import static ksock.impl.socket.Batches.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import ksock.api.KernelSocket;
import ksock.api.SendBatch;
import ksock.api.family.FamilySocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a family does in a send that a batch makes is no matter of who owns the batch, nor of other sockets. */
@Timeout(300)
@ParameterizedClass(name = "by a ring: {0}")
@ValueSource(booleans = {true, false})
class BatchFamilyTest {

    /** What a family does to send. */
    @FunctionalInterface
    private interface Send {
        long make() throws Exception;
    }

    private final boolean ring;
    private final Fixture fixture = new Fixture();
    private final SocketScope owner = fixture.core.scope(42, "an.owner");
    private volatile Send send;
    private KernelSocket own;
    private KernelSocket[] first;
    private KernelSocket[] second;

    BatchFamilyTest(boolean ring) {
        this.ring = ring;
    }

    @BeforeEach
    void open() throws Exception {
        FamilySocket socket = (FamilySocket) Proxy.newProxyInstance(FamilySocket.class.getClassLoader(),
                new Class<?>[] {FamilySocket.class}, (proxy, method, args) -> switch (method.getName()) {
                    case "send" -> send.make();
                    case "poll" -> 0;
                    default -> null;
                });
        fixture.core.putFamily(new FamilyEntry((domain, type, protocol) -> socket, "one", MemoryFamily.DOMAIN,
                FamilyEntry.ALL, 0, 7));
        own = fixture.keep(fixture.sockets.socket(MemoryFamily.DOMAIN, SOCK_DGRAM, 0));
        first = fixture.pair(SOCK_STREAM);
        second = fixture.pair(SOCK_STREAM);
    }

    @AfterEach
    void close() {
        owner.close();
        fixture.close();
    }

    /** Has a thread stay in the family's send, between two of the host, until something is done that must not wait. */
    private void sendWhile(SendBatch batch, Runnable done) throws Exception {
        CountDownLatch sending = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        send = () -> {
            sending.countDown();
            goOn.await();
            return 1;
        };
        batch.add(first[0], bytes("a"));
        batch.add(own, bytes("b"));
        batch.add(second[0], bytes("c"));
        FutureTask<Void> sent = Threads.PLATFORM.run(() -> {
            batch.send();
            return null;
        });
        try {
            assertThat(sending.await(60, TimeUnit.SECONDS)).isTrue();
            Threads.PLATFORM.run(() -> {
                done.run();
                return null;
            }).get(60, TimeUnit.SECONDS);
            assertThat(sent).isNotDone();
        } finally {
            goOn.countDown();
        }
        assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> sent.get(60, TimeUnit.SECONDS))
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldLetTheOwnerGoHoweverLongAFamilyTakesToSend() throws Exception {
        SendBatch batch = owner.sendBatch(8, 1024);

        sendWhile(batch, owner::close);

        assertSentBefore(batch);
    }

    @Test
    void shouldBeClosedHoweverLongAFamilyTakesToSend() throws Exception {
        SendBatch batch = Batches.batch(fixture, ring, 8, 1024);

        sendWhile(batch, batch::close);

        assertSentBefore(batch);
    }

    @Test
    void shouldDropWhatIsBehindASendFromWithinWhichItIsClosed() throws Exception {
        SendBatch batch = Batches.batch(fixture, ring, 8, 1024);
        send = () -> {
            batch.close();
            return 1;
        };
        batch.add(first[0], bytes("a"));
        batch.add(own, bytes("b"));
        batch.add(second[0], bytes("c"));

        assertThatIllegalStateException().isThrownBy(batch::send);

        assertSentBefore(batch);
    }

    @Test
    void shouldNotAskAFamilyAgainThatHasClosedTheBatchFromWithinItsSend() throws Exception {
        SendBatch batch = Batches.batch(fixture, ring, 8, 1024);
        AtomicInteger asked = new AtomicInteger();
        send = () -> {
            asked.incrementAndGet();
            batch.close();
            return 1;
        };
        batch.add(own, bytes("a"));
        batch.add(own, bytes("b"));

        assertThatIllegalStateException().isThrownBy(batch::send);

        assertThat(asked).hasValue(1);
        assertThat(batch.result(0)).isEqualTo(1);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.result(1));
    }

    @Test
    void shouldRefuseToBeUsedFromWithinItsOwnSend() throws Exception {
        SendBatch batch = Batches.batch(fixture, ring, 8, 1024);
        List<Throwable> refused = new ArrayList<>();
        send = () -> {
            refused.add(catchThrowable(() -> batch.add(own, bytes("x"))));
            refused.add(catchThrowable(() -> batch.addAgain(own)));
            refused.add(catchThrowable(batch::send));
            return 1;
        };
        batch.add(first[0], bytes("a"));
        batch.add(own, bytes("b"));
        batch.add(second[0], bytes("c"));

        batch.send();

        assertThat(refused).hasSize(3).allSatisfy(e -> assertThat(e).isInstanceOf(IllegalStateException.class));
        assertThat(List.of(batch.result(0), batch.result(1), batch.result(2))).containsOnly(1L);
        assertThat(received(first[1])).isEqualTo("a");
        assertThat(received(second[1])).isEqualTo("c");
        assertThat(batch.add(first[0], bytes("d"))).as("afterwards").isTrue();
    }

    /** That those before the batch was closed are sent, and that it is in no socket any more. */
    private void assertSentBefore(SendBatch batch) throws Exception {
        assertThat(batch.result(0)).isEqualTo(1);
        assertThat(batch.result(1)).isEqualTo(1);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.result(2));
        assertThat(received(first[1])).isEqualTo("a");
        assertThat(received(second[1])).isEmpty();
        assertThat(SocketHandle.stateOf(first[0]).calls()).isZero();
        assertThat(SocketHandle.stateOf(second[0]).calls()).isZero();
        assertThat(SocketHandle.stateOf(own).calls()).isZero();
    }
}
