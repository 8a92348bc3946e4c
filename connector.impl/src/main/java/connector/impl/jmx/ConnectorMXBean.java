// SPDX-License-Identifier: Apache-2.0
package connector.impl.jmx;

import java.util.List;
import java.util.Map;

/** A snapshot as JMX shows it; each attribute is taken anew. */
public interface ConnectorMXBean {

    /** {@return who has an id, and who stands by} */
    List<UserInfo> getUsers();

    /** {@return services that want to be users and are not, and why} */
    List<RefusedInfo> getRefusedUsers();

    /** {@return netlink ports} */
    List<PortInfo> getPorts();

    /** {@return gates} */
    List<GateInfo> getGates();

    /** {@return the bus' counters by their names in {@link connector.api.runtime.CountersDTO}} */
    Map<String, Long> getCounters();

    /**
     * A user, as {@link connector.api.runtime.UserDTO} has it.
     *
     * @param id idx.val
     * @param name for people
     * @param state active, standby or held-over
     * @param bundle whose it is
     * @param queued messages that wait now
     * @param capacity messages that the mailbox holds at most
     * @param delivered messages that reached the callback
     * @param dropped messages dropped, in whichever way
     * @param refused sends refused with EAGAIN
     * @param failed calls that threw
     * @param runningMs for how long the running call has been running
     * @param stuck whether that is too long
     */
    record UserInfo(String id, String name, String state, String bundle, int queued, int capacity, long delivered,
            long dropped, long refused, long failed, long runningMs, boolean stuck) {
    }

    /**
     * A service that was refused, as {@link connector.api.runtime.FailedUserDTO} has it.
     *
     * @param serviceId the service
     * @param bundle whose it is
     * @param reason why, as BAD_ID
     * @param message what was wrong and what to do
     */
    record RefusedInfo(long serviceId, String bundle, String reason, String message) {
    }

    /**
     * A port, as {@link connector.api.runtime.PortDTO} has it.
     *
     * @param portId its number
     * @param owner what to call its owner
     * @param pid the process
     * @param uid the process' user
     * @param groups joined
     * @param queued messages in the receive queue now
     * @param queuedBytes bytes in it
     * @param received messages taken into it
     * @param sent frames sent
     * @param dropped messages lost because it was full
     * @param overruns times it ran over
     * @param congested whether everything is being dropped now
     */
    record PortInfo(long portId, String owner, long pid, long uid, List<Long> groups, int queued, long queuedBytes,
            long received, long sent, long dropped, long overruns, boolean congested) {
    }

    /**
     * A gate, as {@link connector.api.runtime.GateDTO} has it.
     *
     * @param name of its configuration
     * @param path its socket's
     * @param listening whether it listens
     * @param failure why not
     * @param clients connected now
     * @param accepted connections accepted
     * @param refused connections refused
     * @param framesIn frames that came
     * @param framesOut frames that went
     * @param malformed frames that were malformed
     * @param limited messages that were too many a second
     */
    record GateInfo(String name, String path, boolean listening, String failure, int clients, long accepted,
            long refused, long framesIn, long framesOut, long malformed, long limited) {
    }
}
