// SPDX-License-Identifier: Apache-2.0
package ksock.api.runtime;

import java.util.ArrayList;
import java.util.List;
import org.osgi.dto.DTO;

/** All sockets and families. */
public class RuntimeDTO extends DTO {

    /** The sockets that are open, by their ids. */
    public List<SocketDTO> sockets = new ArrayList<>();

    /** The families that can make sockets. */
    public List<FamilyDTO> families = new ArrayList<>();

    /** Sockets made since the service started. */
    public long opened;

    /** Sockets closed since the service started. */
    public long closed;

    /** Sockets that were forgotten without being closed, and were closed for their owners. */
    public long forgotten;

    /** Connections that connect has made; of the stream and seqpacket types, like those that follow. */
    public long connected;

    /** Connects that failed. One whose outcome nobody has asked for yet is in neither of the two. */
    public long failedConnects;

    /** Connections that listeners have accepted. */
    public long accepted;

    /** Bytes received, by closed sockets too, as in all that follows but for what is said to be now. */
    public long receivedBytes;

    /** Bytes sent. */
    public long sentBytes;

    /** Calls that received something. See {@link SocketDTO#receives}. */
    public long receives;

    /** Calls that sent something. See {@link SocketDTO#sends}. */
    public long sends;

    /** Sends that were refused or cut short. See {@link SocketDTO#refusedSends}. */
    public long refusedSends;

    /** Callbacks called. */
    public long calledCallbacks;

    /** Callbacks that threw. */
    public long failedCallbacks;

    /** Callbacks that were held up. See {@link SocketDTO#heldUpCallbacks}. */
    public long heldUpCallbacks;

    /** How long the longest of those took, in milliseconds. */
    public long longestCallbackMs;

    /** Accepts of listeners with callbacks that found no descriptor left. */
    public long descriptorShortages;

    /** Listeners that wait for a descriptor now. */
    public int waitingListeners;

    /** Whether callbacks can be run: the event loop works, or will when it is first needed. */
    public boolean loopAlive;

    /** Threads that run callbacks now, the leader included. */
    public int loopThreads;

    /** Threads that are held up in callbacks now. */
    public int heldUpThreads;

    /** Whether all threads that may be are held up in callbacks now, so that events wait. */
    public boolean crowded;

    /** How often another thread took the event loop over from one that was held up in a callback. */
    public long takeOvers;

    /** Empty, to be filled. */
    public RuntimeDTO() {
    }
}
