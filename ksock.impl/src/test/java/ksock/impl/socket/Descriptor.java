// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.api.KernelSocket;

/** The number that the host knows a socket by, for what a test does behind a socket's back. */
public final class Descriptor {

    private Descriptor() {
    }

    public static int of(KernelSocket socket) {
        return SocketHandle.stateOf(socket).host().fd();
    }
}
