// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.api.KernelSocketException;

/** The inside of a call. Gives a plain number: a boxed one would be an allocation. */
@FunctionalInterface
interface Call {

    long make() throws KernelSocketException;
}
