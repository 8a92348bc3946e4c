// SPDX-License-Identifier: Apache-2.0
package ksock.impl.race;

import static ksock.api.SysSocket.MSG_DONTWAIT;
import static ksock.api.SysSocket.MSG_OOB;
import static ksock.api.SysSocket.MSG_WAITALL;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.MessageHeader;
import ksock.impl.race.Race.Outcome;
import ksock.impl.socket.Fixture;
import ksock.impl.socket.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Urgent data against a receive that waits for more than there is: it stops there, whenever that data comes. */
@Timeout(600)
class UrgentDataRaceTest {

    private static final int ROUNDS = 150;
    /** Longer than a round may last, and a reason to wait otherwise than in the kernel. */
    private static final Duration LIMIT = Fixture.PATIENCE.multipliedBy(2);

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    static Stream<Arguments> receives() {
        return Stream.of(Threads.values()).flatMap(threads -> Stream.of("TCP", "UNIX")
                .flatMap(kind -> Stream.of("recv", "recvmsg").map(call -> Arguments.of(threads, kind, call))));
    }

    @ParameterizedTest
    @MethodSource("receives")
    void shouldStopAtUrgentDataThatComesWhileAllIsWaitedFor(Threads threads, String kind, String call)
            throws Exception {
        Race race = new Race("urgent data and " + call + " of all on " + kind + " and " + threads);
        race.rounds(ROUNDS, round -> {
            KernelSocket[] pair = kind.equals("TCP") ? fixture.connection() : fixture.pair(SOCK_STREAM);
            pair[0].send(new byte[] {'a', 'b'}, 0, 2, 0);
            KernelSocket receiver = pair[1].within(LIMIT);
            MemorySegment data = Arena.ofAuto().allocate(8);
            List<Outcome> ends = race.run(threads,
                    () -> call.equals("recv") ? receiver.recv(data, 0, data.byteSize(), MSG_WAITALL)
                            : receiver.recvmsg(new MessageHeader().buffers(data), MSG_WAITALL),
                    () -> pair[0].send(new byte[] {'!'}, 0, 1, MSG_OOB));

            assertThat(ends.getFirst().value()).isEqualTo(2L);
            byte[] urgent = {0};
            assertThat(pair[1].recv(urgent, 0, 1, MSG_OOB | MSG_DONTWAIT)).isEqualTo(1);
            assertThat(urgent).containsExactly('!');
            pair[0].close();
            pair[1].close();
        });
    }
}
