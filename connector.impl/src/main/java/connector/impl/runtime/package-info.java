// SPDX-License-Identifier: Apache-2.0

/** The snapshot that the runtime service gives, put together from what bus, ports, notifications and gates know. */
package connector.impl.runtime;
