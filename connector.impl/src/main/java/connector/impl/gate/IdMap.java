// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.Sender;
import connector.api.wire.GatePath;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which users or groups of the host this process' user namespace has. All others look as if they were one, the overflow
 * id (65534), which is also a user's of its own, nobody's: where there are others, it says nothing of who it is.
 *
 * <p>Where the host does not tell which there are ({@code /proc} is not mounted, or closed), any id may be the overflow
 * id but root's and this process' own: nobody else is known then, and the log says so, once.
 */
final class IdMap {

    private static final long ALL = 0xFFFF_FFFFL;
    /** What the overflow id is unless the host's operator has chosen another. */
    private static final int NOBODY = 65534;
    private static final int ROOT = 0;
    private static final Path OVERFLOWS = Path.of("/proc/sys/kernel");
    private static final Path SELF = Path.of("/proc/self");
    private static final Logger LOG = LoggerFactory.getLogger(IdMap.class);

    static final IdMap USERS = of(SELF.resolve("uid_map"), OVERFLOWS.resolve("overflowuid"), ownUser());
    static final IdMap GROUPS = of(SELF.resolve("gid_map"), OVERFLOWS.resolve("overflowgid"), ROOT);

    private final IntPredicate known;

    private IdMap(IntPredicate known) {
        this.known = known;
    }

    private static int ownUser() {
        try {
            return (int) GatePath.uid();
        } catch (IOException e) {
            return ROOT;
        }
    }

    /**
     * Reads a map.
     *
     * @param map lines of the first id inside, the first outside, and how many
     * @param overflow the id of all others
     * @param own the id that is known whatever these say
     */
    static IdMap of(Path map, Path overflow, int own) {
        try {
            if (!Files.exists(map) && Files.isDirectory(map.getParent())) {
                LOG.debug("there is no {}: this kernel has no user namespaces, and so no other ids", map);
                return new IdMap(id -> true);
            }
            long mapped = 0;
            for (String line : Files.readAllLines(map)) {
                mapped += Long.parseLong(line.strip().split(" +", -1)[2]);
            }
            if (mapped >= ALL) {
                return new IdMap(id -> true);
            }
            // Not Files.readString: it begins with a byte, and such a file tells all in one read, or no more.
            try (BufferedReader line = Files.newBufferedReader(overflow)) {
                int others = Integer.parseUnsignedInt(String.valueOf(line.readLine()));
                return new IdMap(id -> id != others);
            }
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            LOG.warn("{} and {} do not tell which ids there are ({}): all are taken for nobody's but {}, whatever "
                    + "rules say; mount /proc", map, overflow, e,
                    own == ROOT ? "0" : "0 and " + Integer.toUnsignedString(own));
            return new IdMap(id -> id == ROOT || (id == own && id != NOBODY));
        }
    }

    /** {@return the id, or {@link Sender#UNKNOWN} if it may be anybody's} */
    int known(int id) {
        return known.test(id) ? id : Sender.UNKNOWN;
    }
}
