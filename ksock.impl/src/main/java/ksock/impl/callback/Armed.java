// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import ksock.api.KernelSocket;
import ksock.api.SocketCallbacks;

/**
 * The callbacks of a socket as they were set once, with their argument and the handle they are given: which keeps the
 * handle reachable as long as they are set.
 *
 * @param sequence grows with each setting
 * @param callbacks {@code null} when off, and then the others are {@code null} too
 */
record Armed(long sequence, SocketCallbacks callbacks, Object arg, KernelSocket socket) {

    static final Armed OFF = new Armed(0, null, null, null);
}
