// SPDX-License-Identifier: Apache-2.0
package connector.impl.gogo;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.Loss;
import connector.api.wire.CnTap;
import connector.api.wire.CnTapText;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Overrun;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import connector.impl.netlink.PortListener;
import connector.impl.netlink.Received;
import connector.impl.netlink.Tapped;
import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Taps the bus for a while, and prints what passes as it comes. Of the shell's thread. */
final class Monitor implements PortListener, AutoCloseable {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Semaphore readable = new Semaphore(0);
    private final List<CbId> ids;
    private final PrintStream out;
    private final Port port;
    private long messages;
    private long refused;
    private long lost;

    /** For all ids, if none are given. */
    Monitor(Netlink netlink, Identity identity, List<CbId> ids, PrintStream out) {
        this.ids = ids;
        this.out = out;
        port = netlink.open(identity, PortLimits.DEFAULT, this);
        port.receiveBufferBytes(PortLimits.DEFAULT.maxReceiveBufferBytes());
        port.tap(true);
    }

    @Override
    public void readable(Port tap) {
        readable.release();
    }

    /** Prints until the time is over; gives what it was in all. */
    String run(long nanos) throws InterruptedException {
        long begin = System.nanoTime();
        long left = nanos;
        while (left > 0 && !port.isClosed()) {
            drain(begin + nanos);
            left = begin + nanos - System.nanoTime();
            if (left > 0 && readable.tryAcquire(left, TimeUnit.NANOSECONDS)) {
                readable.drainPermits();
            }
        }
        double seconds = Math.max(1, System.nanoTime() - begin) / SECOND;
        return String.format(Locale.ROOT, "%d messages in %.1f s, %.1f/s, %d refused, %d lost", messages, seconds,
                messages / seconds, refused, lost);
    }

    private void drain(long end) {
        for (Received next = port.receive(); next != null; next = port.receive()) {
            if (next instanceof Tapped tapped) {
                print(tapped);
            } else if (next instanceof Overrun overrun) {
                long count = overrun.losses().stream().mapToLong(Loss::lost).sum();
                lost += count;
                out.println(count + " messages lost: they came faster than they were printed");
            }
            if (System.nanoTime() - end >= 0) {
                return;
            }
        }
    }

    private void print(Tapped tapped) {
        List<CnMsg> all = tapped.passage().frame().messages();
        if (!ids.isEmpty() && all.stream().noneMatch(msg -> ids.contains(msg.id()))) {
            return;
        }
        // One that a mailbox dropped later has been counted.
        messages += (tapped.passage().flags() & CnTap.LATE) == 0 ? Math.max(1, all.size()) : 0;
        int errno = tapped.passage().errno();
        // That nobody listens is no refusal.
        refused += errno == 0 || errno == NetlinkErrno.ESRCH ? 0 : 1;
        String time = LocalTime.ofInstant(Instant.ofEpochSecond(0, tapped.passage().timeNs()), ZoneId.systemDefault())
                .format(CLOCK);
        CnTapText.lines(NlMsgHdr.buffer(tapped.bytes()), 0).forEach(line -> out.println(time + "  " + line));
    }

    @Override
    public void close() {
        port.close();
    }
}
