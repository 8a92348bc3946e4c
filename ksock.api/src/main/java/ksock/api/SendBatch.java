// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Sends to many sockets at once: what was added goes out in one system call where the host has io_uring (Linux 5.17),
 * and is allowed to use it, else in one call each. Ours: no kernel interface of the seed's sends to several sockets.
 *
 * <p>Each is a send that does not wait, as with {@code MSG_DONTWAIT}, and by its socket exactly that: counted, refused
 * and told of by {@code xmit} as any other. They are made in the order in which they were added, also several to one
 * socket. What becomes of one is no matter of the others.
 *
 * <pre>{@code
 * try (SendBatch batch = sockets.sendBatch(64, 64 * 1024)) {
 *     for (KernelSocket subscriber : subscribers) {
 *         if (!batch.add(subscriber, news)) {   // full
 *             sendAndLook(batch);
 *             batch.add(subscriber, news);
 *         }
 *     }
 *     sendAndLook(batch);                       // batch.send(), then batch.result(0) to that of batch.size() - 1
 * }
 * }</pre>
 *
 * <p>For one thread at a time; no method blocks. It belongs to who made it as a socket does, and is closed with that;
 * one that nobody holds any more is closed, too. A batch does not hold a socket: one that is closed, or forgotten,
 * before {@link #send} is ENOTSOCK there.
 */
@ProviderType
public interface SendBatch extends AutoCloseable {

    /**
     * Adds a send, whose bytes are copied. The first after {@link #send} begins anew: results are gone then.
     *
     * @param socket where to; any of the same service, of whatever family
     * @param data from its position to its limit, which are left alone; of a datagram socket one datagram, which may be
     *        empty
     * @return false if there is no room for it beside what was added: {@link #send} first
     * @throws IllegalArgumentException the socket is not of this service, or the data is longer than what the batch can
     *         hold when it is empty
     * @throws IllegalStateException the batch is closed, or just being sent: a family calls this from within its own
     *         send
     */
    boolean add(KernelSocket socket, ByteBuffer data);

    /**
     * Adds a send of the bytes that were added last, which the batch has only once.
     *
     * @param socket as for {@link #add}
     * @return as for {@link #add}
     * @throws IllegalArgumentException the socket is not of this service
     * @throws IllegalStateException nothing was added that is not sent yet, or as for {@link #add}
     */
    boolean addAgain(KernelSocket socket);

    /** {@return how many sends were added, since the last {@link #send} or before it} */
    int size();

    /**
     * Makes all sends that were added. Does nothing if they have been made.
     *
     * @throws IllegalStateException the batch is just being sent, as for {@link #add}; it is closed; or it was closed
     *         while it was sending, by the end of its owner or by a family from within its own send: that send, and
     *         those before it, have their results; those behind it are dropped, and have none
     */
    void send();

    /**
     * What became of a send.
     *
     * @param index in the order of adding, from 0
     * @return the bytes that were taken, of a stream perhaps fewer than there were; {@link KernelSocket#WOULD_BLOCK} if
     *         none could be taken
     * @throws KernelSocketException as {@link KernelSocket#send(ByteBuffer, int)}, ENOTSOCK if the socket was closed;
     *         and EIO if its family failed with no errno
     * @throws IndexOutOfBoundsException there is no such send, or it has not been made yet
     */
    long result(int index) throws KernelSocketException;

    /**
     * How long a send is.
     *
     * @param index in the order of adding, from 0
     * @return its bytes, as they were added
     * @throws IndexOutOfBoundsException there is no such send
     */
    int length(int index);

    /**
     * The bytes of a send that were not taken: all of them if it was refused or failed.
     *
     * @param index in the order of adding, from 0
     * @return a view, good until {@link #add} begins anew or {@link #close}; read-only
     * @throws IndexOutOfBoundsException there is no such send, or it has not been made yet
     */
    ByteBuffer unsent(int index);

    /**
     * Gives back what the batch holds of the host. What was added and not sent is dropped; what became of what was sent
     * can still be asked. Again does nothing.
     */
    @Override
    void close();
}
