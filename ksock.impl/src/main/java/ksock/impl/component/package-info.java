// SPDX-License-Identifier: Apache-2.0
/**
 * How this implementation comes into a framework, by Declarative Services, and onto a plain class path, by
 * {@link java.util.ServiceLoader}.
 *
 * <p>{@link ksock.impl.component.Core} is there once: sockets, families, loop, and the configuration of the PID
 * {@code ksock}. {@link ksock.impl.component.OwnedKernelSockets} is there once for each user, and is what makes sockets
 * have an owner. The condition {@code ksock.ready} is registered while the service can be used; also where the host
 * gives no sockets, since provider families do.
 *
 * <p>Nothing here calls user code, and only the end of an owner waits, with a bound.
 */
package ksock.impl.component;
