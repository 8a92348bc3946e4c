// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jmx;

import java.util.List;

/** A snapshot as JMX shows it; each attribute is taken anew. Figures that are no state count from the start. */
public interface KernelSocketsMXBean {

    /** {@return the open sockets} */
    List<SocketInfo> getSockets();

    /** {@return counters and the event loop's state} */
    TotalsInfo getTotals();

    /**
     * A socket, as {@link ksock.api.runtime.SocketDTO} has it.
     *
     * @param id its number
     * @param owner the bundle it belongs to
     * @param family the name of its family
     * @param domain its address family
     * @param type its type
     * @param protocol its protocol
     * @param localAddress its own address
     * @param remoteAddress its peer's
     * @param state as netstat names it
     * @param receivedBytes bytes received
     * @param sentBytes bytes sent
     * @param receives calls that received something
     * @param sends calls that sent something
     * @param refusedSends sends refused or cut short
     * @param blockedCalls calls blocked now
     * @param calledCallbacks callbacks called
     * @param failedCallbacks callbacks that threw
     * @param heldUpMs how long the callback that runs now has been held up
     */
    record SocketInfo(long id, String owner, String family, int domain, int type, int protocol, String localAddress,
            String remoteAddress, String state, long receivedBytes, long sentBytes, long receives, long sends,
            long refusedSends, int blockedCalls, long calledCallbacks, long failedCallbacks, long heldUpMs) {
    }

    /**
     * All sockets together, as {@link ksock.api.runtime.RuntimeDTO} has it.
     *
     * @param opened sockets made
     * @param closed sockets closed
     * @param forgotten sockets forgotten without close
     * @param connected connections made
     * @param failedConnects connects that failed
     * @param accepted connections accepted
     * @param receivedBytes bytes received
     * @param sentBytes bytes sent
     * @param calledCallbacks callbacks called
     * @param failedCallbacks callbacks that threw
     * @param heldUpCallbacks callbacks that were held up
     * @param longestCallbackMs how long the longest of those took
     * @param waitingListeners listeners that wait for a descriptor now
     * @param loopAlive whether the event loop works
     * @param loopThreads threads that run callbacks now
     * @param heldUpThreads threads held up now
     * @param crowded whether events wait for a thread
     */
    record TotalsInfo(long opened, long closed, long forgotten, long connected, long failedConnects, long accepted,
            long receivedBytes, long sentBytes, long calledCallbacks, long failedCallbacks, long heldUpCallbacks,
            long longestCallbackMs, int waitingListeners, boolean loopAlive, int loopThreads, int heldUpThreads,
            boolean crowded) {
    }
}
