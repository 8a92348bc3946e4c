// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

/**
 * Who may do what. It is asked before anything is looked up, so that what exists cannot be found out by trying. It is
 * asked often and by any thread: it must answer at once and must not block.
 */
public interface Policy {

    /**
     * Asked for each message to a user, but for those to {-1, -1}.
     *
     * @param who sends
     * @param idx of the id, u32
     * @param val of the id, u32
     * @return whether it may
     */
    boolean maySend(Identity who, int idx, int val);

    /**
     * Asked for each message to a group.
     *
     * @param who sends
     * @param group the group, u32, not 0
     * @return whether it may
     */
    boolean mayMulticast(Identity who, int group);

    /**
     * Asked for each message to another port than the connector's.
     *
     * @param who sends
     * @param portId the port, u32, not 0
     * @return whether it may
     */
    boolean mayUnicast(Identity who, int portId);

    /**
     * Asked when a port joins a group.
     *
     * @param who joins
     * @param group the group, u32
     * @return whether it may
     */
    boolean mayListen(Identity who, int group);

    /**
     * Asked when a port asks for an id of its own choice.
     *
     * @param who asks
     * @param portId the id, u32
     * @return whether it may
     */
    boolean mayBind(Identity who, int portId);

    /**
     * Asked when a port asks which ids there are, or to be told when they come and go: whether there is any id that it
     * may be told of.
     *
     * @param who asks
     * @return whether it may
     */
    boolean mayNotify(Identity who);

    /**
     * Asked for each id of which a port that asked would be told; if not, it is as if that id was not there.
     *
     * @param who is told
     * @param idx of the id, u32
     * @param val of the id, u32
     * @return whether it may know
     */
    boolean mayBeTold(Identity who, int idx, int val);

    /**
     * Asked when a port wants to be told of what passes on the bus: whether there is any id of whose messages it may
     * be.
     *
     * @param who asks
     * @return whether it may
     */
    boolean mayMonitor(Identity who);

    /**
     * Asked for each message of which a port that asked would be told; if not, it is not told of it.
     *
     * @param who is told
     * @param idx of the id, u32; of what is no message the connector's
     * @param val of the id, u32
     * @return whether it may see it
     */
    boolean mayMonitor(Identity who, int idx, int val);

    /**
     * Asked for each message that is not for a user: to another port, to a group, or both.
     *
     * @param who sends
     * @param portId destination port, u32, 0 for none
     * @param group destination group, u32, 0 for none
     * @return whether it may
     */
    default boolean mayAddress(Identity who, int portId, int group) {
        return (group == 0 || mayMulticast(who, group)) && (portId == 0 || mayUnicast(who, portId));
    }
}
