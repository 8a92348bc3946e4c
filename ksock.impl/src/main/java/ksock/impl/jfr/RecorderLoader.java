// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jfr;

import java.io.IOException;
import java.io.InputStream;
import java.security.SecureClassLoader;

/**
 * Loads the classes that are the flight recorder's, from where this class comes from. The recorder writes into each
 * event class a use of its own {@code jdk.jfr.internal.event}, which no framework gives to a bundle: here the runtime
 * gives it.
 */
final class RecorderLoader extends SecureClassLoader {

    private static final String RUNTIME = "jdk.jfr.";

    RecorderLoader() {
        super("ksock-jfr", RecorderLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith(RUNTIME)) {
            return getPlatformClassLoader().loadClass(name);
        }
        if (!isRecorders(name)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }

    private static boolean isRecorders(String name) {
        String recorder = Operations.FLIGHT_RECORDER;
        return name.equals(recorder) || name.startsWith(recorder + '$')
                || (name.startsWith(RecorderLoader.class.getPackageName() + '.') && name.endsWith("Event"));
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        try (InputStream code = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (code == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = code.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length, RecorderLoader.class.getProtectionDomain());
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
