// SPDX-License-Identifier: Apache-2.0
package ksock.api.runtime;

import org.osgi.dto.DTO;

/** A socket that is open. */
public class SocketDTO extends DTO {

    /** Its number, as {@code KernelSocket.id} gives it. */
    public long id;

    /** The bundle that it belongs to, -1 without a framework. */
    public long bundleId;

    /** The symbolic name of the bundle that it belongs to, empty without a framework. */
    public String bundle = "";

    /** The name of its family. */
    public String family;

    /** Its address family. */
    public int domain;

    /** Its type. */
    public int type;

    /** Its protocol. */
    public int protocol;

    /** Its own address, empty if there is none. */
    public String localAddress = "";

    /** The address of its peer, empty if there is none. */
    public String remoteAddress = "";

    /** {@code LISTEN}, {@code ESTABLISHED} ... as netstat names them; empty where a type has no states. */
    public String state = "";

    /** Bytes that came and were not received, -1 if the family does not say. */
    public long receiveQueueBytes = -1;

    /** Bytes that were sent and are still here, -1 if the family does not say. */
    public long sendQueueBytes = -1;

    /** Bytes received in its life. */
    public long receivedBytes;

    /** Bytes sent in its life. */
    public long sentBytes;

    /**
     * Calls that received something. Like {@link #sends} and {@link #refusedSends} it may be a few short of the truth
     * when several threads make such calls on the one socket at once.
     */
    public long receives;

    /** Calls that sent something. */
    public long sends;

    /** Calls that may not block, and sent nothing or less than there was, for want of room. */
    public long refusedSends;

    /** Connections accepted, of a listener. */
    public long accepted;

    /** Calls blocked in it now. */
    public int blockedCalls;

    /** The callbacks that are set, by their names, empty if none are. */
    public String callbacks = "";

    /** Callbacks called. */
    public long calledCallbacks;

    /** Callbacks that threw. */
    public long failedCallbacks;

    /** Callbacks that took longer than a few milliseconds, so that the event loop went on without their thread. */
    public long heldUpCallbacks;

    /** How long the longest of those took, in milliseconds. */
    public long longestCallbackMs;

    /** For how long the callback that runs now has been held up, in milliseconds; 0 if none is. */
    public long heldUpMs;

    /** When it was made, milliseconds since 1970. */
    public long openedAt;

    /** Empty, to be filled. */
    public SocketDTO() {
    }
}
