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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;

/** The framework that the tests run in: the very jars that the platform ships, in this process. */
final class Platform {
    /** Where the build put the bundles that the executable jar has inside. */
    static final Path BUNDLES = Path.of(System.getProperty("platform.bundles"));

    /** What to drop there is deployed, as into the platform's deploy folder. */
    static final Path WATCHED_FOLDER = Path.of("target", "home", "deploy").toAbsolutePath();

    private static final Path CONFIGURATION_FOLDER = Path.of("target", "home", "etc").toAbsolutePath();

    private Platform() {}

    /** The platform's bundles and framework properties, and what the tests need. The shell reads no input. */
    static Option bundles() {
        return composite(
                composite(frameworkProperties()),
                frameworkProperty("felix.fileinstall.dir").value(CONFIGURATION_FOLDER + "," + WATCHED_FOLDER),
                frameworkProperty("gosh.args").value("--nointeractive"),
                composite(shipped()),
                junitBundles(),
                // The tests' own libraries come from the class path.
                frameworkProperty("org.osgi.framework.bundle.parent").value("app"),
                bootDelegationPackages("org.assertj.*", "org.awaitility.*", "org.hamcrest.*"));
    }

    private static Option[] frameworkProperties() {
        Properties shipped = new Properties();
        try (InputStream in = Platform.class.getResourceAsStream("/platform.properties")) {
            shipped.load(in);
            Files.createDirectories(CONFIGURATION_FOLDER);
            Files.createDirectories(WATCHED_FOLDER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return shipped.stringPropertyNames().stream()
                .filter(name -> name.startsWith("felix."))
                .map(name -> frameworkProperty(name).value(shipped.getProperty(name)))
                .toArray(Option[]::new);
    }

    private static Option[] shipped() {
        try (Stream<Path> files = Files.list(BUNDLES)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .map(file -> bundle("reference:" + file.toUri()))
                    .toArray(Option[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
