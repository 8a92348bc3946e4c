// SPDX-License-Identifier: Apache-2.0
/**
 * Callbacks: from what a socket is ready for to the seven events of {@link ksock.api.SocketCallbacks}. It knows the
 * loop and, as an {@link ksock.impl.callback.EventSource}, the socket; host sockets and those of provider families are
 * alike.
 *
 * <h2>One at a time, in order, outside locks</h2>
 * A socket's {@code CallbackTurn} has one state word. Whoever brings something that is ready sets its bits; who thereby
 * finds nobody at work goes to work, until no bit is left: so callbacks of a socket never overlap, and no thread waits
 * for another's. Callbacks run on the loop's threads only: the loop calls {@code ready} there, and all others
 * {@code post}.
 *
 * <h2>Nothing lost at arming</h2>
 * What comes while no callbacks are set is dropped, because setting them has everything reported anew that holds: the
 * socket is registered, or its registration renewed, after the callbacks can be seen. What the socket's phase hides (a
 * socket that Linux calls hung up because it is not connected yet) is asked for again when the phase changes. What is
 * final ({@code HUP}, {@code RDHUP}, {@code ERR}) is always asked again before it is believed.
 *
 * <h2>Once too often</h2>
 * recv and newconn are told at least once for what arrives, and now and then once more than that, when two wake-ups of
 * the host meet: who then takes what there is finds that it would block. All other events are told exactly once.
 *
 * <h2>Barrier</h2>
 * Who raises says so in the state word and then reads what is set; who sets writes what is set and then reads whether
 * somebody raises. So either the former callbacks are not called any more, or the one who sets waits until that one has
 * ended or has gone on to the new ones. Nobody waits on a loop thread: two
 * callbacks that change each other's sockets would wait for ever.
 *
 * <h2>Errors that the loop takes</h2>
 * To tell a reset from an end, and a failed connect from a made one, the pending error must be taken from the kernel,
 * which hands it out only once. It is kept in the socket, for the call that would have met it. Datagram sockets' errors
 * are left where they are: recv is raised, and meets them. {@code ERR} without a pending error is the error queue, and
 * no disconnect.
 *
 * <h2>Urgent data</h2>
 * {@code PRI} holds until the byte is taken or passed. It is told when it begins to hold; that it has ended is looked
 * for after each receive while it is told. A second byte that replaces the first before that is not told: the host does
 * not let it be seen.
 */
package ksock.impl.callback;
