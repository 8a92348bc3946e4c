// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.PollFd;
import ksock.api.SendBatch;
import ksock.api.family.FamilySocket;
import ksock.impl.libc.IoUringCalls;

/** The service as one owner has it, and the sockets that belong to it. Any thread. */
public final class SocketScope implements KernelSockets, AutoCloseable {

    private static final int MOST_SENDS = 4096;
    private static final int MOST_BYTES = 1 << 24;

    private final SocketCore core;
    private final long bundleId;
    private final String bundle;
    private final Set<SocketState> sockets = ConcurrentHashMap.newKeySet();
    private final Set<BatchMemory> batches = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    SocketScope(SocketCore core, long bundleId, String bundle) {
        this.core = core;
        this.bundleId = bundleId;
        this.bundle = bundle;
    }

    /** {@return the owner's bundle, -1 without a framework} */
    public long bundleId() {
        return bundleId;
    }

    /** {@return the symbolic name of the owner's bundle, empty without a framework} */
    public String bundle() {
        return bundle;
    }

    @Override
    public KernelSocket socket(int domain, int type, int protocol) throws KernelSocketException {
        checkOpen("socket");
        return make(core.familyRegistry().find("socket", domain, protocol), domain, type, protocol);
    }

    @Override
    public KernelSocket socket(String family, int domain, int type, int protocol) throws KernelSocketException {
        checkOpen("socket");
        return make(core.familyRegistry().find("socket", family), domain, type, protocol);
    }

    private KernelSocket make(FamilyEntry entry, int domain, int type, int protocol) throws KernelSocketException {
        return core.adopt(this, entry, entry.family().socket(domain, type, protocol), domain, type, protocol);
    }

    @Override
    public KernelSocket[] socketpair(int domain, int type, int protocol) throws KernelSocketException {
        checkOpen("socketpair");
        FamilyEntry entry = core.familyRegistry().find("socketpair", domain, protocol);
        FamilySocket[] pair = entry.family().socketpair(domain, type, protocol);
        SocketHandle first = null;
        SocketHandle second = null;
        KernelSocket[] made = null;
        try {
            first = core.adopt(this, entry, pair[0], domain, type, protocol);
            second = core.adopt(this, entry, pair[1], domain, type, protocol);
            first.state().readiness().connected(false);
            second.state().readiness().connected(false);
            made = new KernelSocket[] {first, second};
            return made;
        } finally {
            if (made == null) {
                // What cannot be adopted is closed by that.
                if (first == null) {
                    pair[1].close();
                } else {
                    first.close();
                }
                if (second != null) {
                    second.close();
                }
            }
        }
    }

    @Override
    public boolean supports(int domain, int type, int protocol) {
        try {
            FamilyEntry entry = core.familyRegistry().find("supports", domain, protocol);
            if (entry.equals(core.familyRegistry().host())) {
                entry.family().socket(domain, type, protocol).close();
            }
            return true;
        } catch (KernelSocketException e) {
            return switch (e.errno()) {
                case EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EPROTOTYPE, EINVAL -> false;
                default -> true;
            };
        }
    }

    @Override
    public int poll(PollFd[] fds, Duration timeout) throws KernelSocketException {
        checkOpen("poll");
        return Polling.poll(fds, timeout);
    }

    @Override
    public SendBatch sendBatch(int sends, int bytes) throws KernelSocketException {
        checkOpen("sendBatch");
        BatchMemory memory = BatchMemory.allocate(checkRange("sends", sends, MOST_SENDS),
                checkRange("bytes", bytes, MOST_BYTES), IoUringCalls.allowed());
        SocketBatch batch = null;
        try {
            batches.add(memory);
            core.batches().add(memory);
            checkOpen("sendBatch");
            batch = new SocketBatch(memory, sends, core.cleaner(), () -> giveBack(memory));
            return batch;
        } finally {
            if (batch == null) {
                giveBack(memory);
            }
        }
    }

    private static int checkRange(String what, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(what + " " + value + ", not from 1 to " + most);
        }
        return value;
    }

    private void giveBack(BatchMemory memory) {
        batches.remove(memory);
        core.batches().remove(memory);
        memory.close();
    }

    /** Closes every socket of this owner; blocked calls end with EINTR. Waits for them with a bound. */
    @Override
    public void close() {
        closed = true;
        core.closeAll(List.copyOf(sockets));
        batches.forEach(BatchMemory::close);
    }

    SocketCore core() {
        return core;
    }

    /** Makes a socket this owner's; false if it has gone. */
    boolean take(SocketState state) {
        sockets.add(state);
        return !closed && core.isOpen();
    }

    void forget(SocketState state) {
        sockets.remove(state);
        core.forget(state);
    }

    private void checkOpen(String operation) throws KernelSocketException {
        if (closed || !core.isOpen()) {
            throw new KernelSocketException(operation, Errno.ESHUTDOWN, "the owner has gone: " + this);
        }
    }

    @Override
    public String toString() {
        return bundleId < 0 ? "nobody" : bundle + " [" + bundleId + ']';
    }
}
