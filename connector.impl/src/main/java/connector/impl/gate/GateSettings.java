// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * What one gate is made with, checked.
 *
 * @param name in listings
 * @param type of the socket
 * @param path of the socket, absolute
 * @param mode permissions of the socket, 0 to 0777
 * @param group that the socket's file is given to, or null for the platform's own
 * @param maxClients connections at most
 * @param client what each client may have
 * @param user what the clients of one user may have together, with those at other gates
 */
record GateSettings(String name, SocketType type, Path path, int mode, String group, int maxClients,
        ClientLimits client, UserLimits user) {

    static final int MAX_CLIENTS = 100_000;
    /** Beyond this a rate is finer than the clock. */
    static final int MAX_RATE = 100_000_000;

    GateSettings {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("path '" + path + "' must be absolute");
        }
        if (path.getFileName() == null) {
            throw new IllegalArgumentException("path '" + path + "' must be a file's, in a directory");
        }
        if (mode < 0 || mode > 0777) {
            throw new IllegalArgumentException("mode " + Integer.toOctalString(mode) + " must be 000 to 777, octal");
        }
        check("max.clients", maxClients, 1, MAX_CLIENTS);
    }

    /** The settings of a gate that nobody configured, but for its path. */
    static GateSettings at(Path path) {
        return new GateSettings(
                "default", SocketType.STREAM, path, 0600, null, 1024, ClientLimits.DEFAULT, UserLimits.DEFAULT);
    }

    GateSettings type(SocketType other) {
        return new GateSettings(name, other, path, mode, group, maxClients, client, user);
    }

    GateSettings file(int otherMode, String otherGroup) {
        return new GateSettings(name, type, path, otherMode, otherGroup, maxClients, client, user);
    }

    GateSettings limits(int otherMaxClients, ClientLimits ofClient, UserLimits ofUser) {
        return new GateSettings(name, type, path, mode, group, otherMaxClients, ofClient, ofUser);
    }

    static int check(String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + " " + value + " must be " + min + " to " + max);
        }
        return value;
    }

    /** Reads a mode as chmod takes it. */
    static int mode(String octal) {
        try {
            return Integer.parseInt(octal.strip(), 8);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("mode '" + octal + "' must be three octal digits, as 660", e);
        }
    }

    /** {@return whether the socket's mode lets others than this user and root connect} */
    boolean isShared() {
        return (mode & 0077) != 0;
    }

    Set<PosixFilePermission> permissions() {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] fromTheLeft = PosixFilePermission.values();
        for (int i = 0; i < fromTheLeft.length; i++) {
            if ((mode & (0400 >> i)) != 0) {
                permissions.add(fromTheLeft[i]);
            }
        }
        return permissions;
    }
}
