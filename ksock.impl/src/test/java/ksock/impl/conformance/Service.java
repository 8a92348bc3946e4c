// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import ksock.api.KernelSockets;
import ksock.impl.loop.EventLoop;
import ksock.impl.socket.SocketCore;

/** The service that the cases are put to. */
public final class Service {

    private static final SocketCore CORE = new SocketCore(new EventLoop());

    private Service() {
    }

    public static KernelSockets open() {
        return CORE.scope(-1, "");
    }
}
