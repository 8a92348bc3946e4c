// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.LinuxFilter;
import ksock.api.LinuxIfPacket;
import ksock.api.LinuxNetTstamp;
import ksock.api.LinuxNetlink;
import ksock.api.NetinetIn;
import ksock.api.NetinetTcp;
import ksock.api.NetinetUdp;
import ksock.api.SysIoctl;
import ksock.api.SysPoll;
import ksock.api.SysSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every constant against the machine's own headers. */
class HeadersTest {

    private static final List<Class<?>> NAMES = List.of(SysSocket.class, NetinetIn.class, NetinetTcp.class,
            NetinetUdp.class, LinuxNetlink.class, LinuxIfPacket.class, LinuxNetTstamp.class, LinuxFilter.class,
            SysPoll.class, SysIoctl.class);

    private static final List<String> HEADERS = List.of("stdio.h", "errno.h", "sys/socket.h", "netinet/in.h",
            "sys/ioctl.h", "poll.h", "linux/sockios.h", "linux/in6.h", "linux/in.h", "linux/tcp.h", "linux/udp.h",
            "linux/netlink.h", "linux/connector.h", "linux/if_packet.h", "linux/net_tstamp.h", "linux/filter.h");

    /** C has these as the names of an enum, for which there is no {@code #ifdef}. */
    private static final String ENUM = "SOF_";

    /** What some do not know: they are a few years old, or have it in a file that no other can stand beside. */
    private static final List<String> MISSING = List.of("SOL_TCP", "SOL_UDP", "SOL_UDPLITE", "SOL_MPTCP",
            "IPPROTO_L2TP", "SCM_PIDFD", "SCM_SECURITY", "SO_PASSPIDFD", "SO_PEERPIDFD", "SO_PASSRIGHTS", "SO_RCVMARK",
            "SO_RESERVE_MEM", "SO_BUF_LOCK", "SO_NETNS_COOKIE", "TCP_IS_MPTCP", "IP_LOCAL_PORT_RANGE", "IP_PROTOCOL",
            "SOF_TIMESTAMPING_OPT_ID_TCP");

    @TempDir
    private Path directory;

    @Test
    void shouldHaveTheNumbersOfTheHeaders() throws Exception {
        Map<String, Integer> ours = new TreeMap<>();
        for (Class<?> type : NAMES) {
            for (Field field : type.getFields()) {
                ours.put(field.getName(), field.getInt(null));
            }
        }
        Arrays.stream(Errno.values()).filter(errno -> errno != Errno.UNKNOWN)
                .forEach(errno -> ours.put(errno.name(), errno.number()));

        Map<String, Integer> theirs = theirs(ours.keySet().stream().filter(name -> !MISSING.contains(name)
                || !name.startsWith(ENUM)));
        assertThat(theirs).hasSizeGreaterThan(ours.size() - MISSING.size() - 1);
        assertThat(ours.keySet().stream().filter(name -> !theirs.containsKey(name))).isSubsetOf(MISSING);
        assertThat(theirs).allSatisfy((name, number) -> assertThat(ours.get(name)).as(name).isEqualTo(number));
    }

    /** Those of the names that the headers know. */
    private Map<String, Integer> theirs(Stream<String> names) throws Exception {
        String source = HEADERS.stream().map(header -> "#include <" + header + ">\n").collect(Collectors.joining())
                + "int main(void) {\n"
                + names.map(name -> (name.startsWith(ENUM) ? "#if 1\n" : "#ifdef " + name + "\n")
                        + "printf(\"" + name + " %d\\n\", (int) (" + name + "));\n#endif\n")
                        .collect(Collectors.joining())
                + "}\n";
        Path program = CCompiler.build(Files.writeString(directory.resolve("names.c"), source),
                directory.resolve("names"), "-D_GNU_SOURCE", "-w");
        assumeTrue(program != null, "no C compiler (cc) on this machine: no headers to compare with");
        Process process = new ProcessBuilder(program.toString()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(process.waitFor()).as(said).isZero();
        return said.lines().map(line -> line.split(" ", -1))
                .collect(Collectors.toMap(words -> words[0], words -> Integer.parseInt(words[1])));
    }
}
