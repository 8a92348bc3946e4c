// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static ksock.api.SysSocket.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import ksock.api.KernelSocket;
import ksock.api.SockAddrBuffer;
import ksock.impl.libc.SocketCalls;
import ksock.impl.loop.ChildProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a call costs beside the system call, and which way it takes there. */
@Timeout(300)
class CallCostTest {

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldAllocateNothingInSteadyState() throws Exception {
        KernelSocket[] pair = fixture.pair(SOCK_STREAM);
        MemorySegment buffer = Arena.ofAuto().allocate(64);
        SockAddrBuffer from = new SockAddrBuffer();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int turns = 20_000;
        // However long the just-in-time compiler takes to get there.
        await().atMost(Fixture.PATIENCE).until(() -> {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < turns; i++) {
                pair[0].send(buffer, 0, 64, 0);
                pair[1].recv(buffer, 0, 64, 0);
                pair[1].recv(buffer, 0, 64, MSG_DONTWAIT);
                pair[1].recvfrom(buffer, 8, 8, MSG_DONTWAIT, from);
            }
            return threads.getCurrentThreadAllocatedBytes() - before < turns;
        });
    }

    @Test
    void shouldLeaveNoGarbageInACallbackThatReceivesAndSends() throws Exception {
        assertThat(Long.parseLong(ChildProgram.run(EchoProgram.class))).isLessThan(EchoProgram.TURNS);
    }

    @Test
    void shouldCallLibCWhereItIsAskedTo() throws Exception {
        assertThat(ChildProgram.run(CallsProgram.class, "-Dksock.calls=libc")).isEqualTo("false");
        assertThat(ChildProgram.run(CallsProgram.class)).isEqualTo(String.valueOf(SocketCalls.brief()));
    }
}
