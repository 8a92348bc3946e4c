// SPDX-License-Identifier: Apache-2.0
package connector.impl.policy;

import connector.api.Sender;
import connector.impl.netlink.Identity;
import java.util.ArrayList;
import java.util.List;

/**
 * Users and groups of the host, written as {@code uid:1000, uid:2000-2999, gid:50, root, owner, any}. Numbers alone: a
 * name would have to be asked for elsewhere, and could come to mean another. Immutable.
 */
final class Principals {

    private static final NumberSet ROOT = NumberSet.parse("0");

    private final String text;
    private final List<NumberSet> uids;
    private final List<NumberSet> gids;
    private final boolean owner;
    private final boolean any;

    private Principals(String text, List<NumberSet> uids, List<NumberSet> gids, boolean owner, boolean any) {
        this.text = text;
        this.uids = uids;
        this.gids = gids;
        this.owner = owner;
        this.any = any;
    }

    /**
     * Reads a list.
     *
     * @param text as above
     * @return the list
     * @throws IllegalArgumentException which part is nobody, and what one can be
     */
    static Principals parse(String text) {
        List<NumberSet> uids = new ArrayList<>();
        List<NumberSet> gids = new ArrayList<>();
        boolean owner = false;
        boolean any = false;
        for (String part : text.split(",", -1)) {
            String who = part.strip();
            switch (who) {
                case "any" -> any = true;
                case "owner" -> owner = true;
                case "root" -> uids.add(ROOT);
                default -> {
                    if (who.startsWith("uid:")) {
                        uids.add(numbers(who));
                    } else if (who.startsWith("gid:")) {
                        gids.add(numbers(who));
                    } else {
                        throw new IllegalArgumentException(nobody(who));
                    }
                }
            }
        }
        return new Principals(text.strip(), uids, gids, owner, any);
    }

    private static NumberSet numbers(String who) {
        String numbers = who.substring(who.indexOf(':') + 1).strip();
        if (numbers.equals("*")) {
            throw new IllegalArgumentException("'" + who + "': say any, if everybody is meant");
        }
        try {
            return NumberSet.parse(numbers);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(nobody(who), e);
        }
    }

    private static String nobody(String who) {
        return "'" + who + "' is none of uid:<number>, gid:<number>, root, owner (the user that the platform runs as),"
                + " any";
    }

    /** Tells whether somebody is among them; a gid also by supplementary group, where the host tells those. */
    boolean contain(Identity who, int ownerUid) {
        return any || (owner && isOwner(who, ownerUid)) || in(uids, who.uid()) || in(gids, who.gid())
                || who.groups().stream().anyMatch(group -> in(gids, group));
    }

    /** Whether it is the user that the platform runs as; two who are unknown are not the same. */
    static boolean isOwner(Identity who, int ownerUid) {
        return who.uid() == ownerUid && who.uid() != Sender.UNKNOWN;
    }

    /** Whether they name somebody: who is unknown is in no range, however wide. That number is nobody's on Linux. */
    private static boolean in(List<NumberSet> sets, int number) {
        if (number == Sender.UNKNOWN) {
            return false;
        }
        for (NumberSet set : sets) {
            if (set.contains(number)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return text;
    }
}
