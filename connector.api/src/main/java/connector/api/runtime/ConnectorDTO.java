// SPDX-License-Identifier: Apache-2.0
package connector.api.runtime;

import org.osgi.dto.DTO;

/** The connector: everything. */
public class ConnectorDTO extends DTO {

    /** Count of registrations and unregistrations since the start: the epoch of extended notifications. */
    public long epoch;

    /** Users, in the order of their ids; stand-by users after the one that has the id. */
    public UserDTO[] users;

    /** Services that are not users, each with the reason. */
    public FailedUserDTO[] failedUsers;

    /** Ports, in the order of their ids. */
    public PortDTO[] ports;

    /** Groups that have members or have had messages, in the order of their numbers. */
    public GroupDTO[] groups;

    /** Subscriptions to notifications. */
    public SubscriptionDTO[] subscriptions;

    /** Gates. */
    public GateDTO[] gates;

    /** Who may do what. */
    public PolicyDTO policy;

    /** Counters of what has no better place. */
    public CountersDTO counters;

    /** Empty, to be filled. */
    public ConnectorDTO() {
    }
}
