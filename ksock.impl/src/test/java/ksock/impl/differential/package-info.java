// SPDX-License-Identifier: Apache-2.0
/**
 * The same random calls on these sockets and on libc, and every result and errno compared.
 *
 * <p>A {@link ksock.impl.differential.Sequence} is text, one call a line, from a seed. Two players play it: one is
 * {@code src/test/c/player.c}, which the test builds with the machine's C compiler; the other is
 * {@link ksock.impl.differential.SocketPlayer}, in a platform or a virtual thread. Each answers a line a call. A line
 * that differs, and differs whenever it is played again, is a difference that the documentation of {@link ksock.api}
 * does not have. What a {@link ksock.api.SendBatch} sends, libc sends by a call each
 * ({@link ksock.impl.differential.BatchSends}).
 *
 * <h2>Events</h2>
 * {@link ksock.impl.differential.EventDifferentialTest} plays {@link ksock.impl.differential.EventSequence}s with
 * callbacks set on every socket, which take nothing and write down what they are told. The C program watches the same
 * sockets with epoll, edge-triggered, and says after each line what it saw ({@link ksock.impl.differential.Sighting}).
 * {@link ksock.impl.differential.EventJudge} has the two tables of what must be told for what was seen, soon, and of
 * what must never be told without it, and ends at the first fault:
 * <table>
 * <caption>What the host sees, and what is told</caption>
 * <tr><td>IN of a listener</td><td>newconn, at least once</td></tr>
 * <tr><td>IN with data, ERR of a datagram socket</td><td>recv, at least once, until recv(0) was told</td></tr>
 * <tr><td>RDHUP or HUP of a connection, nothing unread, no error</td><td>recv(0), once</td></tr>
 * <tr><td>HUP of a connection, nothing unread</td><td>disconnected, once; 0 unless ERR was seen</td></tr>
 * <tr><td>HUP with ERR of a connection</td><td>disconnected, once, unless a call took the error: with a
 *     reason</td></tr>
 * <tr><td>PRI begins to hold</td><td>exception, once</td></tr>
 * <tr><td>OUT after a send was refused or cut short</td><td>xmit, once at most a refusal</td></tr>
 * <tr><td>a connect is done</td><td>connected, once</td></tr>
 * <tr><td>ERR of a connect that went on</td><td>connectFailed, once</td></tr>
 * <tr><td>anything else, and whatever Linux says of a socket without a connection</td><td>nothing</td></tr>
 * </table>
 */
package ksock.impl.differential;
