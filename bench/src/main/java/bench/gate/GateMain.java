// SPDX-License-Identifier: Apache-2.0
package bench.gate;

import bench.end.End;
import bench.end.EndMain;
import java.util.List;

/** Runs one end: {@code GateMain <end> <argument>...}. */
public final class GateMain {

    private GateMain() {
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
            case "server" -> new GateServer(arguments.get(1));
            case "load" -> new ClientLoad(arguments.get(1));
            default -> throw new IllegalArgumentException("no such end: " + arguments);
        };
    }
}
