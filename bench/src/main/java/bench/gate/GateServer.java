// SPDX-License-Identifier: Apache-2.0
package bench.gate;

import bench.bus.LocalBus;
import bench.end.End;
import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.Sender;
import connector.api.wire.NlMsgHdr;
import connector.impl.gate.Gate;
import connector.impl.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicLong;
import ksock.api.KernelSockets;

/** A bus and a gate, with users that count, reply and multicast. */
final class GateServer implements End, AutoCloseable {

    static final int IDX = 0x123;
    /** Counts numbered messages; ack 1 asks how many they were. */
    static final int COUNTER = 0x456;
    private static final int ECHO = 0x457;
    private static final int BURST = 0x458;
    private static final int DATA = 20;

    private final Path directory = Files.createTempDirectory("bench-gate");
    private final Path path = directory.resolve("gate.sock");
    private final Session session;
    private final Gate gate;
    /** Written by one callback at a time. */
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong number = new AtomicLong();

    GateServer(String type) throws IOException {
        LocalBus bus = new LocalBus();
        session = bus.session();
        session.addCallback(new CbId(IDX, COUNTER), "counter", this::count);
        session.addCallback(new CbId(IDX, ECHO), "echo", (msg, sender) -> sender.reply(msg, msg.toByteArray()));
        session.addCallback(new CbId(IDX, BURST), "burst", this::burst);
        KernelSockets sockets = ServiceLoader.load(KernelSockets.class).findFirst().orElseThrow();
        gate = Gate.listen(path, type, sockets, bus.netlink());
    }

    private void count(CnMsg msg, Sender sender) {
        if (msg.ack() == 1) {
            sender.reply(msg, data(count.get()));
            return;
        }
        long arrived = msg.getLong(0);
        if (arrived != count.getPlain()) {
            throw new IllegalStateException("message " + arrived + " instead of " + count);
        }
        count.setPlain(arrived + 1);
    }

    private void burst(CnMsg msg, Sender sender) {
        for (long left = msg.getLong(0); left > 0; left--) {
            session.netlinkSend(CnMsg.of(new CbId(IDX, COUNTER), 0, 0, data(number.getAndIncrement())), IDX);
        }
    }

    static byte[] data(long number) {
        byte[] data = new byte[DATA];
        NlMsgHdr.buffer(data).putLong(number);
        return data;
    }

    @Override
    public String address() {
        return path.toString();
    }

    @Override
    public void close() throws IOException {
        gate.close();
        Files.deleteIfExists(Path.of(path + ".lock"));
        Files.deleteIfExists(directory);
    }
}
