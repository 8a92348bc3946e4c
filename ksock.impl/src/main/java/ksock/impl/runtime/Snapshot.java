// SPDX-License-Identifier: Apache-2.0
package ksock.impl.runtime;

import java.util.List;
import java.util.concurrent.TimeUnit;
import ksock.api.runtime.FamilyDTO;
import ksock.api.runtime.RuntimeDTO;
import ksock.api.runtime.SocketDTO;
import ksock.impl.callback.SocketEvents;
import ksock.impl.loop.EventLoop;
import ksock.impl.socket.FamilyEntry;
import ksock.impl.socket.SocketCore;
import ksock.impl.socket.SocketState;
import ksock.impl.socket.Totals;

/** Copies what there is into DTOs. */
final class Snapshot {

    private Snapshot() {
    }

    static RuntimeDTO of(SocketCore core, EventLoop loop) {
        List<SocketState> sockets = core.sockets();
        RuntimeDTO dto = new RuntimeDTO();
        for (SocketState socket : sockets) {
            dto.sockets.add(socket(socket));
        }
        for (FamilyEntry family : core.families()) {
            dto.families.add(family(family, sockets, core));
        }
        dto.opened = core.opened();
        dto.closed = core.closed();
        dto.forgotten = core.forgotten();
        dto.connected = core.connects();
        dto.failedConnects = core.failedConnects();
        Totals totals = core.totals();
        dto.accepted = totals.accepted;
        dto.receivedBytes = totals.receivedBytes;
        dto.sentBytes = totals.sentBytes;
        dto.receives = totals.receives;
        dto.sends = totals.sends;
        dto.refusedSends = totals.refusedSends;
        dto.calledCallbacks = totals.callbacks;
        dto.failedCallbacks = totals.failedCallbacks;
        dto.heldUpCallbacks = totals.heldUpCallbacks;
        dto.longestCallbackMs = TimeUnit.NANOSECONDS.toMillis(totals.longestCallbackNanos);
        dto.descriptorShortages = core.shortage().refusals();
        dto.waitingListeners = core.shortage().listeners();
        dto.loopAlive = loop.isAlive();
        dto.loopThreads = loop.threads();
        dto.heldUpThreads = loop.heldUp();
        dto.crowded = loop.crowded();
        dto.takeOvers = loop.takeOvers();
        return dto;
    }

    private static SocketDTO socket(SocketState socket) {
        SocketDTO dto = new SocketDTO();
        dto.id = socket.id();
        dto.bundleId = socket.scope().bundleId();
        dto.bundle = socket.scope().bundle();
        dto.family = socket.entry().name();
        dto.domain = socket.domain();
        dto.type = socket.type();
        dto.protocol = socket.protocol();
        dto.localAddress = socket.localAddress();
        dto.remoteAddress = socket.remoteAddress();
        dto.state = socket.state();
        dto.receiveQueueBytes = socket.receiveQueueBytes();
        dto.sendQueueBytes = socket.sendQueueBytes();
        Totals totals = socket.totals();
        dto.receivedBytes = totals.receivedBytes;
        dto.sentBytes = totals.sentBytes;
        dto.receives = totals.receives;
        dto.sends = totals.sends;
        dto.refusedSends = totals.refusedSends;
        dto.accepted = totals.accepted;
        dto.calledCallbacks = totals.callbacks;
        dto.failedCallbacks = totals.failedCallbacks;
        dto.heldUpCallbacks = totals.heldUpCallbacks;
        dto.longestCallbackMs = TimeUnit.NANOSECONDS.toMillis(totals.longestCallbackNanos);
        dto.blockedCalls = socket.blockedCalls();
        dto.openedAt = socket.openedAt();
        SocketEvents events = socket.events();
        if (events != null) {
            dto.callbacks = events.names();
            dto.heldUpMs = TimeUnit.NANOSECONDS.toMillis(events.heldUpNanos());
        }
        return dto;
    }

    private static FamilyDTO family(FamilyEntry family, List<SocketState> sockets, SocketCore core) {
        FamilyDTO dto = new FamilyDTO();
        dto.name = family.name();
        dto.domain = family.domain();
        dto.protocol = family.protocol();
        dto.serviceId = family.serviceId();
        dto.sockets = (int) sockets.stream().filter(socket -> socket.entry().isOfServiceOf(family)).count();
        dto.unsupported = family.serviceId() == 0 ? core.hostUnsupported() : "";
        return dto;
    }
}
