// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.api.family.SocketFamily;

/**
 * A family and what it is registered for.
 *
 * @param family who makes the sockets
 * @param name by which it can be asked for
 * @param domain the address family, {@link #ALL} for all
 * @param protocol the protocol, {@link #ALL} for all
 * @param ranking its {@code service.ranking}; the highest is asked
 * @param serviceId its {@code service.id}, 0 for the host's; among equals the lowest is asked
 */
public record FamilyEntry(SocketFamily family, String name, int domain, int protocol, int ranking, long serviceId) {

    /** Of a domain or protocol: all of them. */
    public static final int ALL = -1;

    boolean serves(int wantedDomain, int wantedProtocol) {
        return (domain == ALL || domain == wantedDomain) && (protocol == ALL || protocol == wantedProtocol);
    }

    /**
     * Whether both are of one service, whatever its properties were: one family may be registered as several.
     *
     * @param other another entry
     * @return whether it is
     */
    public boolean isOfServiceOf(FamilyEntry other) {
        return serviceId == other.serviceId && family.equals(other.family);
    }

    boolean isBefore(FamilyEntry other) {
        return ranking != other.ranking ? ranking > other.ranking : serviceId < other.serviceId;
    }
}
