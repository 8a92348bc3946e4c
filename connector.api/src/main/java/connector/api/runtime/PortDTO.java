// SPDX-License-Identifier: Apache-2.0
package connector.api.runtime;

import org.osgi.dto.DTO;

/** A netlink port: what {@code /proc/net/netlink} has of a socket, and more. */
public class PortDTO extends DTO {

    /** The port id, u32; 0 while the socket is not bound. */
    public long portId;

    /** What it belongs to: {@code bundle name}, {@code gate}, {@code socket}. */
    public String owner;

    /** Whether it is of this platform rather than of another process. */
    public boolean inPlatform;

    /** The user id of who opened it, u32, or -1. */
    public long uid;

    /** The group id of who opened it, u32, or -1. */
    public long gid;

    /** The process id of who opened it, or -1. */
    public long pid;

    /** Whether it is told of all that passes on the bus. */
    public boolean tap;

    /** Groups joined, u32 each, in order. */
    public long[] groups;

    /** Bytes in the receive queue now. */
    public long queuedBytes;

    /** Messages in the receive queue now. */
    public int queued;

    /** Size of the receive queue in bytes. */
    public long receiveBufferBytes;

    /** Whether everything is being dropped until the reader has emptied the queue. */
    public boolean congested;

    /** Messages that were taken into the queue. */
    public long received;

    /** Frames that it sent. */
    public long sent;

    /** Messages that it lost because its queue was full. */
    public long dropped;

    /** Times its queue ran over. */
    public long overruns;

    /** Empty, to be filled. */
    public PortDTO() {
    }
}
