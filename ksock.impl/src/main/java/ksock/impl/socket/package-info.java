// SPDX-License-Identifier: Apache-2.0
/**
 * The one implementation of {@link ksock.api.KernelSocket}, over any {@link ksock.api.family.FamilySocket}.
 *
 * <h2>Parts</h2>
 * <ul>
 * <li>{@link ksock.impl.socket.SocketCore}: what there is one of: the families, the sockets that are open.
 * <li>{@link ksock.impl.socket.SocketScope}: the {@link ksock.api.KernelSockets} of one owner; closing it closes what
 *     was made by it, and what was accepted from that.
 * <li>{@code SocketHandle}: what the user holds; a shell, so that it can be seen when nobody holds it any more. A view
 *     with a limit in time is another shell over the same state.
 * <li>{@link ksock.impl.socket.SocketState}: a socket's state, from being made to the end of close.
 * <li>{@code Life}: how long its descriptor is good. {@code Readiness}: what it is told, and whom it tells.
 * <li>{@code Traffic}: what it counts. {@link ksock.impl.socket.Totals}: what all have counted; a socket leaves its
 *     share behind as it is taken out of the list of those that are open, so that none is counted twice or not at all.
 * <li>{@code RecordedCall}, {@code Parting}: what the flight recorder is told, see {@link ksock.impl.jfr}.
 * <li>{@code DataCalls}, {@code ConnectionCalls}, {@code OptionCalls}, {@code Polling}: the calls.
 * <li>{@code AtOnce}: accept and connect that must not wait, for which the host has no flag.
 * <li>{@code SocketBatch}: sends to many sockets, by a ring of the host's where there is one; {@code BatchMemory}: what
 *     that has of the host.
 * <li>{@code SendAttempt}: a send that goes on where it stopped; of the heap's memory, in pieces that can be copied.
 *     {@code WaitAll}: when a receive of everything has enough.
 * <li>{@code Blocking}: whether a call may wait, and what ends that. {@code Waiting}: the tries and pauses of one that
 *     cannot simply block in the kernel.
 * </ul>
 *
 * <h2>How a call waits</h2>
 * A call that may not block (FIONBIO, MSG_DONTWAIT, or made inside a callback) is the family's own. Otherwise, a
 * platform thread on a socket of the host without a limit in time makes the blocking system call. All else tries and
 * pauses, a callback that may block too: before it pauses for long, it gives the loop away. See
 * {@link ksock.impl.wait}.
 *
 * <p>A call in the kernel may find that the descriptor does not block: of a socket that came from another process it is
 * that one's affair as well, and a connect of another thread has it so for a moment. What such a call, or a signal for
 * no reason, has cut short goes on by tries and pauses, for what is left of its time; without a limit, in the kernel.
 *
 * <p>Sockets that travel with a message are entered for each try alone: who closes one does not wait for a peer.
 *
 * <h2>What was not made here</h2>
 * Of a socket that was accepted, or came in a message, the host is asked what it has: times, lingering, and whether it
 * listens or is connected. The mode of FIONBIO is not the descriptor's, and so stays behind.
 *
 * <h2>Life</h2>
 * One word counts the calls that are under way, its sign says that the socket is closing. A call that enters sees the
 * sign and is ENOTSOCK, or is counted and may use the descriptor until it leaves. Close sets the sign, turns the
 * callbacks off, and wakes until all are out; whoever is the last out (the closer, or a call) ends the registration
 * with the event loop and then closes the descriptor, exactly once. So no call ever uses a number that was given back.
 *
 * <p>A thread that runs out of stack inside a call, as a parser does that receives at each level of what a stranger
 * sends it, may have none left to leave with. Then the call's own frame counts that, by a write and nothing more
 * ({@link ksock.impl.socket.Life#lost}), and who closes lets it leave: else close would wait for ever.
 *
 * <h2>Locks</h2>
 * None is held over a system call that can block, over a wait, or over code of a family or user.
 */
package ksock.impl.socket;
