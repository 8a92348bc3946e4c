// SPDX-License-Identifier: Apache-2.0
package platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;

/** The shutdown hook: stops the framework in order, whoever ends the process, and removes the storage made for it. */
final class End implements Runnable {
    private static final long STOP_SECONDS = 20;

    private final Framework framework;
    private final Path ownStorage;

    /** @param ownStorage the storage to delete, or null to delete none */
    End(Framework framework, Path ownStorage) {
        this.framework = framework;
        this.ownStorage = ownStorage;
    }

    @Override
    public void run() {
        try {
            framework.stop();
            FrameworkEvent event = framework.waitForStop(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            if (event.getType() == FrameworkEvent.WAIT_TIMEDOUT) {
                System.err.println("platform: bundles are still stopping after " + STOP_SECONDS + " s, ending anyway");
            }
        } catch (BundleException e) {
            System.err.println("platform: could not be stopped in order: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (ownStorage != null) {
            delete(ownStorage);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> content = Files.walk(folder)) {
            List<Path> deepestFirst = content.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (IOException e) {
            System.err.println("platform: " + folder + " could not be deleted: " + e.getMessage());
        }
    }
}
