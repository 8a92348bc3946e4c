// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.api.runtime.GateDTO;
import connector.api.runtime.GateUserDTO;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgErr;
import connector.api.wire.NlMsgHdr;
import connector.impl.jfr.BusEvents;
import connector.impl.netlink.Holdings;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.SysSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening socket and its clients. */
public final class Gate implements AutoCloseable {

    /**
     * Bytes of SO_SNDBUF of a client's socket (the host doubles it): room for some frames, so that what a client does
     * not read stays in its port's queue.
     */
    static final int SEND_BUFFER = 32 * 1024;

    private static final long CLOSE_WAIT_MS = 2000;
    private static final long SHORTAGE_PAUSE_NS = 10_000_000;
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private final GateSettings settings;
    private final Netlink netlink;
    private final BufferPool buffers = new BufferPool();
    private final CrowdWriter crowd;
    private final GateCounters counters = new GateCounters();
    private final AtomicLong warnings = new AtomicLong();
    private final KernelSockets sockets;
    /** Replaced by {@link #restore} alone. */
    private volatile GateListener listener;

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<GateClient> clients = new HashSet<>(); // guarded by lock
    private final Map<Integer, GateUser> users = new HashMap<>(); // guarded by lock
    private boolean closed; // guarded by lock

    private Gate(GateSettings settings, KernelSockets sockets, Netlink netlink) {
        this.settings = settings;
        this.crowd = new CrowdWriter(settings.name(), sockets, counters);
        this.sockets = sockets;
        this.netlink = netlink;
    }

    /**
     * Opens a gate that nobody configured, where there is no framework.
     *
     * @param path of the socket, absolute
     * @param type {@code stream} or {@code seqpacket}
     * @param sockets makes its socket
     * @param netlink what its clients speak with
     * @return the gate, listening
     * @throws IOException the path is taken or cannot be used; the message says why and what to do
     */
    public static Gate listen(Path path, String type, KernelSockets sockets, Netlink netlink) throws IOException {
        return open(GateSettings.at(path).type(SocketType.of(type)), sockets, netlink);
    }

    /**
     * Opens a gate. Clients may come before this returns.
     *
     * @param settings where, and for whom
     * @param sockets makes its socket
     * @param netlink what its clients speak with
     * @return the gate, listening
     * @throws IOException the path is taken or cannot be used; the message says why and what to do
     */
    static Gate open(GateSettings settings, KernelSockets sockets, Netlink netlink) throws IOException {
        Gate gate = new Gate(settings, sockets, netlink);
        gate.listen();
        return gate;
    }

    private void listen() throws IOException {
        listener = GateListener.open(settings, sockets, (socket, arg) -> accept(socket));
    }

    /** {@return whether who connects to the gate's path comes here: whether its file is there, and is no other} */
    boolean isFound() {
        return listener.isFound();
    }

    /**
     * Listens at its path again where its file was removed or replaced. Clients who are connected stay so. By one
     * thread at a time, which is not inside a callback of this gate, and before it is closed.
     *
     * @throws IOException the path is taken or cannot be used; the message says why and what to do
     */
    void restore() throws IOException {
        GateListener lost = listener;
        lost.leave();
        awaitClosed(lost::close);
        listen();
    }

    /** Takes in all who have connected. The socket may be closed meanwhile, as the gate is. */
    void accept(KernelSocket listening) throws KernelSocketException {
        while (true) {
            try {
                KernelSocket socket = listening.accept();
                if (socket == null) {
                    return;
                }
                admit(socket);
            } catch (KernelSocketException e) {
                if (!listening.isOpen()) {
                    return;
                }
                if (e.errno() != Errno.ECONNABORTED && e.errno() != Errno.EPROTO) {
                    throw e;
                }
            } catch (OutOfMemoryError e) {
                // Left alone, the next in the queue would wait for one more to come.
                LockSupport.parkNanos(SHORTAGE_PAUSE_NS);
            }
        }
    }

    /** Whatever goes wrong on the way, and be it memory, who connected sees the end, and nothing stays taken. */
    private void admit(KernelSocket socket) {
        GateUser user = null;
        GateClient client = null;
        boolean kept = false;
        boolean started = false;
        try {
            socket.setsockopt(SysSocket.SOL_SOCKET, SysSocket.SO_SNDBUF, SEND_BUFFER);
            Identity identity = Peer.of(socket, "gate " + settings.name());
            user = claim(identity);
            if (user == null) {
                refuse(socket, identity);
                return;
            }
            client = new GateClient(
                    sockets, socket, settings, netlink, identity, user, crowd, buffers, counters, this::ended);
            kept = keep(client);
            if (kept) {
                counters.accepted.increment();
                BusEvents.client(settings.name(), Integer.toUnsignedLong(identity.uid()), identity.pid(), null);
                client.start();
                started = true;
            }
        } catch (KernelSocketException e) {
            // It was gone before it was greeted, or there is no more of something.
            countRefused(kept);
            LOG.debug("gate {}: a connection ended as it began: {}", settings.name(), e.getMessage());
        } catch (RuntimeException | OutOfMemoryError e) {
            countRefused(kept);
            warn("a client could not be taken: disconnected", e);
        } finally {
            if (!started) {
                giveBack(socket, user, client);
            }
        }
    }

    private void countRefused(boolean kept) {
        if (!kept) {
            counters.refused.increment();
        }
    }

    private void giveBack(KernelSocket socket, GateUser user, GateClient client) {
        if (client != null) {
            client.close();
            return;
        }
        socket.close();
        if (user != null) {
            went(user);
        }
    }

    /** Counts a user's client in, or gives null if it is one too many. */
    private GateUser claim(Identity identity) {
        lock.lock();
        try {
            if (clients.size() >= settings.maxClients()) {
                return null;
            }
            Holdings held = netlink.takePort(identity.uid(), settings.user().clients());
            if (held == null) {
                return null;
            }
            GateUser user = null;
            try {
                user = users.computeIfAbsent(identity.uid(), uid -> new GateUser(uid, settings.user(), held));
            } finally {
                if (user == null) {
                    held.givePort();
                }
            }
            user.came();
            return user;
        } finally {
            lock.unlock();
        }
    }

    private void went(GateUser user) {
        lock.lock();
        try {
            user.went();
            if (user.clients() == 0) {
                users.remove(user.uid());
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean keep(GateClient client) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            return clients.add(client);
        } finally {
            lock.unlock();
        }
    }

    private void refuse(KernelSocket socket, Identity identity) {
        counters.refused.increment();
        boolean full;
        lock.lock();
        try {
            full = clients.size() >= settings.maxClients();
        } finally {
            lock.unlock();
        }
        String why = full
                ? "this gate has as many clients as it may, " + settings.maxClients() + ": try again later"
                : "uid " + Integer.toUnsignedString(identity.uid()) + " has as many clients as it may at all gates, "
                        + settings.user().clients() + ": close one";
        BusEvents.client(settings.name(), Integer.toUnsignedLong(identity.uid()), identity.pid(), why);
        String refused = "refused process " + identity.pid() + ", uid " + Integer.toUnsignedString(identity.uid())
                + ": " + why;
        if (netlink.taps().areOn()) {
            netlink.taps().refusedConnection(Verdict.of(NetlinkErrno.EMFILE, refused));
        }
        warn(refused, null);
        byte[] frame = NlMsgErr.frame(
                NlMsgHdr.buffer(NlMsgHdr.SIZE), 0, 0, NetlinkErrno.EMFILE, why, NlMsgErr.NO_OFFSET, null);
        try {
            socket.send(frame, 0, frame.length, SysSocket.MSG_DONTWAIT);
        } catch (KernelSocketException e) {
            LOG.debug("gate {}: process {} was gone before it could be told", settings.name(), identity.pid());
        }
    }

    private void ended(GateClient client, String reason, Throwable cause) {
        lock.lock();
        try {
            clients.remove(client);
            went(client.user());
        } finally {
            lock.unlock();
        }
        if (reason != null) {
            warn(client + " " + reason, cause);
        }
    }

    /** A client must not be able to fill the log: of such lines the first, second, fourth, eighth ... is written. */
    private void warn(String what, Throwable cause) {
        long count = warnings.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            LOG.warn("gate {}: {} (warning {})", settings.name(), what, count, cause);
        } else {
            LOG.debug("gate {}: {} (warning {})", settings.name(), what, count, cause);
        }
    }

    /** {@return what there is to see} */
    GateDTO toDTO() {
        GateDTO dto = new GateDTO();
        dto.name = settings.name();
        dto.path = settings.path().toString();
        dto.maxClients = settings.maxClients();
        dto.accepted = counters.accepted.sum();
        dto.refused = counters.refused.sum();
        dto.framesIn = counters.framesIn.sum();
        dto.framesOut = counters.framesOut.sum();
        dto.bytesIn = counters.bytesIn.sum();
        dto.bytesOut = counters.bytesOut.sum();
        dto.malformed = counters.malformed.sum();
        dto.limited = counters.limited.sum();
        dto.type = settings.type().key();
        boolean found = isFound();
        lock.lock();
        try {
            dto.users = users.values().stream().map(GateUser::toDTO)
                    .sorted(Comparator.comparingLong(user -> user.uid)).toArray(GateUserDTO[]::new);
            dto.listening = found && !closed;
            dto.clients = clients.size();
        } finally {
            lock.unlock();
        }
        if (!found) {
            dto.failure = settings.path() + " was removed or replaced: nobody can connect there";
        }
        return dto;
    }

    /**
     * Closes the gate: its clients see end of file, its file is removed. Waits for callbacks in flight, for at most two
     * seconds; a user that keeps one for longer keeps its client's socket until then.
     */
    @Override
    public void close() {
        List<GateClient> left;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            left = List.copyOf(clients);
        } finally {
            lock.unlock();
        }
        // First the file, so that who looks for a platform finds none rather than one that ends.
        try {
            listener.leave();
        } catch (IOException e) {
            LOG.warn("gate {}: {} stays behind: {}", settings.name(), settings.path(), e.getMessage());
        }
        left.forEach(GateClient::hangUp);
        crowd.close();
        awaitClosed(() -> {
            listener.close();
            left.forEach(GateClient::close);
        });
    }

    /** Has sockets closed, and waits for that as long as it may take where no user keeps a callback. */
    private void awaitClosed(Runnable close) {
        Thread closing = Thread.ofPlatform().daemon().name("connector gate " + settings.name() + " close").start(close);
        try {
            closing.join(CLOSE_WAIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closing.isAlive()) {
            LOG.warn("gate {}: a callback keeps a socket open", settings.name());
        }
    }
}
