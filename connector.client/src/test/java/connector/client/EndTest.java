// SPDX-License-Identifier: Apache-2.0
package connector.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a socket ends, or does not begin. */
class EndTest extends WithScriptedGate {

    @Test
    void shouldSayWhatToDoWhenThereIsNoPlatform() throws Exception {
        assertThatThrownBy(() -> CnSocket.socket(directory.resolve("none.sock")))
                .isInstanceOf(CnException.class)
                .hasMessageContaining("ENOENT")
                .hasMessageContaining("none.sock")
                .hasMessageContaining("--socket");

        socket.close();
        gate.close();
        assertThat(Files.exists(gate.path())).isTrue();
        assertThatThrownBy(() -> CnSocket.socket(gate.path()))
                .hasMessageContaining("ECONNREFUSED")
                .hasMessageContaining("start it again");

        assertErrno(() -> CnSocket.socket(Path.of("/tmp/" + "x".repeat(200))), NetlinkErrno.EINVAL);
        Path file = Files.writeString(directory.resolve("file"), "no gate");
        assertThatThrownBy(() -> CnSocket.socket(file))
                .hasMessageContaining("ECONNREFUSED")
                .hasMessageContaining("file is no socket: name a gate's");
    }

    @Test
    void shouldSayThatThePlatformIsGone() throws Exception {
        gate.hangUp();
        assertErrno(socket::recv, NetlinkErrno.ECONNRESET);
        assertErrno(() -> socket.addMembership(1), NetlinkErrno.EPIPE);
    }

    @Test
    void shouldGiveTheGatesLastWordAsTheReason() throws Exception {
        byte[] header = new byte[16];
        NlMsgHdr.put(NlMsgHdr.buffer(header), 3, 3, 0, 0, 0);
        gate.write(NlMsgErr.frame(NlMsgHdr.buffer(header), 0, 1, NetlinkErrno.EINVAL, "nlmsg_len 3", 0, null));
        gate.hangUp();

        assertThatThrownBy(socket::recv).hasMessage("recv failed: EINVAL: nlmsg_len 3");
    }

    @Test
    void shouldEndOnGarbage() throws Exception {
        gate.write(new byte[64]);
        assertErrno(socket::recv, NetlinkErrno.ECONNRESET);
    }

    @Test
    void shouldWakeABlockedRecvWhenClosed() throws Exception {
        CompletableFuture<Integer> errno = new CompletableFuture<>();
        Thread receiver = Thread.ofPlatform().start(() -> {
            try {
                socket.recv();
            } catch (CnException e) {
                errno.complete(e.errno());
            }
        });
        while (receiver.getState() != Thread.State.RUNNABLE && receiver.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        socket.close();
        assertThat(errno.get(60, TimeUnit.SECONDS)).isEqualTo(NetlinkErrno.EBADF);
    }

    @Test
    void shouldEndAnInterruptedRecvAndStayUsable() throws Exception {
        Thread.currentThread().interrupt();
        assertErrno(socket::recv, NetlinkErrno.EINTR);
        assertThat(Thread.interrupted()).as("the status stays").isTrue();

        gate.write(message(1, 1, 1));
        assertThat(socket.recv().idx()).isEqualTo(1);
    }
}
