// SPDX-License-Identifier: Apache-2.0
package ksock.impl.component;

import ksock.impl.loop.EventLoop;
import ksock.impl.socket.SocketCore;

/**
 * The provider for {@code ServiceLoader.load(KernelSockets.class)}, on a class path without a framework. Its sockets
 * belong to nobody, and its one loop ends with the program.
 */
public final class UnownedKernelSockets extends Delegate {

    /** Made when the first provider is. */
    private static final class Shared {

        static final SocketCore CORE = new SocketCore(new EventLoop());
    }

    /** Made by the service loader. */
    public UnownedKernelSockets() {
        super(Shared.CORE.scope(-1, ""));
    }
}
