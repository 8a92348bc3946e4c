// SPDX-License-Identifier: Apache-2.0
package connector.impl.configuration;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The keys of a configuration: which are known, and which are not for us to know. */
public final class Keys {

    private Keys() {
    }

    /**
     * {@return whether it is one of those that ConfigAdmin, DS, File Install and the web console add}
     *
     * @param key of a configuration
     */
    public static boolean isForeign(String key) {
        return key.startsWith("service.") || key.startsWith("component.") || key.startsWith("felix.")
                || key.startsWith("org.") || key.startsWith("osgi.") || key.endsWith(".target")
                || key.startsWith(".") || key.startsWith(":");
    }

    /**
     * {@return those that nothing reads, in order}
     *
     * @param keys of a configuration
     * @param definition an annotation type, whose members name the keys, as DS has it: {@code max_clients}
     */
    public static SortedSet<String> unknown(Collection<String> keys, Class<?> definition) {
        SortedSet<String> unknown = new TreeSet<>(keys);
        unknown.removeIf(Keys::isForeign);
        unknown.removeAll(known(definition));
        return unknown;
    }

    /**
     * Refuses a configuration with a key that nothing reads.
     *
     * @param keys of the configuration
     * @param definition as above
     * @throws IllegalArgumentException there is one; the message names it, and those that there are
     */
    public static void check(Collection<String> keys, Class<?> definition) {
        SortedSet<String> unknown = unknown(keys, definition);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(unknown.first() + ": there is no such key; " + thereAre(definition));
        }
    }

    /**
     * {@return the keys that there are, in words}
     *
     * @param definition as above
     */
    public static String thereAre(Class<?> definition) {
        return "there are " + String.join(", ", known(definition));
    }

    private static SortedSet<String> known(Class<?> definition) {
        return Stream.of(definition.getDeclaredMethods()).map(Method::getName).map(name -> name.replace('_', '.'))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
