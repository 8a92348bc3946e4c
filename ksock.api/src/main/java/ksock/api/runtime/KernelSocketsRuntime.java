// SPDX-License-Identifier: Apache-2.0
package ksock.api.runtime;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The service that tells what sockets there are, whose, and in what state.
 *
 * <p>Its service property {@code service.changecount} grows when sockets or families came or went. Any thread may call;
 * nothing blocks.
 */
@ProviderType
public interface KernelSocketsRuntime {

    /**
     * Everything at this moment. Costs system calls for each socket.
     *
     * @return a new snapshot
     */
    RuntimeDTO getRuntimeDTO();
}
