// SPDX-License-Identifier: Apache-2.0
package platform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** Starts the framework with the bundles of this jar, and stops it in order whatever ends the process. */
public final class Main {
    private static final int JAVA = 25;
    private static final String FILEINSTALL_TEMPORARY = "felix.fileinstall.tmpdir";
    private static final String WATCHED_FOLDERS = "felix.fileinstall.dir";

    private Main() {}

    /**
     * Runs the platform until it is stopped by its shell or by a signal.
     *
     * @param args none; configuration is by {@code -D}, see platform.properties
     * @throws InterruptedException if somebody interrupts this thread; nobody here does
     */
    public static void main(String[] args) throws InterruptedException {
        if (Runtime.version().feature() < JAVA) {
            System.err.println("platform: Java " + JAVA + " or later is needed, " + System.getProperty("java.home")
                    + " is " + Runtime.version().feature() + "; get one from https://adoptium.net"
                    + " or as your system's package, such as openjdk-" + JAVA + "-jdk");
            System.exit(1);
        }
        try {
            run();
        } catch (IOException | BundleException e) {
            // What a single bundle has against starting is printed by the framework, and the others run on.
            System.err.println("platform: cannot start: " + reason(e));
            System.exit(1);
        } catch (RuntimeException | Error e) {
            // A fault of ours. The framework's threads would hold a process that never gets ready.
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void run() throws IOException, BundleException, InterruptedException {
        long begin = System.nanoTime();
        Map<String, String> configuration = configuration();
        ShippedBundles bundles = new ShippedBundles(configuration.get(ShippedBundles.LEFT_STOPPED));
        for (String watched : configuration.getOrDefault(WATCHED_FOLDERS, "").split(",", -1)) {
            makeWatchedFolder(Path.of(watched.strip()));
        }
        Path ownStorage = null;
        if (!configuration.containsKey(Constants.FRAMEWORK_STORAGE)) {
            ownStorage = makeStorage();
            configuration.put(Constants.FRAMEWORK_STORAGE, ownStorage.toString());
            // Else it leaves two folders of its own behind.
            configuration.putIfAbsent(FILEINSTALL_TEMPORARY, ownStorage.resolve("fileinstall").toString());
        }
        Path storage = Path.of(configuration.get(Constants.FRAMEWORK_STORAGE));
        boolean shellNeedsProfile = Shell.needsProfile(configuration, storage);
        configuration.putIfAbsent(
                Constants.FRAMEWORK_BEGINNING_STARTLEVEL, String.valueOf(bundles.highestStartLevel()));
        Framework framework =
                ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().newFramework(configuration);
        Runtime.getRuntime().addShutdownHook(new Thread(new End(framework, ownStorage), "platform-end"));
        framework.init();
        if (shellNeedsProfile) {
            Shell.bringProfile(storage);
        }
        bundles.install(framework.getBundleContext());
        FrameworkEvent event;
        do {
            framework.start();
            long taken = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            System.out.printf("platform: ready after %d ms%n", taken);
            event = framework.waitForStop(0);
        } while (event.getType() == FrameworkEvent.STOPPED_UPDATE);
        System.exit(0);
    }

    private static void makeWatchedFolder(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IOException("the watched folder " + folder.toAbsolutePath() + " cannot be made; start in a folder"
                    + " that has it or where it may be made, or name others by -D" + WATCHED_FOLDERS, e);
        }
    }

    private static Path makeStorage() throws IOException {
        try {
            return Files.createTempDirectory("platform.");
        } catch (IOException e) {
            throw new IOException("there is no room for the framework's storage in "
                    + System.getProperty("java.io.tmpdir") + "; name another place by -Djava.io.tmpdir, or one that is"
                    + " kept by -D" + Constants.FRAMEWORK_STORAGE, e);
        }
    }

    /** What went wrong, down to the cause: the system's own words are at the end of the chain. */
    private static String reason(Exception e) {
        StringBuilder reason = new StringBuilder(String.valueOf(e.getMessage()));
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            reason.append(": ").append(cause);
        }
        return reason.toString();
    }

    /** platform.properties, then the system properties over it. */
    private static Map<String, String> configuration() throws IOException {
        Properties shipped = new Properties();
        try (InputStream in = Main.class.getResourceAsStream("/platform.properties")) {
            shipped.load(in);
        }
        Map<String, String> configuration = new HashMap<>(Shell.configuration());
        shipped.stringPropertyNames().forEach(key -> configuration.put(key, shipped.getProperty(key)));
        Properties system = System.getProperties();
        system.stringPropertyNames().forEach(key -> configuration.put(key, system.getProperty(key)));
        return configuration;
    }
}
