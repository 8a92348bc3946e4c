// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.api.SockAddrBuffer;
import ksock.api.SysSocket;
import ksock.impl.jfr.Operation;
import ksock.impl.jfr.Operations;
import ksock.impl.jfr.Recorded;
import ksock.impl.wait.WaitQueue;

/**
 * What is recorded and counted of a socket's connects, from the call to the outcome, which may be known much later. A
 * superclass and no object of its own, because each object is memory of each socket. Any thread.
 */
abstract class ConnectRecord extends WaitQueue {

    final SocketState socket;
    // A connect that is recorded, until its outcome is known. Written under this.
    private volatile Operation<Recorded> recordedConnect;

    ConnectRecord(SocketState socket) {
        this.socket = socket;
    }

    /** A connect is called; one that is in progress goes on. */
    final void recordConnect(SockAddrBuffer address) {
        Operation<Recorded> operation = Operations.connect(address);
        if (operation != null) {
            synchronized (this) {
                if (recordedConnect == null) {
                    recordedConnect = operation;
                }
            }
        }
    }

    /** The record ends, if there is one; 0 or an errno. */
    final void endRecord(int errno) {
        if (recordedConnect == null) {
            return;
        }
        Operation<Recorded> operation;
        synchronized (this) {
            operation = recordedConnect;
            recordedConnect = null;
        }
        if (operation != null) {
            operation.end(socket, errno);
        }
    }

    /** The outcome of a connect is known; 0 or an errno. */
    final void connectOver(int errno) {
        if (connectionOriented()) {
            socket.scope().core().connectEnded(errno);
        }
        endRecord(errno);
    }

    /** Whether the type has connections and an end of file: stream and seqpacket. */
    public final boolean connectionOriented() {
        return socket.type() == SysSocket.SOCK_STREAM || socket.type() == SysSocket.SOCK_SEQPACKET;
    }
}
