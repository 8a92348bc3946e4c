// SPDX-License-Identifier: Apache-2.0
/**
 * The connector from any process: a netlink socket of the platform in the shape socket, bind, send, recv.
 *
 * <p>{@link connector.client.CnSocket} connects to a gate and speaks {@link connector.api.wire}, of which this jar
 * holds a copy, so that it needs nothing but the JDK. Nothing here runs in the background: a thread that waits for a
 * message or an answer reads the stream, for itself and for others that wait; a thread that sends writes, for itself
 * and for others that sent meanwhile. Locks are held for moments, never while the system is waited for.
 *
 * <p>It speaks with gates of type stream. {@code java.nio} has no seqpacket, and to call the system for it would cost a
 * plain jar its plainness: a poll and a way to wake it beside the JDK's selectors, calls that hold a virtual thread's
 * carrier, and {@code --enable-native-access} for each program that uses it.
 *
 * <p>{@link connector.client.CnSocket} says what there is to be said, its package-private halves do it: the writer
 * gathers and writes frames, the reader reads and cuts them, the inbox hands them to who awaits them, and the exchange
 * puts question and answer together.
 *
 * <p>{@link connector.client.Main} is the command {@code cn}: {@code line} reads its command line, {@code command} has
 * a class for each thing that it does, {@code print} prints, {@code pcapng} writes and reads captures. Those use the
 * socket as any other program would; nothing of the socket knows of them.
 */
package connector.client;
