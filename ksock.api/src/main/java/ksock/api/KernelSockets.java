// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes sockets. The service of this API.
 *
 * <p>With a plain reference, the sockets that it makes belong to the bundle; with one of
 * {@code scope = ReferenceScope.PROTOTYPE_REQUIRED}, to the component. Sockets are closed when their owner goes, and
 * calls blocked in them throw EINTR.
 *
 * <p>Without a framework, {@code ServiceLoader.load(KernelSockets.class)} gives one, whose sockets belong to nobody.
 *
 * <p>Any thread may call; nothing but {@link #poll} blocks.
 */
@ProviderType
public interface KernelSockets {

    /** The name of the host's own socket family, for {@link #socket(String, int, int, int)}. */
    String HOST_FAMILY = "host";

    /**
     * Makes a socket (OpenSolaris: {@code ksock_socket}), of the family that is registered for the domain and
     * protocol, or else the host's.
     *
     * @param domain the address family, for example {@code AF_INET}
     * @param type for example {@code SOCK_STREAM}; {@code SOCK_NONBLOCK} and {@code SOCK_CLOEXEC} are no part of it
     * @param protocol 0 for the domain's usual one
     * @return the socket; it blocks, and is closed on exec
     * @throws KernelSocketException EAFNOSUPPORT: no such domain here; EPROTONOSUPPORT: no such protocol in it, or
     *         the connector is not there; ESOCKTNOSUPPORT: no such type; EPROTOTYPE; EINVAL: unknown flags in the
     *         type; EACCES, EPERM: needs a privilege; EMFILE, ENFILE: too many descriptors; ENOBUFS, ENOMEM;
     *         ESHUTDOWN: the owner has gone
     */
    KernelSocket socket(int domain, int type, int protocol) throws KernelSocketException;

    /**
     * Makes a socket of a family that is named, where several could make it.
     *
     * @param family the family's name, for example {@link #HOST_FAMILY}
     * @param domain as for {@link #socket(int, int, int)}
     * @param type as for {@link #socket(int, int, int)}
     * @param protocol as for {@link #socket(int, int, int)}
     * @return as {@link #socket(int, int, int)}
     * @throws KernelSocketException as {@link #socket(int, int, int)}; EAFNOSUPPORT also if no family has the name
     */
    KernelSocket socket(String family, int domain, int type, int protocol) throws KernelSocketException;

    /**
     * Makes two sockets that are connected to each other.
     *
     * @param domain {@code AF_UNIX}, or that of a family with pairs
     * @param type {@code SOCK_STREAM}, {@code SOCK_DGRAM} or {@code SOCK_SEQPACKET}
     * @param protocol 0
     * @return an array of two
     * @throws KernelSocketException as {@link #socket(int, int, int)}, with two descriptors or none; EOPNOTSUPP: the
     *         domain has no pairs
     */
    KernelSocket[] socketpair(int domain, int type, int protocol) throws KernelSocketException;

    /**
     * Whether a socket of a kind could be made now; made and closed to find out, where it is the host's.
     *
     * @param domain as for {@link #socket(int, int, int)}
     * @param type as for {@link #socket(int, int, int)}
     * @param protocol as for {@link #socket(int, int, int)}
     * @return whether {@link #socket(int, int, int)} would not refuse it as unsupported
     */
    boolean supports(int domain, int type, int protocol);

    /**
     * Waits until at least one of several sockets, of one family or of many, is ready; or the time has passed. Level
     * triggered.
     *
     * @param fds the sockets, what to wait for, and where to say what came; a closed one reports {@code POLLNVAL} at
     *        once, one that is closed meanwhile ends the call and reports it
     * @param timeout how long to wait; zero or less to look only, {@code null} for as long as it takes
     * @return how many are ready, 0 if the time has passed
     * @throws KernelSocketException EINTR: interrupted; ECANCELED: {@link KernelSocket#cancel} of any of the sockets;
     *         EDEADLK: it would wait inside a callback; EINVAL: one that is not of this service, or more sockets of
     *         the host's than the process may have descriptors; ENOMEM; ESHUTDOWN: the owner has gone
     */
    int poll(PollFd[] fds, Duration timeout) throws KernelSocketException;

    /**
     * Makes a batch, by which one system call sends to many sockets.
     *
     * @param sends how many it can hold, 1 to 4096
     * @param bytes how many bytes these can have together, 1 to 16 MiB; each begins at a line of the cache, so that
     *        short ones take 64
     * @return to be closed, at the latest with its owner
     * @throws KernelSocketException ENOMEM; ESHUTDOWN: the owner has gone
     * @throws IllegalArgumentException a number is out of its range
     */
    SendBatch sendBatch(int sends, int bytes) throws KernelSocketException;
}
