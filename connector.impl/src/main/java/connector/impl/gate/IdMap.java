// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.Sender;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which users or groups of the host this process' user namespace has. All others look as if they were one, the overflow
 * id (65534), which is also a user's of its own, nobody's: where there are others, it says nothing of who it is.
 */
final class IdMap {

    private static final long ALL = 0xFFFF_FFFFL;
    private static final Logger LOG = LoggerFactory.getLogger(IdMap.class);

    static final IdMap USERS = of(Path.of("/proc/self/uid_map"), Path.of("/proc/sys/kernel/overflowuid"));
    static final IdMap GROUPS = of(Path.of("/proc/self/gid_map"), Path.of("/proc/sys/kernel/overflowgid"));

    private final boolean whole;
    private final int overflow;

    private IdMap(boolean whole, int overflow) {
        this.whole = whole;
        this.overflow = overflow;
    }

    /**
     * Reads a map.
     *
     * @param map lines of the first id inside, the first outside, and how many
     * @param overflow the id of all others
     */
    static IdMap of(Path map, Path overflow) {
        try {
            long mapped = 0;
            for (String line : Files.readAllLines(map)) {
                mapped += Long.parseLong(line.strip().split(" +", -1)[2]);
            }
            // Not Files.readString: it begins with a byte, and such a file tells all in one read, or no more.
            try (BufferedReader line = Files.newBufferedReader(overflow)) {
                return new IdMap(mapped >= ALL, Integer.parseUnsignedInt(String.valueOf(line.readLine())));
            }
        } catch (IOException | NumberFormatException e) {
            // A kernel without user namespaces has neither of them, and no others.
            LOG.debug("{} and {} do not tell which ids there are", map, overflow, e);
            return new IdMap(true, 0);
        }
    }

    /** {@return the id, or {@link Sender#UNKNOWN} if it may be anybody's} */
    int known(int id) {
        return whole || id != overflow ? id : Sender.UNKNOWN;
    }
}
