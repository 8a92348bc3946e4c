// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import static connector.api.wire.ProcEvent.CN_PROC;
import static connector.api.wire.ProcEvent.PROC_EVENT_EXEC;
import static connector.api.wire.ProcEvent.PROC_EVENT_NONE;
import static connector.api.wire.ProcEvent.PROC_EVENT_UID;
import static org.assertj.core.api.Assertions.assertThat;

import connector.api.NotifyEvent.Reason;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.GatePath;
import connector.api.wire.NlMsgHdr;
import connector.api.wire.ProcEventReader;
import connector.client.CnMessage;
import connector.client.CnSocket;
import connector.impl.bus.Bus;
import connector.impl.bus.BusSettings;
import connector.impl.bus.Origin;
import connector.impl.gate.Gate;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.policy.RulePolicy;
import connector.impl.session.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import ksock.api.KernelSockets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events as the host numbers them, relayed to a process at a real gate. */
@Timeout(60)
class EventRelayTest {

    private static final int CPU = 3;
    private static final int PID = 42;

    @TempDir
    Path directory;

    private final ByteBuffer datagram = ByteBuffer.allocateDirect(4096).order(ByteOrder.nativeOrder());
    private final HostEvent event = new HostEvent(datagram);

    private Path comm;
    private Netlink netlink;
    private Bus bus;
    private Session connector;
    private Gate gate;
    private CnSocket listener;
    private EventRelay relay;

    @BeforeEach
    void open() throws IOException {
        comm = Files.createDirectory(directory.resolve(Integer.toString(PID))).resolve("comm");
        int uid = (int) GatePath.uid();
        netlink = new Netlink(new RulePolicy(uid), new Counters());
        bus = new Bus(netlink, BusSettings.DEFAULT);
        connector = new Session(bus, new Identity(true, uid, 0, (int) ProcessHandle.current().pid(), List.of(),
                "agent.proc"), Origin.NONE, () -> Reason.WITHDRAWN);
        Path path = directory.resolve("gate.sock");
        gate = Gate.listen(path, "stream", ServiceLoader.load(KernelSockets.class).findFirst().orElseThrow(), netlink);
        listener = CnSocket.socket(path);
        listener.addMembership(CN_PROC);
        relay = new EventRelay(connector, new EventMasks());
        relay.names(new ProcessNames(directory));
    }

    @AfterEach
    void close() {
        listener.close();
        gate.close();
        connector.close();
        bus.close();
        netlink.close();
    }

    @Test
    void shouldForgetTheNamesItKnewWhereEventsWereLostAndTellHowMany() throws IOException {
        Files.writeString(comm, "former\n");
        take(10, PROC_EVENT_EXEC);
        relay.relay(event);
        assertHeard("former", 0);
        Files.writeString(comm, "latter\n");

        take(11, PROC_EVENT_UID);
        relay.relay(event);
        assertHeard("former", 0);

        take(14, PROC_EVENT_UID);
        relay.relay(event);
        assertHeard("latter", 2);
    }

    @Test
    void shouldForgetTheNamesItKnewWhereEventsWereLostBeforeAnAnswerOfTheHost() throws IOException {
        Files.writeString(comm, "former\n");
        take(-1, PROC_EVENT_EXEC);
        relay.relay(event);
        assertHeard("former", 0);
        Files.writeString(comm, "latter\n");

        take(1, PROC_EVENT_NONE);
        assertThat(relay.count(event)).as("the number 0, around 2^32").isOne();
        take(2, PROC_EVENT_UID);
        relay.relay(event);
        assertHeard("latter", 0);
    }

    /** The host's datagram, where the host would have put it. */
    private void take(int seq, int what) {
        byte[] data = new byte[40];
        ByteBuffer.wrap(data).order(ByteOrder.nativeOrder()).putInt(what).putInt(CPU).putLong(1).putInt(PID)
                .putInt(PID);
        byte[] frame = CnMsgHdr.frame(0, CN_PROC, CN_PROC, seq, 0, 0, data);
        datagram.put(0, frame);
        assertThat(event.take(NlMsgHdr.SIZE + CnMsgHdr.SIZE + data.length)).isTrue();
    }

    private void assertHeard(String name, long lost) throws IOException {
        CnMessage message = (CnMessage) listener.receive(Duration.ofSeconds(30));
        ProcEventReader heard = ProcEventReader.of(message.idx(), message.val(), message.data());
        assertThat(heard.name()).isEqualTo(name);
        assertThat(heard.lost()).isEqualTo(lost);
    }
}
