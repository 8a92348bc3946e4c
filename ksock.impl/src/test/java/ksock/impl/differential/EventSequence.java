// SPDX-License-Identifier: Apache-2.0
package ksock.impl.differential;

import static ksock.api.SysIoctl.FIONBIO;
import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_INET6;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.MSG_OOB;
import static ksock.api.SysSocket.MSG_PEEK;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_SEQPACKET;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_SNDBUF;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random calls that make sockets ready: connections that come, are used, are shut and reset; the same for the same
 * seed. No call blocks, and none asks a socket what its callbacks are to be told by.
 */
final class EventSequence {

    private static final int CALLS = 30;

    /** The first is always a listener, or nothing; connections live in the others. */
    private static final int LISTENER = 0;

    private final Random random;
    private final int domain;
    private final int type;
    private final List<String> lines = new ArrayList<>();

    private EventSequence(long seed) {
        random = new Random(seed);
        domain = pick(AF_UNIX, AF_UNIX, AF_INET, AF_INET6);
        type = pick(SOCK_STREAM, SOCK_STREAM, SOCK_DGRAM, domain == AF_UNIX ? SOCK_SEQPACKET : SOCK_STREAM);
    }

    /** The lines of a seed's sequence. */
    static List<String> of(long seed) {
        EventSequence sequence = new EventSequence(seed);
        sequence.begin();
        for (int i = 0; i < CALLS; i++) {
            sequence.call();
        }
        return List.copyOf(sequence.lines);
    }

    private void begin() {
        if (type == SOCK_DGRAM) {
            datagrams(1, 2);
            return;
        }
        socket(LISTENER);
        lines.add("bind " + LISTENER + ' ' + own(0));
        lines.add("listen " + LISTENER + " 4");
        connection();
    }

    private void call() {
        int slot = slot();
        switch (random.nextInt(24)) {
            case 0 -> renew();
            case 1, 2, 3, 4, 5 -> lines.add("send " + slot + ' ' + size() + " 0 " + random.nextInt(200));
            case 6, 7 -> {
                // Until it is refused, for the most part.
                lines.add("setsockopt " + slot + ' ' + SOL_SOCKET + ' ' + SO_SNDBUF + " 4096");
                lines.add("send " + slot + " 200000 0 1");
                lines.add("send " + slot + " 2000 0 1");
            }
            case 8 -> lines.add("send " + slot + " 1 " + MSG_OOB + " 7");
            case 9 -> lines.add("recv " + slot + " 10 " + pick(MSG_OOB, MSG_OOB | MSG_PEEK, MSG_PEEK));
            case 10, 11, 12 -> lines.add("recv " + slot + ' ' + size() + " 0");
            case 13, 14 -> {
                lines.add("recv " + slot + " 250000 0");
                lines.add("recv " + slot + " 250000 0");
            }
            case 15, 16 -> lines.add("shutdown " + slot + ' ' + random.nextInt(3));
            case 17 -> lines.add("close " + slot);
            case 18 -> refused();
            case 19, 20 -> lines.add("batch " + slot + ' ' + pick(1, 100, 3000, 200_000) + ' ' + random.nextInt(200)
                    + ' ' + slot() + ' ' + slot() + ' ' + slot());
            default -> connection();
        }
    }

    /** A connect to one that does not listen. */
    private void refused() {
        if (type != SOCK_DGRAM) {
            int client = slot();
            int nobody = client % (Sequence.SLOTS - 1) + 1;
            socket(nobody);
            lines.add("bind " + nobody + ' ' + own(nobody));
            socket(client);
            lines.add("connect " + client + ' ' + nobody + " @s");
        }
    }

    /** Another connection, mostly one that is accepted. */
    private void connection() {
        if (type == SOCK_DGRAM) {
            return;
        }
        int client = slot();
        if (domain == AF_UNIX && random.nextInt(3) == 0) {
            int other = client % (Sequence.SLOTS - 1) + 1;
            lines.add("socketpair " + client + ' ' + other + ' ' + domain + ' ' + type);
            unblock(client);
            unblock(other);
            return;
        }
        socket(client);
        lines.add("connect " + client + ' ' + LISTENER + " @s");
        if (random.nextInt(5) > 0) {
            int accepted = client % (Sequence.SLOTS - 1) + 1;
            lines.add("accept " + LISTENER + ' ' + accepted);
            unblock(accepted);
        }
    }

    private void renew() {
        if (type == SOCK_DGRAM) {
            int one = slot();
            datagrams(one, one % (Sequence.SLOTS - 1) + 1);
        } else {
            connection();
        }
    }

    /** Two that send to each other. */
    private void datagrams(int one, int other) {
        if (domain == AF_UNIX) {
            lines.add("socketpair " + one + ' ' + other + ' ' + domain + ' ' + type);
            unblock(one);
            unblock(other);
            return;
        }
        socket(one);
        socket(other);
        lines.add("bind " + one + ' ' + own(one));
        lines.add("bind " + other + ' ' + own(other));
        lines.add("connect " + other + ' ' + one + " @s");
        lines.add("connect " + one + ' ' + other + " @s");
    }

    private void socket(int slot) {
        lines.add("socket " + slot + ' ' + domain + ' ' + type + " 0");
        unblock(slot);
    }

    private void unblock(int slot) {
        lines.add("ioctl " + slot + ' ' + FIONBIO + " 1");
    }

    private String own(int number) {
        return switch (domain) {
            case AF_INET -> "0 @4";
            case AF_INET6 -> "0 @6";
            default -> number + " @a";
        };
    }

    private int slot() {
        return 1 + random.nextInt(4);
    }

    private int size() {
        return pick(1, 2, 10, 100, 3000);
    }

    private int pick(int... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
