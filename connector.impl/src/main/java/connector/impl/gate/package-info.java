// SPDX-License-Identifier: Apache-2.0
/**
 * The gate: an {@code AF_UNIX} socket, stream or seqpacket, on which other processes speak netlink frames with the bus.
 *
 * <pre>
 *   process --- socket ---&gt; GateListener ---&gt; Gate
 *                             | newconn, one for each connection:
 *                             v
 *                          GateClient --- bytes ---&gt; ClientInput --- control frames ---&gt; ControlFrames \
 *                             |                                \--- messages ------------------------ &gt; netlink.Port
 *                             |                                                                            | readable
 *                          ClientOutput &lt;-- Port.receive() until null -------------------------------------/
 * </pre>
 *
 * <h2>Threads</h2>
 *
 * One of its own, for crowds. What a client sends is read and taken to its user by the thread of ksock's loop that
 * raised {@code recv}; what is for a client is written by whoever put it into an empty queue, and by the loop when the
 * client's socket has room again. A writer in flight takes along what others queue meanwhile, in one system call for
 * many frames; a lone frame is written at once. After some turns of that it leaves the client to the thread for crowds,
 * or others who send without end would keep it. What is for more than sixteen members of a group is not written by its
 * sender: the clients that it made readable are handed to {@link connector.impl.gate.CrowdWriter}'s thread, all at
 * once, so that its sender goes on, and what it sends next gathers. Of those, who has that one message waiting and
 * nothing else is written to together with others, in one system call ({@link connector.impl.gate.CrowdBatch}).
 *
 * <h2>Memory</h2>
 *
 * Buffers are borrowed while bytes are moved ({@link connector.impl.gate.BufferPool}): an idle client holds none. What
 * a client may hold beyond that is its port's receive queue and reserve for answers, the beginning of one frame, and at
 * most one buffer of frames that its socket refused. A dump counts little in that queue, so that one of any length
 * fits, but in what its user may hold with all that is kept until it is read; beyond that it is refused.
 * {@code SO_SNDBUF} is kept small, so that what a client does not read stands in that queue, where it is counted,
 * rather than in the host's memory, where it is not.
 *
 * <h2>How far a client is read</h2>
 *
 * A read of a stream that does not fill its buffer has taken all there was, and asking once more would be a system call
 * for nothing; what comes later is told anew. But the host also ends a read ahead of urgent data, and behind bytes that
 * descriptors came with. So it is asked to refuse descriptors; and a client that has sent urgent data, or could send
 * descriptors because the host is too old to refuse them, is read until there is nothing. So is one that has gone.
 *
 * <h2>A client that does not read its answers</h2>
 *
 * It is not read either: once {@link connector.impl.gate.ClientInput#ANSWERS_AHEAD} answers wait and its socket is
 * full, its frames stay in its own socket until it reads. It holds up nobody but itself.
 *
 * <h2>A client that cannot be served</h2>
 *
 * Where memory is short, or something here is wrong, the client is disconnected and its slot is free again: half of
 * what it sent, or was to be sent, may be gone, and to go on would hide that. Whoever writes to it, a sender or the
 * crowd's writer, sees nothing of it and goes on with the next client; only a sender that has no stack left sees that.
 *
 * <h2>A datagram that is no frames</h2>
 *
 * A datagram from a client that has no bytes has no frames, and is passed over; a read gives it as it gives the end, so
 * the host is asked which it is. One that ends within a frame is answered.
 *
 * <p>A netlink socket inside the platform may send any bytes to a group or to a client's port, as many as its send
 * buffer holds. Bytes that are not one or more whole frames, or are longer than one write, cannot go to a client, who
 * would not find their end: they are counted as malformed, and told as lost in the place where they would have been.
 *
 * <h2>Limits</h2>
 *
 * Each client has limits of its own ({@link connector.impl.gate.ClientLimits}: queue, memberships, subscriptions,
 * messages a second), and all clients of one user have limits together ({@link connector.impl.gate.UserLimits},
 * {@link connector.impl.gate.GateUser}), so that connecting again gains nothing: a user's rate is kept beyond its last
 * client until it is full again. What a user has is counted over all gates
 * ({@link connector.impl.netlink.Holdings}), so that coming by another gains nothing either; how much it may be is for
 * each gate to say, before it lets it have more: two gates may grant one user different things. A message takes of the
 * user's second what it takes by the rate of its gate. Whoever is beyond a limit is refused, and where it asked told
 * so; nobody waits because of it. By default numbers and bytes are bounded, and messages a second are not: a client
 * that sends without end takes turns with the others.
 *
 * <h2>What is counted where</h2>
 *
 * What never becomes a message is the gate's: malformed, too many, a connection refused. A message is its user's, its
 * port's or the bus' from then on ({@link connector.api.runtime.CountersDTO}), where what stands in a receive queue
 * when its client goes is counted as unread, and told to taps. What has left that queue, and has not been taken whole
 * by the client's socket, is counted so as well. What a client leaves behind in its socket, it alone could tell.
 *
 * <h2>Process ids</h2>
 *
 * The process at the other end is who connected; another that has the connection from it, by fork or as SCM_RIGHTS,
 * speaks as that one, as on any socket. Its id may be another process' once it has ended. So it is told, in listings,
 * the log and to callbacks, as what it is: who connected. Nothing is looked up by it later, no name in {@code /proc}
 * and no right, for which there would have to be a pidfd (SO_PEERPIDFD): uid and groups were taken when it connected.
 * The one thing that it decides is which port id is had without asking, which is a number that is free, as for a
 * netlink socket.
 *
 * <h2>A path that is in use</h2>
 *
 * Such a path, or one that cannot be used, is tried again, after half a second at first and every half minute in the
 * end. The reason is logged when it is new, and stands in the runtime DTO.
 *
 * <h2>The socket's file</h2>
 *
 * {@link connector.impl.gate.SocketFile}: a lock on {@code <path>.lock} is held for life, which the host takes away
 * from a platform that dies; so a socket file without a lock is a dead one's and is replaced. Permissions are set
 * between bind and listen, when nobody can connect yet. The directory is made for this user alone; for a gate whose
 * mode lets others in, all may search and none may list it. What else is in their way is said in the log. On the way
 * out the file is removed only if it is still the one that was made here.
 *
 * <p>A socket whose file is gone goes on listening, but nobody finds it. So every two seconds, and at each change of
 * its configuration, a gate looks whether the file is there and still its own. If it is not, the path is taken anew as
 * at the start, with its directory, its lock and a new socket ({@link connector.impl.gate.GateListener}); whoever is
 * connected stays so. What is in the way then, another's file or another platform, is left alone, logged once, and
 * shown in the runtime DTO as why the gate does not listen, until it has gone.
 */
package connector.impl.gate;
