// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

/**
 * Who may do what. It is asked before anything is looked up, so that what exists cannot be found out by trying. It is
 * asked often and by any thread: it must answer at once and must not block.
 */
public interface Policy {

    /** The default: this platform's own code, the user it runs as, and root may do everything; nobody else anything. */
    static Policy sameUserAndRoot(int uid) {
        return new SameUser(uid);
    }

    /**
     * Asked for each message to a user.
     *
     * @param who sends
     * @param idx of the id, u32
     * @param val of the id, u32
     * @return whether it may
     */
    boolean maySend(Identity who, int idx, int val);

    /**
     * Asked for each message that is not for a user: to another port or to a group.
     *
     * @param who sends
     * @param portId destination port, u32, 0 for none
     * @param group destination group, u32, 0 for none
     * @return whether it may
     */
    boolean mayAddress(Identity who, int portId, int group);

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
     * Asked when a port asks which ids there are, or to be told when they come and go.
     *
     * @param who asks
     * @return whether it may
     */
    boolean mayNotify(Identity who);

    /** The default. */
    record SameUser(int uid) implements Policy {

        private static final int ROOT = 0;

        private boolean permits(Identity who) {
            return who.inPlatform() || who.uid() == uid || who.uid() == ROOT;
        }

        @Override
        public boolean maySend(Identity who, int idx, int val) {
            return permits(who);
        }

        @Override
        public boolean mayAddress(Identity who, int portId, int group) {
            return permits(who);
        }

        @Override
        public boolean mayListen(Identity who, int group) {
            return permits(who);
        }

        @Override
        public boolean mayBind(Identity who, int portId) {
            return permits(who);
        }

        @Override
        public boolean mayNotify(Identity who) {
            return permits(who);
        }
    }
}
