// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The names of processes, which the kernel's events leave out.
 *
 * <p>A name is read from {@code /proc} when a process is first met or runs another program, and kept, because at its
 * exit it can be read no more. A process too short-lived to be read has its parent's name if it was forked, or else
 * none.
 *
 * <p>A number may be used again once its process has ended. That the kernel tells, and where it lost events everything
 * is forgotten, for an end may have been among them. What is left is a process that ends, and whose number is used
 * again, between its event and the reading of its name, which no pidfd could prevent: an event has but the number. A
 * name is there to be shown; nothing is decided by it.
 *
 * <p>Not thread-safe.
 */
final class ProcessNames {

    /** Bounds what is kept if exits are lost; more processes than most machines run at once. */
    private static final int MAX_NAMES = 32_768;

    private final Path proc;
    private final Map<Integer, String> names = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, String> eldest) {
            return size() > MAX_NAMES;
        }
    };

    /**
     * No names yet.
     *
     * @param proc where the proc file system is
     */
    ProcessNames(Path proc) {
        this.proc = proc;
    }

    /** {@return the name of a process, read if it is not known yet; empty if it cannot be} */
    String of(int tgid) {
        String known = names.get(tgid);
        return known != null ? known : read(tgid, "");
    }

    /** A process was forked: until it runs another program it has its parent's name. */
    String forked(int parentTgid, int childTgid) {
        String name = of(parentTgid);
        if (!name.isEmpty()) {
            names.put(childTgid, name);
        }
        return name;
    }

    /** A process runs another program: reads the new name, or keeps the old one if it is gone already. */
    String executed(int tgid) {
        return read(tgid, names.getOrDefault(tgid, ""));
    }

    /** A process gave itself a name. */
    void renamed(int tgid, String name) {
        names.put(tgid, name);
    }

    /** A process has ended; the number may be used again. */
    void ended(int tgid) {
        names.remove(tgid);
    }

    /** Events were lost, and perhaps the ends of processes: any number may be another's by now. */
    void lostEvents() {
        names.clear();
    }

    private String read(int tgid, String otherwise) {
        try {
            byte[] comm = Files.readAllBytes(proc.resolve(Integer.toString(tgid)).resolve("comm"));
            String name = new String(comm, StandardCharsets.UTF_8).stripTrailing();
            names.put(tgid, name);
            return name;
        } catch (IOException e) {
            return otherwise;
        }
    }
}
