// SPDX-License-Identifier: Apache-2.0
package connector.api.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Where the default gate's socket is: one rule for the platform that makes it and the processes that look for it.
 *
 * <p>It is {@code gate.sock} in the first of these directories that is usable:
 * <ol>
 * <li>{@code $XDG_RUNTIME_DIR/connector}, if that variable names a directory of this user;</li>
 * <li>{@code /run/user/<uid>/connector}, if {@code /run/user/<uid>} is a directory of this user;</li>
 * <li>{@code /run/connector}, for root;</li>
 * <li>{@code /tmp/connector-<uid>}.</li>
 * </ol>
 *
 * <p>Nobody else can make the first three. In {@code /tmp} anybody can: there the directory counts only if it is no
 * link and belongs to this user, which the sticky bit then keeps so; both sides ask {@link #isOwn}.
 */
public final class GatePath {

    /** Environment variable that names the socket instead, for those who look for it. */
    public static final String ENVIRONMENT = "CN_SOCKET";

    private static final String NAME = "gate.sock";

    private GatePath() {
    }

    /**
     * Where a platform of this user makes the default gate's socket. Its directory may have to be made: with mode 0700,
     * or 0711 if others may connect.
     *
     * @return an absolute path
     * @throws IOException if this process' user cannot be found out
     */
    public static Path ofPlatform() throws IOException {
        return candidates(System::getenv, uid()).getFirst();
    }

    /**
     * Where a process of this user finds the default gate's socket: the first that is there, or, if there is none,
     * where it would be.
     *
     * @return an absolute path
     * @throws IOException if this process' user cannot be found out
     */
    public static Path ofClient() throws IOException {
        String named = System.getenv(ENVIRONMENT);
        if (named != null && !named.isEmpty()) {
            return Path.of(named).toAbsolutePath();
        }
        long uid = uid();
        List<Path> candidates = candidates(System::getenv, uid);
        for (Path candidate : candidates) {
            if (Files.exists(candidate) && isOwn(candidate.getParent(), uid)) {
                return candidate;
            }
        }
        return candidates.getFirst();
    }

    /**
     * Tells whether a directory belongs to a user, and is none that another put there as a link.
     *
     * @param directory a path
     * @param uid the user
     * @return false also if it is not there
     */
    public static boolean isOwn(Path directory, long uid) {
        try {
            return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) && owner(directory) == uid;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * The effective user of this process.
     *
     * @return the uid
     * @throws IOException if the system does not tell
     */
    public static long uid() throws IOException {
        Path self = Path.of("/proc/self");
        return owner(Files.exists(self) ? self.toRealPath() : Path.of(System.getProperty("user.home")));
    }

    static List<Path> candidates(UnaryOperator<String> environment, long uid) {
        List<Path> candidates = new ArrayList<>();
        String runtime = environment.apply("XDG_RUNTIME_DIR");
        if (runtime != null && runtime.startsWith("/") && isOwn(Path.of(runtime), uid)) {
            candidates.add(Path.of(runtime, "connector", NAME));
        }
        Path perUser = Path.of("/run/user", Long.toString(uid));
        if (isOwn(perUser, uid)) {
            candidates.add(perUser.resolve("connector").resolve(NAME));
        }
        if (uid == 0 && Files.isDirectory(Path.of("/run"))) {
            candidates.add(Path.of("/run/connector", NAME));
        }
        candidates.add(Path.of("/tmp/connector-" + uid, NAME));
        return candidates;
    }

    private static long owner(Path path) throws IOException {
        return Integer.toUnsignedLong((Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    }
}
