// SPDX-License-Identifier: Apache-2.0

/**
 * How a bundle brings a socket family of its own.
 *
 * <p>A family is a service, {@link ksock.api.family.SocketFamily}, that makes {@link ksock.api.family.FamilySocket}s.
 * These never block: they answer at once, and tell when to ask again. All that a user sees on top (blocking, limits in
 * time, {@code poll} with sockets of other families, callbacks, the order of closing, ownership) is built over them by
 * the implementation of {@link ksock.api}, the same for all.
 *
 * <p>A provider imports {@code ksock.api.family;version="[1.0,2.0)"}: its types are the provider's to implement.
 */
@Export
@Version("1.0.0")
package ksock.api.family;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

