// SPDX-License-Identifier: Apache-2.0
package ksock.impl.text;

import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.SOCK_SEQPACKET;
import static org.assertj.core.api.Assertions.assertThat;

import ksock.api.runtime.SocketDTO;
import org.junit.jupiter.api.Test;

class NamesTest {

    @Test
    void shouldNameWhatHasNoShortNameByItsParts() {
        SocketDTO socket = new SocketDTO();
        socket.domain = AF_UNIX;
        socket.type = SOCK_SEQPACKET;
        assertThat(Names.protocol(socket)).isEqualTo("unix/seqpacket");
        socket.domain = 77;
        socket.type = 9;
        socket.protocol = 5;
        assertThat(Names.protocol(socket)).isEqualTo("77/9/5");
    }
}
