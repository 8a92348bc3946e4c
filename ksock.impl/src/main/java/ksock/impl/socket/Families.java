// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.LinuxNetlink;
import ksock.api.SysSocket;
import ksock.impl.host.HostFamily;

/** The families that are there, and which of them makes a socket. Any thread. */
final class Families {

    private final FamilyEntry host =
            new FamilyEntry(new HostFamily(), KernelSockets.HOST_FAMILY, FamilyEntry.ALL, FamilyEntry.ALL, 0, 0);
    private final List<FamilyEntry> provided = new CopyOnWriteArrayList<>(); // written under this

    Families() {
    }

    /** Adds the family of a service, or takes what it is registered for now in place of what that was before. */
    synchronized void put(FamilyEntry entry) {
        for (int i = 0; i < provided.size(); i++) {
            if (provided.get(i).isOfServiceOf(entry)) {
                provided.set(i, entry);
                return;
            }
        }
        provided.add(entry);
    }

    synchronized void remove(FamilyEntry entry) {
        provided.removeIf(entry::isOfServiceOf);
    }

    boolean contains(FamilyEntry entry) {
        return entry.equals(host) || provided.stream().anyMatch(entry::isOfServiceOf);
    }

    FamilyEntry host() {
        return host;
    }

    List<FamilyEntry> provided() {
        return List.copyOf(provided);
    }

    /** The family that makes sockets of a domain and protocol. */
    FamilyEntry find(String operation, int domain, int protocol) throws KernelSocketException {
        FamilyEntry best = best(domain, protocol);
        if (best != null) {
            return best;
        }
        if (domain == SysSocket.AF_NETLINK && protocol == LinuxNetlink.NETLINK_CONNECTOR) {
            // Never the host's by accident: its connector speaks of other things in the same words.
            throw new KernelSocketException(operation, Errno.EPROTONOSUPPORT,
                    "the connector is not there; the kernel's own is had by the family's name, \""
                            + KernelSockets.HOST_FAMILY + '"');
        }
        return host;
    }

    /** The family of a name. */
    FamilyEntry find(String operation, String name) throws KernelSocketException {
        FamilyEntry best = name.equals(host.name()) ? host : null;
        for (FamilyEntry entry : provided) {
            if (entry.name().equals(name) && (best == null || entry.isBefore(best))) {
                best = entry;
            }
        }
        if (best == null) {
            throw new KernelSocketException(operation, Errno.EAFNOSUPPORT, "no family is named \"" + name + '"');
        }
        return best;
    }

    private FamilyEntry best(int domain, int protocol) {
        FamilyEntry best = null;
        for (FamilyEntry entry : provided) {
            if (entry.serves(domain, protocol) && (best == null || entry.isBefore(best))) {
                best = entry;
            }
        }
        return best;
    }
}
