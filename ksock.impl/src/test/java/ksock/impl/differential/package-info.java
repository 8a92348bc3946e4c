// SPDX-License-Identifier: Apache-2.0
/**
 * The same random calls on these sockets and on libc, and every result and errno compared.
 *
 * <p>A {@link ksock.impl.differential.Sequence} is text, one call a line, from a seed. Two players play it: one is
 * {@code src/test/c/player.c}, which the test builds with the machine's C compiler; the other is
 * {@link ksock.impl.differential.SocketPlayer}, in a platform or a virtual thread. Each answers a line a call. A line
 * that differs, and differs whenever it is played again, is a difference that the documentation of {@link ksock.api} does
 * not have.
 */
package ksock.impl.differential;
