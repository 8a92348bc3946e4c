// SPDX-License-Identifier: Apache-2.0
package platform;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRevision;

/** The bundles inside this executable jar, with the start levels that {@code -runbundles} of the bndrun gives them. */
final class ShippedBundles {
    /** The property that names bundles to install and not to start; the shell's {@code start} is for them. */
    static final String LEFT_STOPPED = "platform.left.stopped";

    private static final String FOLDER = "bundles/";
    private static final String BNDRUN = "/platform.bndrun";
    private static final Pattern RUN_BUNDLE = Pattern.compile("([\\w.-]+);version='[^']*';startlevel=(\\d+)");

    private final Map<String, Integer> startLevels = new HashMap<>();
    private final Set<String> leftStopped;

    /**
     * Reads what there is.
     *
     * @param leftStopped symbolic names, separated by commas, of those that are installed and not started
     * @throws IOException if the jar is not a built one, or has no bundle of such a name
     */
    ShippedBundles(String leftStopped) throws IOException {
        try (InputStream in = ShippedBundles.class.getResourceAsStream(BNDRUN)) {
            if (in == null) {
                throw new IOException("No platform.bndrun in this jar: start the jar that the build makes");
            }
            Matcher bundle = RUN_BUNDLE.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            while (bundle.find()) {
                startLevels.put(bundle.group(1), Integer.valueOf(bundle.group(2)));
            }
        }
        this.leftStopped = Stream.of(leftStopped.split(",")).map(String::strip).filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        for (String name : this.leftStopped) {
            if (!startLevels.containsKey(name)) {
                throw new IOException(LEFT_STOPPED + " names " + name + ", and there is no such bundle in this jar,"
                        + " but " + startLevels.keySet().stream().sorted().toList());
            }
        }
    }

    int highestStartLevel() {
        return startLevels.values().stream().mapToInt(Integer::intValue).max().orElse(1);
    }

    /**
     * Installs and marks for starting. Where the storage was kept from an earlier run, what is there is updated, and
     * what was started by hand starts again.
     *
     * @throws BundleException if one can't be installed: then the jar is broken
     */
    void install(BundleContext context) throws IOException, BundleException {
        List<Bundle> installed = new ArrayList<>();
        Path own = ownJar();
        // A jar that is built again meanwhile is read anew, and not by the directory that it had.
        URLConnection.setDefaultUseCaches("jar", false);
        try (JarFile jar = new JarFile(own.toFile())) {
            List<JarEntry> entries = jar.stream()
                    .filter(entry -> entry.getName().startsWith(FOLDER) && entry.getName().endsWith(".jar"))
                    .toList();
            for (JarEntry entry : entries) {
                try (InputStream content = jar.getInputStream(entry)) {
                    // A location that can be read is what makes the shell's update work.
                    String location = "jar:" + own.toUri() + "!/" + entry.getName();
                    installed.add(install(context, location, content));
                }
            }
        }
        for (Bundle bundle : installed) {
            Integer level = startLevels.get(bundle.getSymbolicName());
            if (level == null) {
                throw new BundleException(bundle.getSymbolicName() + " is in the jar but not in " + BNDRUN);
            }
            bundle.adapt(BundleStartLevel.class).setStartLevel(level);
            boolean fragment = (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
            if (!fragment && !leftStopped.contains(bundle.getSymbolicName())) {
                bundle.start(Bundle.START_ACTIVATION_POLICY);
            }
        }
    }

    private static Bundle install(BundleContext context, String location, InputStream content) throws BundleException {
        Bundle kept = context.getBundle(location);
        if (kept != null) {
            kept.update(content);
            return kept;
        }
        removeMoved(context, location.substring(location.lastIndexOf("!/")));
        return context.installBundle(location, content);
    }

    /** What a storage keeps of a platform whose jar was elsewhere would be in the way of its like. */
    private static void removeMoved(BundleContext context, String entry) throws BundleException {
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getLocation().startsWith("jar:file:") && bundle.getLocation().endsWith(entry)) {
                bundle.uninstall();
            }
        }
    }

    private static Path ownJar() throws IOException {
        try {
            return Path.of(ShippedBundles.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
