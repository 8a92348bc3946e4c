// SPDX-License-Identifier: Apache-2.0
package ksock.impl.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import ksock.api.KernelSockets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays random sequences with callbacks set on every socket, and compares what they are told with what epoll sees in
 * libc's player; with the properties of {@link DifferentialTest}, the replay excepted: its seed gives a sequence again.
 */
class EventDifferentialTest {

    /** What a build plays, however fast the machine is. */
    private static final int SEQUENCES = 40;

    /** A fault must show each time; one of the machine's being busy does not. */
    private static final int REPLAYS = 4;

    @TempDir
    private Path directory;
    private HostPlayer host;
    private List<SocketPlayer> players;
    private int parted;

    @BeforeEach
    void begin() throws Exception {
        Path program = HostPlayer.build(directory);
        assumeTrue(program != null, "no C compiler (cc) on this machine: nothing to compare with");
        Path here = Files.createDirectory(directory.resolve("ksock"));
        KernelSockets sockets = ServiceLoader.load(KernelSockets.class).findFirst().orElseThrow();
        players = List.of(new SocketPlayer(sockets, here, false, true, false),
                new SocketPlayer(sockets, here, true, true, false));
        host = new HostPlayer(program, Files.createDirectory(directory.resolve("libc")));
    }

    @AfterEach
    void end() throws Exception {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void shouldTellWhatTheHostsEpollSees() throws Exception {
        boolean exploring = System.getProperty("ksock.differential.seconds") != null;
        long seed = Long.getLong("ksock.differential.seed", exploring ? System.nanoTime() : 1);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong("ksock.differential.seconds", 0));
        int played = 0;
        int unsettled = 0;
        parted = 0;
        do {
            if (!agree(seed + played, players.get(played % players.size()))) {
                unsettled++;
            }
            played++;
        } while (exploring ? System.nanoTime() - end < 0 || played == parted : played < SEQUENCES);
        System.out.printf("differential of events: %d sequences from seed %d, %d of them settled only when played "
                + "again, %d to be compared in part%n", played, seed, unsettled, parted);
        assertThat(played).as("those to be compared in part").isGreaterThan(parted);
    }

    /** Whether the first play agreed; fails if none does. */
    private boolean agree(long seed, SocketPlayer player) throws Exception {
        List<String> lines = EventSequence.of(seed);
        String fault = fault(lines, player);
        if (fault == null) {
            return true;
        }
        System.out.println("differential of events: seed " + seed + ": " + fault);
        for (int i = 1; i < REPLAYS; i++) {
            fault = fault(lines, player);
            if (fault == null) {
                return false;
            }
        }
        return fail("-Dksock.differential.seed=" + seed + ", " + player + ": " + fault);
    }

    /** The first fault of a play, null if there is none. */
    private String fault(List<String> lines, SocketPlayer player) throws Exception {
        EventJudge judge = new EventJudge(host.observe(lines));
        try {
            player.play(lines, judge);
            return null;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EventJudge.Parting) {
                parted++;
                return null;
            }
            if (e.getCause() instanceof EventJudge.Fault fault) {
                return fault.getMessage();
            }
            throw e;
        }
    }
}
