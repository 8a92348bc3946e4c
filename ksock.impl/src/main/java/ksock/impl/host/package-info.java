// SPDX-License-Identifier: Apache-2.0
/**
 * The family of the host's own sockets: each operation is one system call on a descriptor.
 *
 * <p>{@link ksock.impl.host.HostSocket} knows how a call is made (flags that are always set, heap memory that is
 * copied, addresses and control data in the host's bytes) and nothing of who may wait for it: its operations come in
 * two forms, one that answers at once, which is the form of {@link ksock.api.family.FamilySocket}, and one that blocks
 * in the kernel and can come back {@link ksock.impl.host.HostSocket#INTERRUPTED}. When to use which, and when a
 * descriptor may be closed, is for {@code ksock.impl.socket} to say.
 *
 * <h2>Sends by many descriptors</h2>
 * {@link ksock.impl.host.SendRing} is an io_uring that is used as a system call with many parts: what is put in cannot
 * wait, and so is done when the call returns. The host looks descriptors up as in any call: who puts one in sees to it
 * that it is good until then. None is registered with the ring, which would keep a closed socket open.
 *
 * <h2>Descriptors</h2>
 * Every descriptor is born close-on-exec, whether made, accepted or received in a message. A descriptor is blocking,
 * also for a user who asked for FIONBIO: data calls that must not block say so with MSG_DONTWAIT, which costs nothing
 * and disturbs no other thread. {@code accept} and {@code connect} have no such flag. A listener therefore turns its
 * descriptor to O_NONBLOCK at the first accept that must not block; and {@code connect} turns it there and back.
 *
 * <p>That mode belongs to the open socket, and so to everybody who has it, in other processes too; see
 * {@code DescriptorMode}. Nobody else has a descriptor that was made or accepted here, until it is sent in a message:
 * then its mode is given back. From then on, and of one that came in a message from the first, the mode is never
 * changed; what must answer at once is {@link ksock.impl.host.HostSocket#SHARED} instead, and
 * {@code ksock.impl.socket} finds another way.
 */
package ksock.impl.host;
