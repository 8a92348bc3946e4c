// SPDX-License-Identifier: Apache-2.0

/** The wire contract of the connector's gate. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package connector.api.wire;
