// SPDX-License-Identifier: Apache-2.0
package bench.end;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;

/** Runs one end: {@code EndMain <end> <argument>...}. */
public final class EndMain {

    private EndMain() {
    }

    /**
     * Runs until the standard input ends.
     *
     * @param arguments the end and what it needs
     */
    public static void main(String[] arguments) {
        serve(() -> end(List.of(arguments)));
    }

    /**
     * Makes an end, runs it until the standard input ends, and ends the process.
     *
     * @param maker makes the end
     */
    public static void serve(Callable<End> maker) {
        try {
            End end = maker.call();
            System.out.println("ready " + end.address());
            follow(end);
            if (end instanceof AutoCloseable closeable) {
                closeable.close();
            }
        } catch (Exception e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }

    private static End end(List<String> arguments) throws Exception {
        return switch (String.join(" ", arguments.subList(0, Math.min(2, arguments.size())))) {
            case "roundtrip server" -> RoundTrip.server(Threads.named(arguments.get(2)));
            case "roundtrip client" -> RoundTrip.client(arguments.get(3), Threads.named(arguments.get(2)));
            case "bulk server" -> Bulk.server(arguments.get(2));
            case "bulk client" -> Bulk.client(arguments.get(2), arguments.get(3));
            case "cycles server" -> Cycles.server();
            case "cycles client" -> Cycles.client(arguments.get(2));
            case "wouldblock" -> new WouldBlock();
            case "echo ksock" -> new Echo();
            case "echo netty" -> new NettyEcho();
            case "arm timed" -> Arm.timed();
            case "arm weighed" -> Arm.weighed();
            default -> throw new IllegalArgumentException("no such end: " + arguments);
        };
    }

    private static void follow(End end) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = input.readLine()) != null) {
            if (!line.startsWith("run ") || !(end instanceof Driver driver)) {
                throw new IOException("expected 'run <milliseconds>' for a driver: " + line);
            }
            Slice slice = driver.run(Long.parseLong(line.substring("run ".length())) * 1_000_000);
            System.out.println("done " + slice.operations() + " " + slice.bytes() + " " + slice.nanos()
                    + " " + slice.tailNanos());
        }
    }
}
