// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.MessageHeader;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** MSG_WAITALL: what the host does in one call is the same where it takes several. */
class WaitAllTest {

    private static final int LENGTH = 8;

    /** Longer than a receive may take: one that ends by its limit fails. */
    private static final Duration LIMIT = Fixture.PATIENCE.multipliedBy(2);

    /** How the receiver waits: in the kernel, parked, or with a limit in time. */
    private enum Way {
        IN_KERNEL(Threads.PLATFORM, false), PARKED(Threads.VIRTUAL, false), LIMITED(Threads.PLATFORM, true),
        PARKED_AND_LIMITED(Threads.VIRTUAL, true);

        private final Threads threads;
        private final boolean limited;

        Way(Threads threads, boolean limited) {
            this.threads = threads;
            this.limited = limited;
        }
    }

    /** What comes while the receiver waits; null if it must not wait. */
    @FunctionalInterface
    private interface Rest {
        void send(KernelSocket to) throws KernelSocketException;
    }

    private record Case(String name, boolean unix, int flags, Rest first, Rest rest, int expected) {
    }

    private static final List<Case> CASES = List.of(
            new Case("in two parts", false, 0, s -> send(s, "abc", 0), s -> send(s, "defgh", 0), 8),
            new Case("in two parts, UNIX", true, 0, s -> send(s, "abc", 0), s -> send(s, "defgh", 0), 8),
            new Case("more than enough", false, 0, s -> send(s, "abcdefghij", 0), null, 8),
            new Case("the end of file", false, 0, s -> send(s, "abc", 0), s -> s.shutdown(SHUT_WR), 3),
            new Case("the end of file, UNIX", true, 0, s -> send(s, "abc", 0), s -> s.shutdown(SHUT_WR), 3),
            new Case("peeked at", false, MSG_PEEK, s -> send(s, "abc", 0), s -> send(s, "defgh", 0), 8),
            new Case("peeked at, the end of file", false, MSG_PEEK, s -> send(s, "abc", 0), s -> s.shutdown(SHUT_WR),
                    3),
            new Case("peeked at, UNIX: does not wait", true, MSG_PEEK, s -> send(s, "abc", 0), null, 3),
            new Case("before urgent data", false, 0, s -> send(s, "ab!", MSG_OOB), null, 2),
            new Case("before urgent data, UNIX", true, 0, s -> send(s, "ab!", MSG_OOB), null, 2),
            new Case("urgent data comes", false, 0, s -> send(s, "ab", 0), s -> send(s, "c!", MSG_OOB), 3),
            new Case("urgent data alone comes", false, 0, s -> send(s, "ab", 0), s -> send(s, "!", MSG_OOB), 2),
            new Case("urgent data alone comes, UNIX", true, 0, s -> send(s, "ab", 0), s -> send(s, "!", MSG_OOB), 2));

    @TestFactory
    Stream<DynamicTest> receivesTheSameHoweverItWaits() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Case row : CASES) {
            for (Way way : Way.values()) {
                tests.add(DynamicTest.dynamicTest(row.name + ", recv " + way, () -> check(row, way, false)));
                tests.add(DynamicTest.dynamicTest(row.name + ", recvmsg " + way, () -> check(row, way, true)));
            }
        }
        return tests.stream();
    }

    private static void check(Case row, Way way, boolean message) throws Exception {
        try (Fixture fixture = new Fixture()) {
            KernelSocket[] pair = row.unix ? fixture.pair(SOCK_STREAM) : fixture.connection();
            row.first.send(pair[0]);
            KernelSocket receiver = way.limited ? pair[1].within(LIMIT) : pair[1];
            MemorySegment data = MemorySegment.ofArray(new byte[LENGTH]);
            FutureTask<Long> receiving = way.threads.run(() -> message
                    ? receiver.recvmsg(new MessageHeader().buffers(data.asSlice(0, 2), data.asSlice(2)),
                            MSG_WAITALL | row.flags)
                    : receiver.recv(data, 0, LENGTH, MSG_WAITALL | row.flags));
            if (row.rest != null) {
                Fixture.awaitBlocked(pair[1], 1);
                row.rest.send(pair[0]);
            }
            assertThat(receiving.get(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(row.expected);
            assertThat(new String(data.toArray(ValueLayout.JAVA_BYTE), 0, row.expected,
                    StandardCharsets.US_ASCII)).isEqualTo("abcdefgh".substring(0, row.expected));
        }
    }

    @TestFactory
    Stream<DynamicTest> givesSocketsWithTheirOwnData() {
        return Stream.of(Way.values()).map(way -> DynamicTest.dynamicTest(way.name(), () -> {
            try (Fixture fixture = new Fixture()) {
                KernelSocket[] pair = fixture.pair(SOCK_STREAM);
                pair[0].sendmsg(new MessageHeader().buffers(MemorySegment.ofArray(new byte[2]))
                        .rights(List.of(pair[0])), 0);
                send(pair[0], "abcdef", 0);
                KernelSocket receiver = way.limited ? pair[1].within(LIMIT) : pair[1];
                MessageHeader header = new MessageHeader().buffers(MemorySegment.ofArray(new byte[LENGTH]));
                assertThat(way.threads.run(() -> receiver.recvmsg(header, MSG_WAITALL)).get()).isEqualTo(2);
                assertThat(header.rights()).singleElement().satisfies(fixture::keep);
            }
        }));
    }

    private static void send(KernelSocket socket, String text, int flags) throws KernelSocketException {
        byte[] data = text.getBytes(StandardCharsets.US_ASCII);
        socket.send(data, 0, data.length, flags);
    }
}
