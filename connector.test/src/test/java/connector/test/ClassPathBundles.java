// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Manifest;
import org.ops4j.pax.exam.Option;

/** Bundles that are there as jars on the class path of the tests. */
final class ClassPathBundles {

    private ClassPathBundles() {
    }

    /** Installs and starts those with these symbolic names, before the platform's own. */
    static Option of(String... symbolicNames) {
        Set<String> wanted = new HashSet<>(Set.of(symbolicNames));
        List<Option> bundles = new ArrayList<>();
        try {
            ClassLoader classPath = ClassPathBundles.class.getClassLoader();
            for (URL url : Collections.list(classPath.getResources("META-INF/MANIFEST.MF"))) {
                if (wanted.remove(symbolicName(url))) {
                    URL jar = ((JarURLConnection) url.openConnection()).getJarFileURL();
                    bundles.add(bundle("reference:" + jar).startLevel(1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!wanted.isEmpty()) {
            throw new IllegalStateException("not on the class path: " + wanted);
        }
        return composite(bundles.toArray(Option[]::new));
    }

    private static String symbolicName(URL manifest) throws IOException {
        try (InputStream in = manifest.openStream()) {
            String name = new Manifest(in).getMainAttributes().getValue("Bundle-SymbolicName");
            return name == null ? "" : name.split(";", -1)[0];
        }
    }
}
