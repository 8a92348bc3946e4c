// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.ops4j.pax.exam.CoreOptions.bootDelegationPackages;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.ops4j.pax.exam.Option;

/** The framework that the tests run in: the very jars that the platform ships, in this process. */
final class Platform {
    /** How long a test waits for what has to come; more than a busy machine takes. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Pattern RUN_BUNDLE = Pattern.compile("([\\w.-]+);version='[^']*';startlevel=(\\d+)");

    private static final String HOME_PROPERTY = "connector.test.home";

    /** Where the build put the bundles that the executable jar has inside. */
    static final Path BUNDLES = Path.of(System.getProperty("platform.bundles"));

    /** The platform's home, made for this process; short, because a socket's path may have no more than 107 bytes. */
    private static final Path HOME = home();

    /** What to drop there is deployed, as into the platform's deploy folder. */
    static final Path WATCHED_FOLDER = HOME.resolve("deploy");

    /** The gate's socket. */
    static final Path GATE = HOME.resolve("gate.sock");

    private static final Path CONFIGURATION_FOLDER = HOME.resolve("etc");

    private Platform() {}

    /** The platform's bundles and framework properties, and what the tests need. The shell reads no input. */
    static Option bundles() {
        Awaitility.setDefaultTimeout(PATIENCE);
        return composite(
                composite(frameworkProperties()),
                frameworkProperty("felix.fileinstall.dir").value(CONFIGURATION_FOLDER + "," + WATCHED_FOLDER),
                frameworkProperty("gosh.args").value("--nointeractive"),
                composite(shipped()),
                testLibraries());
    }

    /** JUnit, and the other libraries of the tests, which come from the class path. */
    static Option testLibraries() {
        return composite(
                junitBundles(),
                frameworkProperty("org.osgi.framework.bundle.parent").value("app"),
                bootDelegationPackages(
                        "org.assertj.*", "org.awaitility", "org.awaitility.*", "org.hamcrest.*", "aQute.*"));
    }

    /** One for the process, although this class is loaded twice: by the class path, and by the bundle of the tests. */
    private static Path home() {
        String made = System.getProperty(HOME_PROPERTY);
        if (made != null) {
            return Path.of(made);
        }
        try {
            Path home = Files.createTempDirectory("connector.test.");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(home), "delete-home"));
            System.setProperty(HOME_PROPERTY, home.toString());
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> content = Files.walk(folder)) {
            content.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Option[] frameworkProperties() {
        Properties shipped = new Properties();
        try (InputStream in = Platform.class.getResourceAsStream("/platform.properties")) {
            shipped.load(in);
            delete(HOME);
            Files.createDirectories(CONFIGURATION_FOLDER);
            Files.createDirectories(WATCHED_FOLDER);
            // Not the default one, which a platform of this user may have already.
            Files.writeString(CONFIGURATION_FOLDER.resolve("connector.gate-test.cfg"), "path=" + GATE + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return shipped.stringPropertyNames().stream()
                .filter(name -> name.startsWith("felix."))
                .map(name -> frameworkProperty(name).value(shipped.getProperty(name)))
                .toArray(Option[]::new);
    }

    private static Option[] shipped() {
        Map<String, Integer> startLevels = startLevels();
        try (Stream<Path> files = Files.list(BUNDLES)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .map(file -> bundle("reference:" + file.toUri()).startLevel(startLevels.get(symbolicName(file))))
                    .toArray(Option[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the platform's launcher reads them, too. */
    private static Map<String, Integer> startLevels() {
        Map<String, Integer> startLevels = new HashMap<>();
        try (InputStream in = Platform.class.getResourceAsStream("/platform.bndrun")) {
            Matcher bundle = RUN_BUNDLE.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            while (bundle.find()) {
                startLevels.put(bundle.group(1), Integer.valueOf(bundle.group(2)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return startLevels;
    }

    static String symbolicName(Path bundle) {
        try (JarFile jar = new JarFile(bundle.toFile())) {
            return jar.getManifest().getMainAttributes().getValue("Bundle-SymbolicName").split(";", -1)[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
