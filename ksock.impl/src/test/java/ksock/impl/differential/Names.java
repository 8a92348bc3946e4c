// SPDX-License-Identifier: Apache-2.0
package ksock.impl.differential;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_INET6;
import static ksock.api.SysSocket.AF_UNSPEC;

import ksock.api.SockAddr;

/** Addresses as the lines of a sequence name them, and as its answers show them. */
final class Names {

    /** How many paths and abstract names there are. */
    static final int COUNT = 8;

    private Names() {
    }

    static SockAddr address(String kind, int value, String directory) {
        return switch (kind) {
            case "4" -> SockAddr.loopback4(0);
            case "6" -> SockAddr.loopback6(0);
            case "p" -> SockAddr.unix(directory + "/" + value);
            case "a" -> SockAddr.unixAbstract(directory + "/" + value);
            case "n" -> SockAddr.Unix.UNNAMED;
            case "u" -> new SockAddr.Raw(AF_UNSPEC, new byte[14]);
            case "x" -> new SockAddr.Raw(value, new byte[2]);
            default -> throw new IllegalArgumentException("no kind of address: " + kind);
        };
    }

    /** Without what differs from run to run: ports, directories. */
    static String shown(SockAddr address) {
        return switch (address) {
            case null -> "none";
            case SockAddr.Inet4 inet -> "4/%08x/%s".formatted(inet.address(), inet.port() == 0 ? "0" : "port");
            case SockAddr.Inet6 inet -> "6/%d/%s".formatted(inet.low() & 0xff, inet.port() == 0 ? "0" : "port");
            case SockAddr.Unix unix -> shown(unix);
            case SockAddr.Netlink netlink -> "family " + netlink.family();
            case SockAddr.Raw raw -> raw.family() == AF_INET || raw.family() == AF_INET6
                    ? "short" : "family " + raw.family();
        };
    }

    private static String shown(SockAddr.Unix unix) {
        if (unix.isUnnamed()) {
            return "unnamed";
        }
        int slash = unix.name().lastIndexOf('/');
        if (slash < 0) {
            return unix.isAbstract() ? "autobound" : "path";
        }
        return (unix.isAbstract() ? "abstract/" : "path/") + unix.name().substring(slash + 1);
    }
}
