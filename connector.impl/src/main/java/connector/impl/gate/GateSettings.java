// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.impl.netlink.PortLimits;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * What one gate is made with, checked.
 *
 * @param name in listings
 * @param path of the socket, absolute
 * @param mode permissions of the socket, 0 to 0777
 * @param group that the socket's file is given to, or null for the platform's own
 * @param maxClients connections at most
 * @param maxClientsPerUser connections of one uid at most
 * @param limits of each client's port
 */
record GateSettings(
        String name, Path path, int mode, String group, int maxClients, int maxClientsPerUser, PortLimits limits) {

    static final int MAX_CLIENTS = 100_000;

    GateSettings {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("path '" + path + "' must be absolute");
        }
        if (mode < 0 || mode > 0777) {
            throw new IllegalArgumentException("mode " + Integer.toOctalString(mode) + " must be 000 to 777, octal");
        }
        check("max.clients", maxClients, MAX_CLIENTS);
        check("max.clients.per.user", maxClientsPerUser, MAX_CLIENTS);
    }

    /** The settings of a gate that nobody configured, but for its path. */
    static GateSettings at(Path path) {
        return new GateSettings("default", path, 0600, null, 1024, 1024, PortLimits.DEFAULT);
    }

    static int check(String what, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(what + " " + value + " must be 1 to " + max);
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
