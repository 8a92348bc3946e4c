// SPDX-License-Identifier: Apache-2.0
package ksock.api.family;

import ksock.api.Errno;
import ksock.api.KernelSocketException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A family of sockets that a bundle provides; registered as a service with the properties named here.
 *
 * <p>{@code KernelSockets.socket} asks the family whose domain and protocol match; of several, the one of the
 * highest {@code service.ranking}. When the service goes, its sockets are closed.
 *
 * <p>Any thread may call; no method may block.
 */
@ConsumerType
public interface SocketFamily {

    /** Service property, {@code String}: the name by which {@code KernelSockets.socket} can be asked for it. */
    String NAME = "ksock.family.name";

    /** Service property, {@code Integer}: the address family. */
    String DOMAIN = "ksock.family.domain";

    /** Service property, {@code Integer}: the one protocol that it serves; without it, all of the domain's. */
    String PROTOCOL = "ksock.family.protocol";

    /**
     * Makes a socket.
     *
     * @param domain the address family
     * @param type the socket type, without flags
     * @param protocol the protocol
     * @return a new socket
     * @throws KernelSocketException ESOCKTNOSUPPORT: not this type; EPROTONOSUPPORT: not this protocol; EMFILE: a
     *         limit of the family's own
     */
    FamilySocket socket(int domain, int type, int protocol) throws KernelSocketException;

    /**
     * Makes two sockets that are connected to each other.
     *
     * @param domain the address family
     * @param type the socket type, without flags
     * @param protocol the protocol
     * @return an array of two
     * @throws KernelSocketException EOPNOTSUPP: the family has no pairs
     */
    default FamilySocket[] socketpair(int domain, int type, int protocol) throws KernelSocketException {
        throw new KernelSocketException("socketpair", Errno.EOPNOTSUPP, "domain " + domain);
    }
}
