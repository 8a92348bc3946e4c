// SPDX-License-Identifier: Apache-2.0
package bench.harness;

import static bench.harness.Catalogue.C;

import java.util.ArrayList;
import java.util.List;

/** What can be compared of the bus inside the platform. */
final class BusCatalogue {

    static final String BUS = "bus";
    static final String DISRUPTOR = "Disruptor";
    static final String EVENT_ADMIN = "EventAdmin";

    private static final int NONE = 0;
    private static final int SUBSCRIBERS = 1000;
    private static final int[] SENDERS = {1, 2, 4};

    private final Ends ends;
    private final String bothCores;

    BusCatalogue(Ends ends, String core, String otherCore) {
        this.ends = ends;
        this.bothCores = core.equals(otherCore) ? core : core + ',' + otherCore;
    }

    List<Comparison> comparisons() {
        List<Comparison> all = new ArrayList<>();
        for (int senders : SENDERS) {
            all.add(mailbox("bus-mailbox-" + senders, Integer.toString(senders), "platform", senders == 1));
        }
        all.add(mailbox("bus-mailbox-virtual", "1", "virtual", false));
        all.add(new Comparison("bus-inline", "a message to an inline user, and one brought to an idle mailbox",
                List.of(alone("inline", "direct", "inline"), alone("idle mailbox", "direct", "idle")), List.of(),
                List.of(Limit.nanosEach("inline", 30), Limit.nanosEach("idle mailbox", 30)), Unit.NANOSECONDS, NONE,
                true));
        all.add(new Comparison("bus-wake", "from the send to the callback of an idle user on another thread",
                List.of(alone(BUS, "wake", "bus").on(bothCores),
                        alone(DISRUPTOR, "wake", "disruptor").on(bothCores)),
                List.of(Target.time(BUS, DISRUPTOR)), List.of(), Unit.MICROSECONDS, NONE, true));
        all.add(new Comparison("bus-registration", "addCallback and delCallback of one id",
                List.of(alone("with 10", "registration", "10"), alone("with 100,000", "registration", "100000")),
                List.of(Target.timeAtMost("with 100,000", "with 10", 1.1)), List.of(), Unit.NANOSECONDS, NONE, true));
        all.add(new Comparison("bus-fanout", "one message to 1,000 ports, each of which receives it; for each port",
                List.of(new Contender(C, null, ends.c("fanout", Integer.toString(SUBSCRIBERS))),
                        alone(BUS, "fanout", Integer.toString(SUBSCRIBERS))),
                List.of(Target.timeAtMost(BUS, C, 1)), List.of(), Unit.NANOSECONDS, SUBSCRIBERS, true));
        all.add(new Comparison("bus-swap", "a user swapped every 10 ms under 1,000,000 messages a second",
                List.of(alone(BUS, "swap").on(bothCores)), List.of(), List.of(Limit.tailMillis(BUS, 5)),
                Unit.THOUSANDS_A_SECOND, NONE, true));
        return all;
    }

    private Comparison mailbox(String name, String senders, String threads, boolean eventAdminToo) {
        List<Contender> contenders = new ArrayList<>(List.of(
                alone(BUS, "mailbox", "bus", senders, threads).on(bothCores),
                alone(DISRUPTOR, "mailbox", "disruptor", senders, threads).on(bothCores)));
        List<Target> targets = new ArrayList<>(List.of(
                threads.equals("virtual") ? Target.time(BUS, DISRUPTOR) : Target.timeAtMost(BUS, DISRUPTOR, 1)));
        if (eventAdminToo) {
            contenders.add(alone(EVENT_ADMIN, "mailbox", "eventadmin", senders, threads).on(bothCores));
            targets.add(Target.time(BUS, EVENT_ADMIN));
        }
        return new Comparison(name, "bundle to bundle through a mailbox of 1,024, " + senders + " " + threads
                + " thread" + (senders.equals("1") ? "" : "s") + " sending all the time", contenders, targets,
                List.of(), Unit.NANOSECONDS, NONE, true);
    }

    private Contender alone(String name, String... arguments) {
        return new Contender(name, null, ends.bus(arguments));
    }
}
