// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ksock.impl.loop.ChildProgram;
import ksock.impl.socket.CallsProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a library sees that LD_PRELOAD puts between this and libc. */
class PreloadTest {

    /** How many pairs of sockets {@link CallsProgram} makes. */
    private static final long PAIRS = 2;
    /** How many messages it sends, at least. */
    private static final long MESSAGES = 10;

    @TempDir
    private Path folder;

    @Test
    void shouldShowEveryCallToAPreloadedLibraryWhereCallsAreLibcs() throws Exception {
        Map<String, Long> seen = seen("-Dksock.calls=libc");

        assertThat(seen).containsEntry("pairs", PAIRS);
        assertThat(seen.get("sends")).as("send, sendto").isGreaterThanOrEqualTo(MESSAGES);
        assertThat(seen.get("receives")).as("recv, recvfrom").isGreaterThanOrEqualTo(MESSAGES);
        assertThat(seen.get("waits")).as("epoll_wait").isPositive();
    }

    @Test
    void shouldHideTheCallsOfEveryMessageWhereTheyGoPastLibc() throws Exception {
        assumeTrue(SocketCalls.brief(), "here all calls are libc's");

        assertThat(seen()).isEqualTo(Map.of("pairs", PAIRS, "sends", 0L, "receives", 0L, "waits", 0L));
    }

    private Map<String, Long> seen(String... options) throws Exception {
        Path library = CCompiler.build("preload.c", folder.resolve("preload.so"), "-shared", "-fPIC");
        assumeTrue(library != null, "no C compiler (cc) on this machine to make the library with");
        Map<String, String> environment = Map.of("LD_PRELOAD", library.toString());
        List<String> printed = ChildProgram.lines(CallsProgram.class, environment, options);
        Map<String, Long> seen = new HashMap<>();
        for (String line : printed) {
            String[] parts = line.split(" ", 2);
            if (parts.length == 2) {
                seen.put(parts[0], Long.valueOf(parts[1]));
            }
        }
        return seen;
    }
}
