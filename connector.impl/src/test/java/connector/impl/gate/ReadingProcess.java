// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.NlMsgHdr;
import connector.api.wire.NlMsgOverrun;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A client that is a process of its own, and reads what is sent to a group: to be stopped and continued. */
final class ReadingProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader out;

    /**
     * Starts it; it is a member when this returns.
     *
     * @param last it ends with the first message of this seq or a later one
     */
    ReadingProcess(Path gate, int group, int last) throws IOException {
        process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath(),
                ReadingProcess.class.getName(), gate.toString(), Integer.toString(group), Integer.toString(last))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = said();
        if (!"member".equals(line)) {
            process.destroyForcibly();
            throw new IOException("the client said " + line);
        }
    }

    /** Itself, and the layout of frames. */
    private static String classPath() {
        return Stream.of(ReadingProcess.class, CnMsgHdr.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .collect(Collectors.joining(File.pathSeparator));
    }

    long pid() {
        return process.pid();
    }

    /** Its next line. */
    String said() throws IOException {
        return out.readLine();
    }

    /** Sends it a signal, by name. */
    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start();
        if (!kill.waitFor(60, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IllegalStateException("kill -" + name + " of process " + pid() + " failed");
        }
    }

    /** Whether all of it stands still, as the host says. */
    boolean isStopped() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** What runs in the other process: says how many came, how many it was told were lost, and the last one's seq. */
    public static void main(String... arguments) throws IOException {
        int last = Integer.parseInt(arguments[2]);
        try (RawClient client = new RawClient(Path.of(arguments[0]))) {
            byte[] bind = new byte[GateControl.PAIR_LENGTH];
            int mask = 1 << (Integer.parseInt(arguments[1]) - 1);
            GateControl.putPair(NlMsgHdr.buffer(bind), GateControl.BIND, 1, 0, mask);
            if (client.write(bind).readErrno(1) == 0) {
                System.out.println("member");
            }
            long received = 0;
            long lost = 0;
            int seq = -1;
            while (seq < last) {
                ByteBuffer frame = NlMsgHdr.buffer(client.read());
                if (NlMsgHdr.type(frame, 0) == NlMsgHdr.NLMSG_OVERRUN) {
                    lost += NlMsgOverrun.lost(frame, 0);
                } else {
                    seq = CnMsgHdr.seq(frame, NlMsgHdr.SIZE);
                    received++;
                }
            }
            System.out.println(received + " " + lost + " " + seq);
        }
    }
}
