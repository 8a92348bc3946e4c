// SPDX-License-Identifier: Apache-2.0
/**
 * The wire contract between the platform and other processes: netlink frames over an {@code AF_UNIX} socket, stream or
 * seqpacket.
 *
 * <p>A process connects to the gate's socket and is then what a process with a netlink socket is on Linux: one
 * connection is one netlink socket is one port. What it writes and reads is a sequence of frames, each beginning with a
 * {@code struct nlmsghdr}. There is no greeting and no negotiation: the first frame may be a message.
 *
 * <h2>Frames</h2>
 *
 * All numbers are in the byte order of the machine, unsigned unless said otherwise. {@code nlmsg_len} counts the header
 * and the payload but not the padding; each frame, the last one too, is padded with 0 to 3 bytes to a multiple of 4.
 * Any number of frames may be written in one write; a frame may be written in any number of writes.
 * {@link connector.api.wire.NlMsgHdr}:
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                          nlmsg_len                            |  0
 *  +-------------------------------+-------------------------------+
 *  |          nlmsg_type           |          nlmsg_flags          |  4
 *  +-------------------------------+-------------------------------+
 *  |                          nlmsg_seq                            |  8
 *  +---------------------------------------------------------------+
 *  |           nlmsg_pid (written by the gate, verified)           |  12
 *  +---------------------------------------------------------------+
 *  |                          payload ...                          |  16
 *  +---------------------------------------------------------------+
 *  |                          padding to 4                         |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <table>
 * <caption>What is in a frame, by {@code nlmsg_type}</caption>
 * <tr><th>type</th><th>direction</th><th>payload</th></tr>
 * <tr><td>1 {@code NLMSG_NOOP}</td><td>either</td><td>ignored (answered where {@code NLM_F_ACK} asks: a ping)</td></tr>
 * <tr><td>2 {@code NLMSG_ERROR}</td><td>from the gate</td><td>{@link connector.api.wire.NlMsgErr}</td></tr>
 * <tr><td>4 {@code NLMSG_OVERRUN}</td><td>from the gate</td><td>{@link connector.api.wire.NlMsgOverrun}</td></tr>
 * <tr><td>0xFF00 to 0xFFFF</td><td>either</td><td>{@link connector.api.wire.GateControl}</td></tr>
 * <tr><td>any other, commonly 3 {@code NLMSG_DONE}</td><td>either</td><td>{@link connector.api.wire.CnMsgHdr} and its
 * data</td></tr>
 * </table>
 *
 * <h2>Seqpacket</h2>
 *
 * A gate of type {@code SOCK_SEQPACKET} speaks the same frames, but each datagram carries whole ones, in both
 * directions: at least one, any number back to back, each padded to 4, where the last one's padding may be missing.
 * There are no half frames, no buffer is needed to put them together, and a round trip is shorter. What differs:
 *
 * <ul>
 * <li>A datagram has at most 64 KiB; a longer one is dropped as a whole and answered {@code EMSGSIZE} with
 * {@code nlmsg_seq} 0. The gate's own have at most 32 KiB.</li>
 * <li>One that ends within a frame: what came of that frame is dropped and answered {@code EINVAL}.</li>
 * <li>A false {@code nlmsg_len}: answered {@code EINVAL}; the rest of the datagram is dropped, and the connection goes
 * on.</li>
 * <li>{@code FROM} or {@code TAP} and the frame that it is about come in the same datagram; {@code TO} may come in an
 * earlier one than its message.</li>
 * <li>An empty datagram cannot be told from the end of the connection, and is taken for it.</li>
 * </ul>
 *
 * <h2>What goes wrong, and what is answered</h2>
 *
 * <ul>
 * <li>{@code nlmsg_len} below 16 or above 1 MiB: where the next frame begins is unknown. The gate answers
 * {@code NLMSG_ERROR} with {@code EINVAL} and closes the connection.</li>
 * <li>A frame longer than the longest message ({@link connector.api.wire.NlMsgHdr#MAX_LENGTH}): skipped without being
 * stored and answered {@code EMSGSIZE}; the connection goes on.</li>
 * <li>A control frame of an unassigned type: answered {@code EOPNOTSUPP}; the connection goes on.</li>
 * <li>A control frame that asks something (all but {@code TO}, {@code FROM} and {@code TAP}): always answered, with its
 * {@code nlmsg_seq}.</li>
 * <li>A message: silently dropped and counted when it is malformed or has no receiver, as in the kernel; answered with
 * {@code NLMSG_ERROR} (error 0 when it was accepted) where {@code NLM_F_ACK} is set in {@code nlmsg_flags}.</li>
 * <li>Several {@code cn_msg} in one frame, back to back: sent to a user, what stands behind the first is ignored, as in
 * the kernel, and nothing is said of it; sent to a group or a port, the frame goes as it is, and who receives it finds
 * them all. The platform's own may send several so.</li>
 * <li>A message or a control frame beyond the configured number a second, of this client or of all clients of its user:
 * dropped and counted; answered {@code EAGAIN} where an answer was to come.</li>
 * <li>One connection more than the gate, or its user, may have: {@code EMFILE} with {@code nlmsg_seq} 0, and the
 * connection is closed.</li>
 * <li>One group, or one subscription, more than this client or its user may have: {@code EMFILE},
 * {@code ENOSPC}.</li>
 * <li>End of file in the middle of a frame: that frame is counted and forgotten.</li>
 * <li>Urgent data ({@code MSG_OOB}) is no part of the stream, and passed over, wherever it is. (As in Linux, a byte of
 * it that is followed by another before it was passed is an ordinary one.)</li>
 * <li>Descriptors ({@code SCM_RIGHTS}) are taken by nobody: the host refuses the write with {@code EPERM}, or, before
 * Linux 6.16, closes them when the bytes that they came with are read.</li>
 * </ul>
 *
 * <p>Answers and messages come on the same stream; an answer may overtake messages that were queued before it.
 *
 * <h2>Who uses this package</h2>
 *
 * The gate and {@code connector.client}, which embeds it: there is one codec. Its classes need nothing but the JDK.
 * They hold constants named as in the C headers and static functions over a {@link java.nio.ByteBuffer} in
 * {@linkplain java.nio.ByteOrder#nativeOrder() native order}; numbers of 32 bits are {@code int}s that carry the bits
 * (compare and print them unsigned). Nothing here blocks; everything but
 * {@link connector.api.wire.FrameDecoder} is stateless and may be called from any thread.
 *
 * <p>Import it as a consumer with {@code [1.0,2.0)}.
 */
@Export
@Version("1.0.0")
package connector.api.wire;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

