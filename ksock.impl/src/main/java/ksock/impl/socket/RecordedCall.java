// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.api.KernelSocketException;
import ksock.impl.jfr.Operation;
import ksock.impl.jfr.Operations;
import ksock.impl.jfr.Recorded;

/** A call that may block, made while somebody records those that take long. */
final class RecordedCall {

    private RecordedCall() {
    }

    /** Makes it; to be asked for only if {@link Operations#recordsSlow}, so that nothing is allocated else. */
    static long make(String name, SocketState socket, Call call) throws KernelSocketException {
        Operation<Recorded> operation = Operations.slow(name);
        if (operation == null) {
            return call.make();
        }
        int errno = 0;
        try {
            return call.make();
        } catch (KernelSocketException e) {
            errno = e.number();
            throw e;
        } finally {
            operation.end(socket, errno);
        }
    }
}
