// SPDX-License-Identifier: Apache-2.0
package connector.test;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Constants;
import aQute.bnd.osgi.Jar;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.CodeSource;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** A bundle made of packages of the test tree, by the bnd that makes the shipped ones. */
final class AgentBundle {

    /** What bnd reads annotations and package versions from. */
    private static final List<String> CLASSES_OF_LIBRARIES = List.of(
            "connector.api.CnCallback", "ksock.api.KernelSocket", "org.osgi.framework.Bundle",
            "org.osgi.service.component.annotations.Component");

    private final String symbolicName;
    private final byte[] content;

    private AgentBundle(String symbolicName, byte[] content) {
        this.symbolicName = symbolicName;
        this.content = content;
    }

    /** One whose components or activator are in these packages of {@code connector.test.agents}. */
    static AgentBundle of(String symbolicName, String version, String... packages) {
        try (Builder builder = builder(symbolicName, version)) {
            builder.setProperty(Constants.PRIVATEPACKAGE, "connector.test.agents." + String.join(
                    ",connector.test.agents.", packages));
            return built(builder);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** As {@link #of}, and activated lazily: by the first class that is loaded from it, if it is started so. */
    static AgentBundle lazy(String symbolicName, String version, String... packages) {
        try (Builder builder = builder(symbolicName, version)) {
            builder.setProperty(Constants.PRIVATEPACKAGE, "connector.test.agents." + String.join(
                    ",connector.test.agents.", packages));
            builder.setProperty(Constants.BUNDLE_ACTIVATIONPOLICY, "lazy");
            return built(builder);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** One with an activator, and with whatever else these instructions of bnd say. */
    static AgentBundle withActivator(String symbolicName, String activator, String privatePackages) {
        try (Builder builder = builder(symbolicName, "1.0.0")) {
            builder.setProperty(Constants.PRIVATEPACKAGE, privatePackages);
            builder.setProperty(Constants.BUNDLE_ACTIVATOR, activator);
            return built(builder);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Installs it, without starting it. */
    Bundle install(BundleContext context) throws BundleException {
        return context.installBundle("test:" + symbolicName, stream());
    }

    /** Updates it to what this is. */
    void update(Bundle bundle) throws BundleException {
        bundle.update(stream());
    }

    /** Puts it where it is deployed, in one step. */
    void drop(Path file) throws IOException {
        Path whole = Files.createTempFile("agent", ".jar");
        Files.write(whole, content);
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private InputStream stream() {
        return new ByteArrayInputStream(content);
    }

    private static Builder builder(String symbolicName, String version) throws IOException {
        Builder builder = new Builder();
        builder.setBundleSymbolicName(symbolicName);
        builder.setBundleVersion(version);
        builder.setProperty(Constants.NOEXTRAHEADERS, "true");
        builder.addClasspath(new File(System.getProperty("test.classes")));
        for (String name : CLASSES_OF_LIBRARIES) {
            builder.addClasspath(library(name));
        }
        return builder;
    }

    private static AgentBundle built(Builder builder) {
        try (Jar jar = builder.build(); ByteArrayOutputStream content = new ByteArrayOutputStream()) {
            if (!builder.getErrors().isEmpty() || !builder.getWarnings().isEmpty()) {
                throw new AssertionError("bnd: " + builder.getErrors() + ' ' + builder.getWarnings());
            }
            jar.write(content);
            return new AgentBundle(builder.getBsn(), content.toByteArray());
        } catch (Exception e) {
            throw new AssertionError("bnd could not build " + builder.getProperty(Constants.PRIVATEPACKAGE), e);
        }
    }

    private static File library(String className) {
        try {
            // Not by the bundle of the tests, which has it from another bundle.
            CodeSource source =
                    ClassLoader.getSystemClassLoader().loadClass(className).getProtectionDomain().getCodeSource();
            return Path.of(source.getLocation().toURI()).toFile();
        } catch (ReflectiveOperationException | URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
