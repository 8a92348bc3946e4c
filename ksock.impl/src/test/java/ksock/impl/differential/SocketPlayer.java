// SPDX-License-Identifier: Apache-2.0
package ksock.impl.differential;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import ksock.api.ControlBuffer;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.MessageHeader;
import ksock.api.PollFd;
import ksock.api.SendBatch;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.SysSocket;

/** Plays sequences on these sockets. A call that blocks is cancelled, or runs into its limit, and answers "blocked". */
final class SocketPlayer {

    /** As in player.c. */
    private static final int OPTION_SIZE = 64;
    /** For a whole play, on a machine that has other things to do. */
    private static final long PATIENCE_SECONDS = 300;
    private static final Duration BLOCKED = Duration.ofMillis(60);
    /** Of a batch, for the longest sends of a line. */
    private static final int BATCH_BYTES = 1 << 20;

    private final KernelSockets sockets;
    private final Path directory;
    private final boolean virtual;
    private final boolean cancelling;
    private final boolean heap;
    private final Ancillary ancillary = new Ancillary();
    private final KernelSocket[] slots = new KernelSocket[Sequence.SLOTS];
    // Of the play.
    private SendBatch batch;
    // Of the play, null if none watches it.
    private EventJudge judge;

    SocketPlayer(KernelSockets sockets, Path directory, boolean virtual, boolean cancelling, boolean heap) {
        this.sockets = sockets;
        this.directory = directory;
        this.virtual = virtual;
        this.cancelling = cancelling;
        this.heap = heap;
    }

    /** The answer to each line. */
    List<String> play(List<String> lines) throws Exception {
        return play(lines, null);
    }

    /** The answer to each line; callbacks are set on each socket, and what they are told is judged after each line. */
    List<String> play(List<String> lines, EventJudge watching) throws Exception {
        judge = watching;
        CompletableFuture<List<String>> answers = new CompletableFuture<>();
        Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
        Thread thread = builder.name("player").start(() -> {
            try {
                answers.complete(playHere(lines));
            } catch (Throwable e) {
                answers.completeExceptionally(e);
            }
        });
        try {
            return answers.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(this + " does not come to the end of " + lines + ", it is in "
                    + Arrays.toString(thread.getStackTrace()), e);
        }
    }

    @Override
    public String toString() {
        return (virtual ? "virtual" : "platform") + " thread, " + (cancelling ? "cancel" : "within") + ", "
                + (heap ? "heap" : "native") + " memory";
    }

    private List<String> playHere(List<String> lines) throws KernelSocketException {
        List<String> answers = new ArrayList<>();
        try (Watchdog watchdog = new Watchdog(Thread.currentThread()); Arena arena = Arena.ofConfined();
                SendBatch ofPlay = sockets.sendBatch(BatchSends.MOST, BATCH_BYTES)) {
            batch = ofPlay;
            for (String line : lines) {
                Line parsed = Line.parse(line);
                if (judge != null) {
                    judge.before(parsed);
                }
                String answer = answer(parsed, watchdog, arena).strip();
                answers.add(answer);
                if (judge != null) {
                    judge.after(line, parsed, answer);
                }
            }
        } finally {
            judge = null;
            for (int i = 0; i < slots.length; i++) {
                put(i, null);
            }
            for (int i = 0; i < Names.COUNT; i++) {
                new File(directory.toFile(), Integer.toString(i)).delete();
            }
        }
        return answers;
    }

    private String answer(Line line, Watchdog watchdog, Arena arena) {
        KernelSocket socket = slots[line.number(0)];
        boolean made = line.name().startsWith("socket");
        if (!made && socket == null) {
            return "-1 EBADF";
        }
        SockAddr address = null;
        if (line.kind() != null) {
            address = address(line);
            if (address == null) {
                return "no address";
            }
        }
        KernelSocket handle = socket;
        if (socket != null && !made) {
            if (cancelling) {
                watchdog.watch(socket);
            } else {
                handle = socket.within(BLOCKED);
            }
        }
        try {
            return call(line, handle, address, arena);
        } catch (KernelSocketException e) {
            return e.errno() == Errno.ETIMEDOUT || e.errno() == Errno.ECANCELED ? "blocked" : "-1 " + e.errno();
        } finally {
            watchdog.watch(null);
        }
    }

    private String call(Line line, KernelSocket socket, SockAddr address, Arena arena) throws KernelSocketException {
        int second = line.number(1);
        int third = line.number(2);
        return switch (line.name()) {
            case "socket" -> {
                put(line.number(0), sockets.socket(second, third, line.number(3)));
                yield "0 -";
            }
            case "socketpair" -> {
                KernelSocket[] two = sockets.socketpair(third, line.number(3), 0);
                put(line.number(0), two[0]);
                put(second, two[1]);
                yield "0 -";
            }
            case "bind" -> {
                socket.bind(address);
                yield "0 -";
            }
            case "connect" -> result(socket.connect(address), "");
            case "listen" -> {
                socket.listen(second);
                yield "0 -";
            }
            case "accept" -> {
                SockAddrBuffer peer = new SockAddrBuffer(arena);
                KernelSocket accepted = socket.accept(peer);
                if (accepted == null) {
                    yield "-1 EAGAIN";
                }
                put(second, accepted);
                yield "0 - " + Names.shown(peer.get());
            }
            case "send" -> result(socket.send(filled(line, arena), 0, second, third), "");
            case "sendto" -> result(socket.sendto(filled(line, arena), 0, second, third,
                    new SockAddrBuffer(arena).set(address)), "");
            case "sendmsg" -> {
                MemorySegment data = filled(line, arena);
                yield result(socket.sendmsg(new MessageHeader().buffers(data.asSlice(0, second / 2),
                        data.asSlice(second / 2)), third), "");
            }
            case "batch" -> "0 - " + new BatchSends(line).make(batch, slot -> slots[slot],
                    seed -> filled(second, seed, arena).asByteBuffer());
            case "sendv" -> {
                MemorySegment data = filled(line, arena);
                yield result(socket.sendmsg(ancillary.message(line.number(5), slots[line.number(6)])
                        .buffers(split(data, line.number(4))), third), "");
            }
            case "recvv" -> {
                MemorySegment data = memory(second, arena);
                MessageHeader header = new MessageHeader().name(new SockAddrBuffer(arena))
                        .control(new ControlBuffer(arena, controlRoom(line, socket)))
                        .buffers(split(data, line.number(3)));
                long result = socket.recvmsg(header, third);
                String came = Ancillary.came(header);
                for (int i = 1; i < header.rights().size(); i++) {
                    header.rights().get(i).close();
                }
                if (!header.rights().isEmpty()) {
                    put(line.number(4), header.rights().getFirst());
                }
                yield result(result, sum(data) + " " + Names.shown(header.name().get()) + " 0x"
                        + Integer.toHexString(header.flags()) + came);
            }
            case "recv" -> {
                MemorySegment data = memory(second, arena);
                long result = socket.recv(data, 0, second, third);
                yield result(result, sum(data));
            }
            case "recvfrom" -> {
                MemorySegment data = memory(second, arena);
                SockAddrBuffer from = new SockAddrBuffer(arena);
                long result = socket.recvfrom(data, 0, second, third, from);
                yield result(result, sum(data) + " " + Names.shown(from.get()));
            }
            case "recvmsg" -> {
                MemorySegment data = memory(second, arena);
                MessageHeader header = new MessageHeader().name(new SockAddrBuffer(arena))
                        .control(new ControlBuffer(arena, 1024))
                        .buffers(data.asSlice(0, second / 3), data.asSlice(second / 3));
                long result = socket.recvmsg(header, third);
                header.rights().forEach(KernelSocket::close);
                yield result(result, sum(data) + " " + Names.shown(header.name().get()) + " 0x"
                        + Integer.toHexString(header.flags()));
            }
            case "shutdown" -> {
                socket.shutdown(second);
                yield "0 -";
            }
            case "close" -> {
                put(line.number(0), null);
                yield "0 -";
            }
            case "setsockopt" -> {
                socket.setsockopt(second, third, line.number(3));
                yield "0 -";
            }
            case "getsockopt" -> "0 - " + socket.getsockopt(second, third);
            case "setoption" -> {
                MemorySegment value = memory(OPTION_SIZE, arena);
                value.set(ValueLayout.JAVA_INT_UNALIGNED, 0, line.number(4));
                socket.setsockopt(second, third, value.asSlice(0, line.number(3)));
                yield "0 -";
            }
            case "getoption" -> {
                MemorySegment value = memory(line.number(3), arena);
                int length = socket.getsockopt(second, third, value);
                yield "0 - " + length + " " + HexFormat.of().formatHex(value.toArray(ValueLayout.JAVA_BYTE));
            }
            case "limit" -> {
                socket.setsockopt(SysSocket.SOL_SOCKET, second, MemorySegment.ofArray(
                        new long[] {third / 1000, third % 1000 * 1000L}));
                yield "0 -";
            }
            case "linger" -> {
                socket.setsockopt(SysSocket.SOL_SOCKET, SysSocket.SO_LINGER,
                        MemorySegment.ofArray(new int[] {second, third}));
                yield "0 -";
            }
            case "ioctl" -> "0 - " + socket.ioctl(second, third);
            case "getsockname" -> "0 - " + Names.shown(socket.getsockname());
            case "getpeername" -> "0 - " + Names.shown(socket.getpeername());
            case "poll" -> {
                PollFd fd = new PollFd(socket, second);
                int ready = sockets.poll(new PollFd[] {fd}, Duration.ZERO);
                yield ready + " - 0x" + Integer.toHexString(fd.revents());
            }
            case "polltwo" -> {
                PollFd fd = new PollFd(socket, second);
                KernelSocket both = slots[third];
                PollFd other = both == null ? null : new PollFd(both, line.number(3));
                int ready = sockets.poll(other == null ? new PollFd[] {fd} : new PollFd[] {fd, other},
                        Duration.ofMillis(line.number(4)));
                yield ready + " - 0x" + Integer.toHexString(fd.revents()) + " 0x"
                        + Integer.toHexString(other == null ? 0 : other.revents());
            }
            default -> throw new IllegalArgumentException("no such call: " + line.name());
        };
    }

    /** The address that a line names; null if it is that of a slot without one. */
    private SockAddr address(Line line) {
        int value = line.number(line.name().equals("sendto") ? 4 : 1);
        if (!line.kind().equals("s")) {
            return Names.address(line.kind(), value, directory.toString());
        }
        try {
            return slots[value] == null ? null : slots[value].getsockname();
        } catch (KernelSocketException e) {
            return null;
        }
    }

    private static String result(long result, String more) {
        if (result == KernelSocket.WOULD_BLOCK) {
            return "-1 EAGAIN";
        }
        return result == KernelSocket.IN_PROGRESS ? "-1 EINPROGRESS" : result + " - " + more;
    }

    private MemorySegment memory(int size, Arena arena) {
        return heap ? MemorySegment.ofArray(new byte[size]) : arena.allocate(size);
    }

    private MemorySegment filled(Line line, Arena arena) {
        return filled(line.number(1), line.number(3), arena);
    }

    private MemorySegment filled(int size, int seed, Arena arena) {
        MemorySegment data = memory(size, arena);
        for (int i = 0; i < size; i++) {
            data.set(ValueLayout.JAVA_BYTE, i, (byte) (seed + i * 7));
        }
        return data;
    }

    /** As in player.c. */
    private static int controlRoom(Line line, KernelSocket socket) {
        return line.count() > 5 && socket.domain() != SysSocket.AF_UNIX ? line.number(5) : 1024;
    }

    /** As many buffers one after another. */
    private static MemorySegment[] split(MemorySegment data, int parts) {
        MemorySegment[] buffers = new MemorySegment[parts];
        for (int i = 0; i < parts; i++) {
            long start = data.byteSize() * i / parts;
            buffers[i] = data.asSlice(start, data.byteSize() * (i + 1) / parts - start);
        }
        return buffers;
    }

    private static String sum(MemorySegment data) {
        int hash = 17;
        for (long i = 0; i < data.byteSize(); i++) {
            hash = hash * 31 + Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, i));
        }
        return "%08x".formatted(hash);
    }

    private void put(int slot, KernelSocket socket) {
        if (slots[slot] != null) {
            slots[slot].close();
        }
        slots[slot] = socket;
        if (judge != null) {
            judge.put(slot, socket);
        }
    }
}
