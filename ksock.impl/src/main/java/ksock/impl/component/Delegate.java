// SPDX-License-Identifier: Apache-2.0
package ksock.impl.component;

import java.time.Duration;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.PollFd;
import ksock.api.SendBatch;

/** The service's calls, passed on to the owner's own. */
abstract class Delegate implements KernelSockets {

    private final KernelSockets sockets;

    Delegate(KernelSockets sockets) {
        this.sockets = sockets;
    }

    @Override
    public final KernelSocket socket(int domain, int type, int protocol) throws KernelSocketException {
        return sockets.socket(domain, type, protocol);
    }

    @Override
    public final KernelSocket socket(String family, int domain, int type, int protocol) throws KernelSocketException {
        return sockets.socket(family, domain, type, protocol);
    }

    @Override
    public final KernelSocket[] socketpair(int domain, int type, int protocol) throws KernelSocketException {
        return sockets.socketpair(domain, type, protocol);
    }

    @Override
    public final boolean supports(int domain, int type, int protocol) {
        return sockets.supports(domain, type, protocol);
    }

    @Override
    public final int poll(PollFd[] fds, Duration timeout) throws KernelSocketException {
        return sockets.poll(fds, timeout);
    }

    @Override
    public final SendBatch sendBatch(int sends, int bytes) throws KernelSocketException {
        return sockets.sendBatch(sends, bytes);
    }
}
