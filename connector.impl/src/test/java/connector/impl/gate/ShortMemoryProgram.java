// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.GateControl;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.PortLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients who do not read, so that each keeps a buffer that its socket refused, until there is no memory for the next;
 * from then on there is again. In a process of its own, with little memory. Prints how many were disconnected, and what
 * became of the others.
 */
final class ShortMemoryProgram {

    private static final int CLIENTS = 40;
    private static final int GROUP = 7;
    private static final int FIRST_PORT = 1000;
    private static final int MESSAGES = 24;
    private static final CbId ID = new CbId(14, 1110);

    private ShortMemoryProgram() {
    }

    public static void main(String... arguments) throws Exception {
        boolean toGroup = arguments[1].equals("group");
        PortLimits queue = new PortLimits(1 << 20, 1 << 20, 16 << 10, 1, 1);
        GateSettings settings = GateSettings.at(Path.of(arguments[0])).limits(
                CLIENTS, new ClientLimits(queue, 0), UserLimits.DEFAULT);
        List<RawClient> clients = new ArrayList<>();
        try (RunningBus platform = new RunningBus();
                Gate gate = Gate.open(settings, platform.sockets, platform.netlink)) {
            while (clients.size() < CLIENTS) {
                connect(settings.path(), clients);
            }
            Thread memory = giveBackOnceAClientIsGone(gate, takeMemory());
            for (int seq = 0; seq < MESSAGES; seq++) {
                CnMsg msg = CnMsg.of(ID, seq, 0, new byte[8000]);
                if (toGroup) {
                    platform.connector.netlinkSend(msg, GROUP);
                    continue;
                }
                for (int port = FIRST_PORT; port < FIRST_PORT + CLIENTS; port++) {
                    platform.connector.netlinkSend(msg, port, 0);
                }
            }
            memory.join();
            int gone = 0;
            for (RawClient client : clients) {
                gone += hasAll(client) ? 0 : 1;
            }
            int left = gate.toDTO().clients;
            for (int i = 0; i < gone; i++) {
                connect(settings.path(), clients);
            }
            System.out.println((gone > 0 && gone < CLIENTS / 2 ? "some" : gone) + " gone, "
                    + (left == CLIENTS - gone ? "the others" : left) + " there, then "
                    + gate.toDTO().users[0].clients + " again");
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    /** Takes all the memory for buffers but what is less than one. */
    private static List<ByteBuffer> takeMemory() {
        List<ByteBuffer> taken = new ArrayList<>();
        try {
            while (true) {
                taken.add(ByteBuffer.allocateDirect(BufferPool.CAPACITY / 2));
            }
        } catch (OutOfMemoryError e) {
            return taken;
        }
    }

    private static Thread giveBackOnceAClientIsGone(Gate gate, List<ByteBuffer> taken) {
        return Thread.ofPlatform().start(() -> {
            while (gate.toDTO().clients == CLIENTS) {
                LockSupport.parkNanos(1_000_000);
            }
            // The collector has it, and whoever asks for some then waits for the collector.
            taken.clear();
        });
    }

    /** Reads all there is; whether that was all that was sent, in order. */
    private static boolean hasAll(RawClient client) throws IOException {
        for (int seq = 0; seq < MESSAGES; seq++) {
            byte[] frame;
            try {
                frame = client.read();
            } catch (IOException e) {
                return false;
            }
            if (frame == null) {
                return false;
            }
            int got = CnMsgHdr.seq(NlMsgHdr.buffer(frame), NlMsgHdr.SIZE);
            if (got != seq) {
                throw new IllegalStateException("message " + got + " came instead of " + seq);
            }
        }
        return true;
    }

    private static void connect(Path gate, List<RawClient> clients) throws IOException {
        RawClient client = new RawClient(gate);
        int port = FIRST_PORT + clients.size();
        clients.add(client);
        byte[] bind = new byte[GateControl.PAIR_LENGTH];
        GateControl.putPair(NlMsgHdr.buffer(bind), GateControl.BIND, 1, port, 1 << (GROUP - 1));
        int errno = client.write(bind).readErrno(1);
        if (errno != 0) {
            throw new IllegalStateException("bind gave " + errno);
        }
    }
}
