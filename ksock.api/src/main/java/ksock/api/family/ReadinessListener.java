// SPDX-License-Identifier: Apache-2.0
package ksock.api.family;

import org.osgi.annotation.versioning.ProviderType;

/** Is told when a family's socket may have become ready. */
@ProviderType
@FunctionalInterface
public interface ReadinessListener {

    /**
     * Called after something became possible that was not: data or a connection came, room came, an error or the end
     * came. Once too often does no harm; once too few does. Returns soon, runs no user's code, and may be called by any
     * thread, but not while a lock is held that the socket's own methods take.
     *
     * @param events {@code POLL} bits of {@link ksock.api.SysPoll} that may now be set
     */
    void ready(int events);
}
