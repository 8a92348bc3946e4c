// SPDX-License-Identifier: Apache-2.0
package bench.bus;

import bench.end.End;
import bench.end.EndMain;
import java.util.List;

/** Runs one end: {@code BusMain <end> <argument>...}. */
public final class BusMain {

    private BusMain() {
    }

    /**
     * Runs until the standard input ends.
     *
     * @param arguments the end and what it needs
     */
    public static void main(String[] arguments) {
        EndMain.serve(() -> end(List.of(arguments)));
    }

    private static End end(List<String> arguments) throws Exception {
        return switch (arguments.getFirst()) {
            case "mailbox" -> new MailboxLoad(queue(arguments.get(1), Integer.parseInt(arguments.get(2)), false),
                    Integer.parseInt(arguments.get(2)), arguments.get(3).equals("virtual"));
            case "direct" -> new Direct(arguments.get(1));
            case "wake" -> new Wake(queue(arguments.get(1), 1, true));
            case "registration" -> new Registration(Integer.parseInt(arguments.get(1)));
            case "fanout" -> new Fanout(Integer.parseInt(arguments.get(1)));
            case "swap" -> new Swap();
            default -> throw new IllegalArgumentException("no such end: " + arguments);
        };
    }

    private static Queue queue(String name, int senders, boolean timed) throws Exception {
        Receiver receiver = new Receiver(senders, timed);
        return switch (name) {
            case "bus" -> new BusQueue(receiver, senders);
            case "disruptor" -> new DisruptorQueue(receiver, senders);
            case "eventadmin" -> new EventAdminQueue(receiver);
            default -> throw new IllegalArgumentException("no such queue: " + name);
        };
    }
}
