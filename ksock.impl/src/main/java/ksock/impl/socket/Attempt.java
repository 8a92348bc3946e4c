// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;

/** A call in its form that does not block, tried again and again by {@link Waiting} until it is done. */
interface Attempt {

    /**
     * Tries.
     *
     * @return the call's result, {@link KernelSocket#WOULD_BLOCK} to be tried again
     */
    long run() throws KernelSocketException;

    /** {@return what has been done so far, in bytes; the result of a call that ends early, if more than 0} */
    default long progress() {
        return 0;
    }
}
