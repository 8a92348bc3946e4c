// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.api.KernelSocketException;
import ksock.impl.jfr.Operation;
import ksock.impl.jfr.Recorded;

/** A call that may block, made while somebody records those that take long. */
final class RecordedCall {

    private RecordedCall() {
    }

    static long make(Operation<Recorded> operation, SocketState socket, Call call) throws KernelSocketException {
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

    /** Gives a plain number: a boxed one would be an allocation also when nobody records. */
    interface Call {

        long make() throws KernelSocketException;
    }
}
