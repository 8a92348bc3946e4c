// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnStat;
import connector.api.wire.CnStat.Attribute;
import connector.api.wire.NetlinkErrno;
import connector.client.CnException;
import connector.client.CnMessage;
import connector.client.CnOverrunException;
import connector.client.CnSocket;
import connector.client.CnStatistics;
import connector.client.line.Ids;
import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.print.Json;
import connector.client.print.Output;
import connector.client.print.Percentiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code cn bench}: how long a round trip takes, and how many messages a second go through. */
final class Bench implements Command {

    /** cn_test, which replies with what it is sent. */
    private static final Ids.Id ECHO = new Ids.Id(0x123, 0x456);
    private static final int COUNT = 10_000;
    private static final int MAX_COUNT = 10_000_000;
    private static final int SIZE = 20;
    private static final int BATCH = 64;
    private static final int WARM_UP = 2_000;
    private static final Duration REPLY_TIME = Duration.ofSeconds(5);
    private static final Duration SETTLED = Duration.ofMillis(500);
    private static final double NANOS = 1e9;

    private Ids.Id id;
    private int count;
    private byte[] data;
    private int group;

    @Override
    public void check(Options options) throws UsageException {
        List<String> words = options.arguments();
        if (words.size() > 1) {
            throw new UsageException("bench takes one id, not '" + words.get(1) + "'");
        }
        if (options.has(Option.GROUP) && !words.isEmpty()) {
            throw new UsageException("bench takes an id or --group, not both");
        }
        id = words.isEmpty() ? ECHO : Ids.id(words.getFirst());
        count = options.within(Option.COUNT, 1, MAX_COUNT, COUNT);
        data = new byte[options.within(Option.SIZE, 0, CnMsgHdr.MAX_DATA, SIZE)];
        group = options.u32(Option.GROUP, 0);
        if (options.has(Option.GROUP) && group == 0) {
            throw new UsageException("option --group: 0 is no group");
        }
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) throws CnException {
        if (group != 0) {
            toGroup(socket, options, output);
        } else {
            roundTrips(socket, output);
            oneWay(socket, output);
        }
        return DONE;
    }

    private CnMessage message(int seq) {
        return group == 0 ? new CnMessage(id.idx(), id.val(), seq, 0, data) : new CnMessage(group, 0, seq, 0, data);
    }

    private void roundTrips(CnSocket socket, Output output) throws CnException {
        // The first one is acknowledged too: an id that nobody has, or a refusal, is known at once.
        socket.request(message(0), REPLY_TIME);
        int warmUp = Math.min(WARM_UP, count);
        for (int i = 0; i < warmUp; i++) {
            roundTrip(socket, i);
        }
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long began = System.nanoTime();
            roundTrip(socket, i);
            nanos[i] = System.nanoTime() - began;
        }
        new Percentiles(nanos).printTo(output, "round trip to " + message(0).id(), data.length);
    }

    /** Not request(), which has the platform acknowledge the message too: this is one message there and one back. */
    private void roundTrip(CnSocket socket, int seq) throws CnException {
        CnMessage request = message(seq);
        socket.send(request);
        long end = System.nanoTime() + REPLY_TIME.toNanos();
        while (true) {
            CnMessage reply = socket.recv(Duration.ofNanos(end - System.nanoTime()));
            if (reply == null) {
                throw new CnException("bench", NetlinkErrno.ETIMEDOUT, request.id() + " does not reply within "
                        + REPLY_TIME.toSeconds() + " s: 'cn list' shows who is registered; cn_test replies");
            }
            if (request.isAnsweredBy(reply)) {
                return;
            }
        }
    }

    /** As many as there is room for at once; the end is when the platform has acknowledged the last one. */
    private void oneWay(CnSocket socket, Output output) throws CnException {
        CnStatistics before = user(socket);
        Replies replies = new Replies(socket);
        Thread reader = Thread.ofPlatform().daemon().name("cn-bench").start(replies);
        long began = System.nanoTime();
        sendAll(socket);
        double seconds = (System.nanoTime() - began) / NANOS;
        CnStatistics after = settled(socket, before);
        replies.end(reader);
        long delivered = after.number(Attribute.DELIVERED) - before.number(Attribute.DELIVERED);
        long lost = lost(after) - lost(before);
        report(output, "one way to " + message(0).id(), seconds, delivered, lost, "its full mailbox lost",
                replies.received, replies.lost);
    }

    private void sendAll(CnSocket socket) throws CnException {
        List<CnMessage> batch = new ArrayList<>(BATCH);
        for (int i = 0; i < count - 1; i++) {
            batch.add(message(i));
            if (batch.size() == BATCH) {
                socket.send(batch);
                batch.clear();
            }
        }
        socket.send(batch);
        // Messages of one sender are taken in order: when this one is answered, all are. What it is told, it was told
        // of itself alone; what became of the others is counted.
        socket.sendAcked(message(count - 1), 0, group);
    }

    private CnStatistics user(CnSocket socket) throws CnException {
        return socket.statistics().stream()
                .filter(one -> one.kind() == CnStat.USER && one.idx() == id.idx() && one.val() == id.val())
                .findFirst()
                .orElseThrow(() -> new CnException("bench", NetlinkErrno.ENODEV,
                        message(0).id() + ": nobody has registered it; 'cn list' shows who has"));
    }

    /** What the user's mailbox has taken may not have been delivered yet. */
    private CnStatistics settled(CnSocket socket, CnStatistics before) throws CnException {
        long end = System.nanoTime() + REPLY_TIME.toNanos();
        CnStatistics now = user(socket);
        while (now.number(Attribute.DELIVERED) + lost(now) - before.number(Attribute.DELIVERED) - lost(before) < count
                && System.nanoTime() < end) {
            now = user(socket);
        }
        return now;
    }

    private static long lost(CnStatistics user) {
        return user.number(Attribute.DROPPED) + user.number(Attribute.DROPPED_OLDEST) + user.number(Attribute.REFUSED)
                + user.number(Attribute.WAITED_IN_VAIN);
    }

    private void toGroup(CnSocket socket, Options options, Output output) throws CnException {
        try (CnSocket member = CnSocket.of(options.socket())) {
            member.addMembership(group);
            toGroup(socket, member, Math.min(WARM_UP, count));
            long began = System.nanoTime();
            Replies received = toGroup(socket, member, count);
            double seconds = (received.sentAt - began) / NANOS;
            report(output, "one way to group " + Integer.toUnsignedString(group), seconds, received.received,
                    received.lost, "the member's full receive queue lost", 0, 0);
        }
    }

    private Replies toGroup(CnSocket socket, CnSocket member, int messages) throws CnException {
        Replies received = new Replies(member);
        Thread reader = Thread.ofPlatform().daemon().name("cn-bench").start(received);
        socket.cork();
        for (int i = 0; i < messages; i++) {
            socket.send(message(i), 0, group);
        }
        // What is asked for here is answered after all that was sent before it has been taken.
        socket.getsockname();
        received.sentAt = System.nanoTime();
        socket.flush();
        received.end(reader);
        return received;
    }

    private void report(Output output, String what, double seconds, long delivered, long lost, String whoLost,
            long replies, long repliesLost) {
        double rate = count / seconds;
        if (output.isJson()) {
            output.line(new Json().put("bench", what).put("bytes", data.length).put("sent", count)
                    .put("seconds", seconds, 6).put("sent_per_second", rate, 0).put("delivered", delivered)
                    .put("lost", lost).put("replies", replies).put("replies_lost", repliesLost).toString());
            return;
        }
        output.line(String.format(Locale.ROOT, "%s, %d bytes: %d sent in %.3f s, %.0f messages/s", what, data.length,
                count, seconds, rate));
        output.line("  delivered " + delivered + ", " + whoLost + " " + lost
                + (replies + repliesLost == 0 ? "" : "; replies received " + replies + ", lost " + repliesLost));
        if (delivered + lost != count) {
            output.line("  " + Math.abs(count - delivered - lost) + (delivered + lost < count
                    ? " are not accounted for yet" : " of others came in between"));
        }
    }

    /** Reads what comes, so that nothing waits for it to be read. */
    private static final class Replies implements Runnable {

        private final CnSocket socket;
        private volatile boolean ending;
        private long sentAt;
        // Written by the reader, read when it has ended.
        private long received;
        private long lost;

        Replies(CnSocket socket) {
            this.socket = socket;
        }

        @Override
        public void run() {
            while (true) {
                try {
                    if (socket.recv(ending ? SETTLED : Duration.ofMillis(50)) != null) {
                        received++;
                    } else if (ending) {
                        return;
                    }
                } catch (CnOverrunException overrun) {
                    lost += overrun.lost();
                } catch (CnException e) {
                    return;
                }
            }
        }

        void end(Thread reader) throws CnException {
            ending = true;
            try {
                reader.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CnException("bench", NetlinkErrno.EINTR, "interrupted", e);
            }
        }
    }
}
