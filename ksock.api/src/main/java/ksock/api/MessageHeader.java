// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/**
 * What {@code sendmsg} and {@code recvmsg} take: a {@code struct msghdr} that the caller owns and uses
 * again and again.
 *
 * <p>Not thread-safe: one call at a time.
 */
public final class MessageHeader {

    /** The most buffers that one call takes ({@code UIO_MAXIOV}). */
    public static final int MAX_BUFFERS = 1024;

    private static final MemorySegment[] NO_BUFFERS = {};

    private SockAddrBuffer name;
    private MemorySegment[] buffers = NO_BUFFERS;
    private ControlBuffer control;
    private List<KernelSocket> rights = List.of();
    private int flags;

    /** A message without address, data, or control data. */
    public MessageHeader() {
    }

    /**
     * The address to send to; or where {@code recvmsg} writes the sender's.
     *
     * @return the address, {@code null} for none
     */
    public SockAddrBuffer name() {
        return name;
    }

    /**
     * Sets the address to send to, or where {@code recvmsg} writes the sender's.
     *
     * @param address the address, {@code null} for none
     * @return this
     */
    public MessageHeader name(SockAddrBuffer address) {
        name = address;
        return this;
    }

    /**
     * The buffers ({@code msg_iov}), filled or sent one after another.
     *
     * @return the array itself, no copy
     */
    public MemorySegment[] buffers() {
        return buffers;
    }

    /**
     * Sets the buffers ({@code msg_iov}), filled or sent one after another.
     *
     * @param segments up to {@link #MAX_BUFFERS} native or heap segments; the array is kept, no copy
     * @return this
     */
    public MessageHeader buffers(MemorySegment... segments) {
        buffers = Objects.requireNonNull(segments, "segments");
        return this;
    }

    /**
     * The control data to send, or where {@code recvmsg} writes it.
     *
     * @return the control data, {@code null} for none
     */
    public ControlBuffer control() {
        return control;
    }

    /**
     * Sets the control data to send, or where {@code recvmsg} writes it.
     *
     * @param data the control data, {@code null} for none
     * @return this
     */
    public MessageHeader control(ControlBuffer data) {
        control = data;
        return this;
    }

    /**
     * The sockets that travel with the message ({@code SCM_RIGHTS}).
     *
     * @return to send: what was set. After {@code recvmsg}: those that came, which belong to whom the
     *         receiving socket belongs to, and are the caller's to close
     */
    public List<KernelSocket> rights() {
        return rights;
    }

    /**
     * Sets the sockets that travel with the message ({@code SCM_RIGHTS}); the sender keeps its own.
     *
     * @param sockets up to 253 sockets of the host family
     * @return this
     */
    public MessageHeader rights(List<KernelSocket> sockets) {
        rights = List.copyOf(sockets);
        return this;
    }

    /**
     * What {@code recvmsg} said of the message ({@code msg_flags}).
     *
     * @return {@code MSG_TRUNC}, {@code MSG_CTRUNC}, {@code MSG_OOB}, {@code MSG_EOR}, {@code MSG_ERRQUEUE}
     */
    public int flags() {
        return flags;
    }

    /**
     * Sets what {@link #flags()} gives; for the family that receives.
     *
     * @param bits {@code MSG_} flags
     */
    public void flags(int bits) {
        flags = bits;
    }
}
