// SPDX-License-Identifier: Apache-2.0
package platform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What Gogo's shell has to be told: whether somebody types, and which profile it begins with. */
final class Shell {
    private static final Path NO_INPUT = Path.of("/dev/null");
    private static final Path STANDARD_INPUT = Path.of("/proc/self/fd/0");
    private static final String ARGUMENTS = "gosh.args";
    /** The folder in which the shell looks for {@link #PROFILE}. */
    private static final String HOME = "gosh.home";
    private static final Path PROFILE = Path.of("etc", "gosh_profile");

    private Shell() {}

    /** What is configured, before the system properties say otherwise. */
    static Map<String, String> configuration() {
        return inputIsNothing() ? Map.of(ARGUMENTS, "--nointeractive") : Map.of();
    }

    /**
     * Sends the shell to the framework's storage for its profile where the platform's home has none: it reads files
     * only, and Felix' own profile knows no {@code exit}.
     *
     * @return whether the profile is to be brought there
     */
    static boolean needsProfile(Map<String, String> configuration, Path storage) {
        return !Files.exists(PROFILE) && configuration.putIfAbsent(HOME, storage.toString()) == null;
    }

    /** Brings this jar's profile into the storage; after the framework has, perhaps, emptied it. */
    static void bringProfile(Path storage) throws IOException {
        Path profile = storage.resolve(PROFILE);
        Files.createDirectories(profile.getParent());
        try (InputStream in = Shell.class.getResourceAsStream("/gosh_profile")) {
            Files.write(profile, in.readAllBytes());
        }
    }

    /** The shell would read the end of input there, and end the platform with it. */
    private static boolean inputIsNothing() {
        try {
            return STANDARD_INPUT.toRealPath().equals(NO_INPUT);
        } catch (IOException e) {
            // A pipe or a closed descriptor has no path. Whoever closed it wants no shell; a pipe is one to read from.
            return !Files.exists(STANDARD_INPUT);
        }
    }
}
