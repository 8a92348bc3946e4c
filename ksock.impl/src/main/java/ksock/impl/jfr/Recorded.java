// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jfr;

/** A socket, as events tell of it. Its addresses may cost a system call each. */
public interface Recorded {

    /** {@return its number} */
    long id();

    /** {@return the bundle that it belongs to, -1 without a framework} */
    long bundleId();

    /** {@return the symbolic name of that bundle, empty without a framework} */
    String bundle();

    /** {@return the name of its family} */
    String familyName();

    /** {@return the address family} */
    int domain();

    /** {@return the type} */
    int type();

    /** {@return its own address, empty if it has none} */
    String localAddress();

    /** {@return the address of its peer, empty if it has none} */
    String remoteAddress();
}
