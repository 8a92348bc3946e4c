// SPDX-License-Identifier: Apache-2.0

/**
 * What kernel sockets know of themselves, as one snapshot: {@link ksock.api.runtime.KernelSocketsRuntime}.
 *
 * <p>Commands, inventories and health checks render it; programs read it. A snapshot is a copy, and means the moment it
 * was taken at; sockets go on meanwhile, so that figures of different sockets may be moments apart.
 */
@Export
@Version("1.0.0")
package ksock.api.runtime;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

