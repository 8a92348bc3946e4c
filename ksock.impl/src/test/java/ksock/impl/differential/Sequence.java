// SPDX-License-Identifier: Apache-2.0
package ksock.impl.differential;

import static ksock.api.SysIoctl.*;
import static ksock.api.SysSocket.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Random calls, each likely enough to mean something; the same for the same seed. */
final class Sequence {

    /** How many sockets there are at a time. */
    static final int SLOTS = 8;

    private static final int CALLS = 40;

    private static final int[] DOMAINS = {AF_UNIX, AF_INET, AF_INET6, AF_UNIX, AF_INET};
    private static final int[] TYPES = {SOCK_STREAM, SOCK_DGRAM, SOCK_STREAM, SOCK_SEQPACKET};
    private static final int[] SEND_FLAGS = {0, 0, 0, 0, MSG_DONTWAIT, MSG_OOB, MSG_EOR, MSG_DONTWAIT | MSG_OOB,
        MSG_DONTROUTE, MSG_FASTOPEN, MSG_CONFIRM, MSG_MORE};
    private static final int[] RECV_FLAGS = {0, 0, 0, 0, MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, MSG_PEEK | MSG_TRUNC,
        MSG_WAITALL | MSG_DONTWAIT, MSG_OOB, MSG_OOB | MSG_PEEK, MSG_ERRQUEUE, MSG_PEEK | MSG_DONTWAIT, MSG_WAITALL,
        MSG_WAITALL, MSG_PEEK | MSG_WAITALL, MSG_TRUNC | MSG_WAITALL, MSG_OOB | MSG_DONTWAIT,
        MSG_ERRQUEUE | MSG_DONTWAIT, MSG_OOB | MSG_TRUNC, MSG_PEEK | MSG_ERRQUEUE};
    private static final int[] SIZES = {0, 1, 2, 7, 10, 100, 1000, 3000};
    private static final int[][] OPTIONS = {{SOL_SOCKET, SO_REUSEADDR}, {SOL_SOCKET, SO_KEEPALIVE},
        {SOL_SOCKET, SO_RCVBUF}, {SOL_SOCKET, SO_SNDBUF}, {SOL_SOCKET, SO_OOBINLINE}, {SOL_SOCKET, SO_BROADCAST},
        {SOL_SOCKET, SO_TYPE}, {SOL_SOCKET, SO_DOMAIN}, {SOL_SOCKET, SO_PROTOCOL}, {SOL_SOCKET, SO_ACCEPTCONN},
        {SOL_SOCKET, SO_ERROR}, {SOL_SOCKET, SO_PASSCRED}, {SOL_SOCKET, SO_RCVLOWAT}, {SOL_SOCKET, SO_LINGER},
        {SOL_SOCKET, 4711}, {SOL_SOCKET, SO_PASSCRED}, {0, 8}, {0, 8}, {0, 11}, {0, 12}, {41, 49}, {SOL_SOCKET, 42},
        {SOL_SOCKET, SO_PRIORITY}, {0, 1}, {0, 2}, {0, 33}, {6, 1}, {6, 2}, {6, 4}, {6, 6},
        {41, 26}, {41, 16}, {17, 1}, {270, 1}, {-1, 3}, {SOL_SOCKET, SO_RCVTIMEO}, {SOL_SOCKET, SO_SNDTIMEO},
        {SOL_SOCKET, SO_REUSEPORT}, {SOL_SOCKET, 5}, {SOL_SOCKET, 19}, {SOL_SOCKET, 29}, {SOL_SOCKET, 34},
        {SOL_SOCKET, 40}, {0, 10}, {0, 13}, {41, 25}, {41, 51}, {41, 66}, {41, 67}, {6, 5}, {6, 7}, {6, 18},
        {SOL_SOCKET, 1}, {SOL_SOCKET, 11}, {SOL_SOCKET, 25}, {SOL_SOCKET, 27}, {SOL_SOCKET, 32}, {SOL_SOCKET, 33},
        {SOL_SOCKET, 35}, {SOL_SOCKET, 36}, {SOL_SOCKET, 43}, {SOL_SOCKET, 44}, {SOL_SOCKET, 45}, {SOL_SOCKET, 46},
        {SOL_SOCKET, 60}, {SOL_SOCKET, 61}, {SOL_SOCKET, 62}, {SOL_SOCKET, 69}, {SOL_SOCKET, 72}, {SOL_SOCKET, 75},
        {0, 5}, {0, 6}, {0, 7}, {0, 14}, {0, 15}, {0, 19}, {0, 20}, {0, 22}, {0, 24}, {0, 25}, {0, 26}, {0, 32},
        {0, 34}, {0, 49}, {0, 50}, {0, 51}, {0, 12}, {0, 13},
        {41, 1}, {41, 17}, {41, 18}, {41, 19}, {41, 23}, {41, 24}, {41, 29}, {41, 33}, {41, 50}, {41, 70}, {41, 72},
        {41, 74}, {41, 75}, {41, 77}, {41, 78}, {41, 51}, {41, 66},
        {6, 8}, {6, 16}, {6, 23}, {6, 25}, {6, 30}, {6, 30}, {6, 34}, {6, 36}, {17, 101}, {17, 103}, {17, 104}};
    private static final int[] OPTION_SIZES = {0, 1, 2, 3, 4, 4, 5, 8, 8, 12, 16, 64};
    private static final int[] VALUES = {0, 1, 1, 2, 16, 64, 255, 256, 4096, 70_000, -1, -2};

    private final Random random;
    private final int[] domains = new int[SLOTS];
    private final int[] types = new int[SLOTS];
    // Whether any socket was sent: to the host those that came are the same, and FIONBIO is of both.
    private boolean travelled;
    // Which may have been sent: to connect one is done at once here, if it is done soon.
    private final boolean[] shared = new boolean[SLOTS];
    private final List<String> lines = new ArrayList<>();

    private Sequence(long seed) {
        random = new Random(seed);
    }

    /** The lines of a seed's sequence. */
    static List<String> of(long seed) {
        Sequence sequence = new Sequence(seed);
        sequence.begin();
        for (int i = 0; i < CALLS; i++) {
            sequence.call();
        }
        return List.copyOf(sequence.lines);
    }

    /** Something to talk to each other, or the rest would be ENOTCONN for the most part. */
    private void begin() {
        int domain = pick(DOMAINS);
        int type = pick(SOCK_STREAM, SOCK_STREAM, SOCK_DGRAM, domain == AF_UNIX ? SOCK_SEQPACKET : SOCK_STREAM);
        if (domain == AF_UNIX && random.nextBoolean()) {
            pair(0, 1, type);
            return;
        }
        socket(0, domain, type);
        socket(1, domain, type);
        add("bind 0 " + own(domain));
        if (type == SOCK_DGRAM) {
            add("bind 1 " + own(domain));
            add("connect 1 0 @s");
            if (random.nextBoolean()) {
                add("connect 0 1 @s");
            }
        } else {
            add("listen 0 " + random.nextInt(-1, 4));
            add("connect 1 0 @s");
            add("accept 0 2");
            domains[2] = domain;
        }
    }

    private void call() {
        int slot = slot();
        switch (random.nextInt(42)) {
            case 0 -> socket(slot, pick(DOMAINS), pick(TYPES));
            case 1 -> {
                if (random.nextInt(8) == 0) {
                    odd(slot);
                } else {
                    pair(slot, slot(), pick(TYPES));
                }
            }
            case 2, 3 -> add("bind " + slot + " " + address(slot));
            case 4, 5 -> {
                String address = address(slot);
                boolean alone = !shared[slot] || domains[slot] == AF_UNIX;
                add(alone ? "connect " + slot + " " + address : "getpeername " + slot);
            }
            case 6 -> add("listen " + slot + " " + random.nextInt(-1, 4));
            case 7, 8 -> {
                int accepted = slot();
                add("accept " + slot + " " + accepted);
                domains[accepted] = domains[slot];
                types[accepted] = types[slot];
                shared[accepted] |= shared[slot];
            }
            case 9, 10, 11, 12 -> add("send " + slot + " " + size(slot) + " " + sendFlags(slot) + seed());
            case 13, 14 -> add("sendto " + slot + " " + size(slot) + " " + sendFlags(slot) + seed()
                    + " " + address(slot));
            case 30, 31 -> {
                int cargo = slot();
                doNotBlock(cargo);
                add("sendv " + slot + " " + size(slot) + " " + sendFlags(slot) + seed() + " "
                        + random.nextInt(6) + " " + random.nextInt(10) + " " + cargo);
                travelled = true;
                shared[cargo] = true;
            }
            case 32, 33 -> {
                int came = slot();
                shared[came] = true;
                int parts = random.nextInt(6);
                add("recvv " + slot + " " + room(slot, parts == 0) + " " + parts + " " + came + controlRoom());
                // To the host it is as it was sent, here what comes blocks: a difference by intent.
                doNotBlock(came);
            }
            case 15 -> add("sendmsg " + slot + " " + size(slot) + " " + sendFlags(slot) + seed());
            case 16, 17, 18 -> add("recv " + slot + " " + room(slot, false));
            case 19 -> add("recvfrom " + slot + " " + room(slot, false));
            case 20 -> add("recvmsg " + slot + " " + room(slot, false));
            case 21 -> add("shutdown " + slot + " " + random.nextInt(-1, 4));
            case 22 -> add("close " + slot);
            case 23 -> add("setsockopt " + slot + option() + " " + pick(VALUES));
            case 24 -> add("getsockopt " + slot + option());
            case 25 -> add("ioctl " + slot + " " + request(slot));
            case 26 -> add("getsockname " + slot);
            case 27 -> add("getpeername " + slot);
            case 34, 35 -> add("limit " + slot + " " + pick(SO_RCVTIMEO, SO_SNDTIMEO) + " "
                    + pick(0, 5, 20, -1, -1000));
            case 36 -> add("linger " + slot + " " + random.nextInt(2) + " 0");
            case 37 -> add("setoption " + slot + option() + " " + pick(OPTION_SIZES) + " " + pick(VALUES));
            case 38 -> add("getoption " + slot + option() + " " + pick(OPTION_SIZES));
            case 39 -> add("polltwo " + slot + " " + random.nextInt(8) + " " + slot() + " " + 0x2007 + " "
                    + pick(0, 5));
            case 40 -> {
                // One that waits, so that limits mean something.
                if (!travelled) {
                    add("ioctl " + slot + " " + FIONBIO + " 0");
                }
                add("limit " + slot + " " + pick(SO_RCVTIMEO, SO_SNDTIMEO) + " " + pick(5, 20));
            }
            case 41 -> batch(slot);
            case 28 -> add("poll " + slot + " " + random.nextInt(8));
            default -> add("poll " + slot + " " + 0x2007);
        }
    }

    /** To several at once, and to one several times. */
    private void batch(int slot) {
        int[] slots = IntStream.generate(this::slot).limit(random.nextInt(1, BatchSends.MOST + 1)).toArray();
        slots[0] = slot;
        boolean unix = IntStream.of(slots).allMatch(each -> domains[each] == AF_UNIX);
        int size = unix ? size(slot) : pick(SIZES);
        StringBuilder line = new StringBuilder("batch " + slot + " " + size + seed());
        for (int i = 1; i < slots.length; i++) {
            line.append(' ').append(slots[i]);
        }
        add(line.toString());
    }

    private void socket(int slot, int domain, int type) {
        add("socket " + slot + " " + domain + " " + type + " 0");
        domains[slot] = domain;
        types[slot] = type;
        unblock(slot);
    }

    /** What there is none of, mostly. */
    private void odd(int slot) {
        int domain = pick(AF_UNIX, AF_INET, AF_INET6, AF_UNSPEC, 44, 45, 46, 999, -1);
        int type = pick(SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, 0, 4, 6, 10, 15);
        if (random.nextBoolean()) {
            // Raw sockets would hear what others say on this machine.
            add("socket " + slot + " " + domain + " " + type + " " + pick(0, 1, 6, 17, 132, 136, 255, 256, -1));
        } else {
            add("socketpair " + slot + " " + (slot + 1) % SLOTS + " " + domain + " " + type);
        }
        doNotBlock(slot);
        doNotBlock((slot + 1) % SLOTS);
    }

    /** More follows: of TCP it is the timers' affair when that goes without it. */
    private int sendFlags(int slot) {
        int flags = pick(SEND_FLAGS);
        return types[slot] == SOCK_DGRAM ? flags : flags & ~MSG_MORE;
    }

    private void pair(int slot, int other, int type) {
        if (slot != other) {
            add("socketpair " + slot + " " + other + " " + AF_UNIX + " " + type);
            domains[slot] = AF_UNIX;
            domains[other] = AF_UNIX;
            types[slot] = type;
            types[other] = type;
            unblock(slot);
            unblock(other);
        }
    }

    /** Most do not block, so that the sequence does not either. */
    private void unblock(int slot) {
        if (random.nextInt(6) > 0) {
            doNotBlock(slot);
        }
    }

    private void doNotBlock(int slot) {
        add("ioctl " + slot + " " + FIONBIO + " 1");
    }

    /** For control data; the players know where it does not count. */
    private String controlRoom() {
        // A multiple of 8, as a ControlBuffer has it.
        return random.nextBoolean() ? "" : " " + pick(0, 8, 16, 24, 32, 40, 48, 72);
    }

    private String request(int slot) {
        return switch (random.nextInt(6)) {
            case 4 -> pick(FIOCLEX, 0x1234, 0x8900, 0x7fffffff) + " 0";
            case 5 -> (domains[slot] == AF_UNIX ? SIOCOUTQNSD : SIOCATMARK) + " 0";
            case 0 -> FIONREAD + " 0";
            case 1 -> SIOCATMARK + " 0";
            // What TCP still has to send depends on when the peer acknowledges.
            case 2 -> (domains[slot] == AF_UNIX ? SIOCOUTQ : FIONREAD) + " 0";
            default -> FIONBIO + " 1";
        };
    }

    private String option() {
        int[] option = OPTIONS[random.nextInt(OPTIONS.length)];
        return " " + option[0] + " " + option[1];
    }

    /** An address of the domain's own. */
    private String own(int domain) {
        return switch (domain) {
            case AF_INET -> "0 @4";
            case AF_INET6 -> "0 @6";
            default -> random.nextInt(Names.COUNT) + (random.nextBoolean() ? " @p" : " @a");
        };
    }

    private String address(int slot) {
        return switch (random.nextInt(10)) {
            case 0 -> own(pick(DOMAINS));
            case 1 -> "0 @u";
            case 2 -> pick(AF_INET, AF_INET6, AF_NETLINK, 77) + " @x";
            case 3 -> "0 @n";
            case 4, 5 -> own(domains[slot]);
            default -> slot() + " @s";
        };
    }

    private int size(int slot) {
        // Long sends on TCP are cut where its windows just are.
        return domains[slot] == AF_UNIX && random.nextInt(6) == 0 ? 20_000 + random.nextInt(200_000) : pick(SIZES);
    }

    /**
     * How much to receive, and the flags. Where TCP waits for no bytes, it does so until any segment comes; who peeks
     * for none at a UNIX stream that has several segments keeps the host's kernel going in circles, whatever the limit.
     */
    private String room(int slot, boolean none) {
        int size = size(slot);
        int flags = pick(RECV_FLAGS);
        if (none || size == 0) {
            flags = domains[slot] == AF_UNIX ? flags & ~MSG_PEEK : flags | MSG_DONTWAIT;
        }
        return size + " " + flags;
    }

    private String seed() {
        return " " + random.nextInt(200);
    }

    private int slot() {
        return random.nextInt(3) > 0 ? random.nextInt(3) : random.nextInt(SLOTS);
    }

    private int pick(int... values) {
        return values[random.nextInt(values.length)];
    }

    private void add(String line) {
        lines.add(line);
    }
}
