// SPDX-License-Identifier: Apache-2.0
/**
 * What every call answers, errno by errno, against the host as it is.
 *
 * <p>The cases are those that others test their own socket layers with: gVisor's {@code test/syscalls/linux}, FreeBSD's
 * {@code tests/sys}, CPython's {@code test_socket}; a row bears the name that its case has there, so that it can be looked
 * up. They are written as tables, one row a case: its name, how the socket is set up, the call, and what it must give.
 * What the host answers passes through, so a row says what Linux answers; where a case of another system differs, Linux
 * is right, and {@link ksock.impl.conformance.DivergenceTest} has the few rows in which this API differs by intent.
 *
 * <p>{@link ksock.impl.conformance.Ground} is what a row stands on: it makes sockets and closes them when the row is over.
 */
package ksock.impl.conformance;
