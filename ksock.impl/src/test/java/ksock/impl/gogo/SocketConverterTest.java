// SPDX-License-Identifier: Apache-2.0
package ksock.impl.gogo;

import static ksock.api.SysSocket.AF_INET6;
import static ksock.api.SysSocket.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import ksock.api.runtime.FamilyDTO;
import ksock.api.runtime.RuntimeDTO;
import ksock.api.runtime.SocketDTO;
import org.apache.felix.service.command.Converter;
import org.junit.jupiter.api.Test;

class SocketConverterTest {

    private final SocketConverter converter = new SocketConverter();

    private static SocketDTO socket() {
        SocketDTO socket = new SocketDTO();
        socket.id = 7;
        socket.bundleId = 12;
        socket.bundle = "an.agent";
        socket.family = "host";
        socket.domain = AF_INET6;
        socket.type = SOCK_STREAM;
        socket.localAddress = "[::1]:80";
        socket.state = "LISTEN";
        socket.receiveQueueBytes = 3;
        return socket;
    }

    @Test
    void shouldListSocketsAsNetstatDoes() {
        String[] lines = converter.format(List.of(socket(), socket()), Converter.INSPECT, null).toString().split("\n");
        assertThat(lines).hasSize(3);
        assertThat(lines[0]).contains("Proto", "Recv-Q", "Send-Q", "Local address", "State", "Owner");
        assertThat(lines[1].trim().split(" +"))
                .containsExactly("7", "tcp6", "3", "-", "[::1]:80", "*", "LISTEN", "an.agent", "[12]");
    }

    @Test
    void shouldShowASocketAloneAsAPageAndInAListAsARow() {
        assertThat(converter.format(socket(), Converter.INSPECT, null).toString()).contains("Owner", "an.agent [12]",
                "Domain", "inet6 (10)");
        assertThat(converter.format(socket(), Converter.LINE, null).toString()).doesNotContain("\n");
    }

    @Test
    void shouldSayWhyAFamilyHasNoSockets() {
        FamilyDTO family = new FamilyDTO();
        family.name = "host";
        family.domain = -1;
        family.protocol = -1;
        family.unsupported = "no Linux here";
        RuntimeDTO runtime = new RuntimeDTO();
        runtime.families.add(family);
        assertThat(converter.format(runtime, Converter.INSPECT, null).toString())
                .contains("host (all): 0 sockets, none to be had: no Linux here");
    }

    @Test
    void shouldLeaveToOthersWhatIsNotItsOwn() {
        assertThat(converter.format(List.of("a"), Converter.INSPECT, null)).isNull();
        assertThat(converter.format("a", Converter.LINE, null)).isNull();
        assertThat(converter.convert(SocketDTO.class, "a")).isNull();
    }
}
