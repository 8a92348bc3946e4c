// SPDX-License-Identifier: Apache-2.0
package ksock.impl.gogo;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import ksock.api.runtime.FamilyDTO;
import ksock.api.runtime.RuntimeDTO;
import ksock.api.runtime.SocketDTO;
import org.apache.felix.service.command.Converter;
import org.osgi.service.component.annotations.Component;

/** Renders sockets for people: a row in a list, a page alone. Without Gogo nobody asks for it, and it is not loaded. */
@Component(service = Converter.class, property = {
    "osgi.converter.classes=ksock.api.runtime.SocketDTO", "osgi.converter.classes=ksock.api.runtime.FamilyDTO",
    "osgi.converter.classes=ksock.api.runtime.RuntimeDTO"})
public final class SocketConverter implements Converter {

    private static final String HEADER = row("ID", "Proto", "Recv-Q", "Send-Q", "Local address", "Foreign address",
            "State", "Owner");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    /** Made by DS. */
    public SocketConverter() {
    }

    @Override
    public Object convert(Class<?> desiredType, Object in) {
        return null;
    }

    @Override
    public CharSequence format(Object target, int level, Converter escape) {
        return switch (target) {
            case SocketDTO socket when level == INSPECT -> page(socket);
            case SocketDTO socket -> row(socket);
            case FamilyDTO family -> row(family);
            case RuntimeDTO runtime when level == INSPECT -> page(runtime);
            case List<?> list when level == INSPECT && !list.isEmpty() && list.getFirst() instanceof SocketDTO ->
                table(list);
            default -> null;
        };
    }

    private static CharSequence table(List<?> sockets) {
        StringBuilder text = new StringBuilder(HEADER);
        for (Object socket : sockets) {
            text.append('\n').append(row((SocketDTO) socket));
        }
        return text;
    }

    private static String row(SocketDTO socket) {
        return row(Long.toString(socket.id), Names.protocol(socket), queue(socket.receiveQueueBytes),
                queue(socket.sendQueueBytes), address(socket.localAddress), address(socket.remoteAddress), socket.state,
                owner(socket));
    }

    private static String row(String id, String protocol, String received, String sent, String local, String remote,
            String state, String owner) {
        return String.format("%5s %-12s %7s %7s %-26s %-26s %-12s %s", id, protocol, received, sent, local, remote,
                state, owner);
    }

    private static CharSequence page(SocketDTO socket) {
        return new Page()
                .line("Socket", Long.toString(socket.id))
                .line("Owner", owner(socket))
                .line("Family", socket.family)
                .line("Domain", Names.domain(socket.domain) + " (" + socket.domain + ')')
                .line("Type", Names.type(socket.type) + " (" + socket.type + ')')
                .line("Protocol", Integer.toString(socket.protocol))
                .line("Local address", address(socket.localAddress))
                .line("Foreign address", address(socket.remoteAddress))
                .line("State", socket.state.isEmpty() ? "-" : socket.state)
                .line("Receive queue", queue(socket.receiveQueueBytes) + " bytes")
                .line("Send queue", queue(socket.sendQueueBytes) + " bytes")
                .line("Received", socket.receivedBytes + " bytes in " + socket.receives + " calls")
                .line("Sent", socket.sentBytes + " bytes in " + socket.sends + " calls, " + socket.refusedSends
                        + " refused or cut short")
                .line("Accepted", Long.toString(socket.accepted))
                .line("Blocked calls", Integer.toString(socket.blockedCalls))
                .line("Callbacks", socket.callbacks.isEmpty() ? "-" : socket.callbacks)
                .line("Callback calls", socket.calledCallbacks + ", " + socket.failedCallbacks + " failed, "
                        + socket.heldUpCallbacks + " held up, the longest " + socket.longestCallbackMs + " ms"
                        + (socket.heldUpMs == 0 ? "" : "; one for " + socket.heldUpMs + " ms now"))
                .line("Open since", TIME.format(Instant.ofEpochMilli(socket.openedAt)))
                .text();
    }

    private static CharSequence page(RuntimeDTO runtime) {
        Page page = new Page()
                .line("Sockets", runtime.sockets.size() + " open, " + runtime.opened + " opened, " + runtime.closed
                        + " closed, " + runtime.forgotten + " forgotten")
                .line("Connections", runtime.connected + " made, " + runtime.failedConnects + " failed, "
                        + runtime.accepted + " accepted")
                .line("Received", runtime.receivedBytes + " bytes in " + runtime.receives + " calls")
                .line("Sent", runtime.sentBytes + " bytes in " + runtime.sends + " calls, " + runtime.refusedSends
                        + " refused or cut short")
                .line("Callbacks", runtime.calledCallbacks + " called, " + runtime.failedCallbacks + " failed, "
                        + runtime.heldUpCallbacks + " held up, the longest " + runtime.longestCallbackMs + " ms")
                .line("Event loop", (runtime.loopAlive ? "" : "dead, ") + runtime.loopThreads + " threads, "
                        + runtime.heldUpThreads + " held up" + (runtime.crowded ? ": events wait" : "") + ", taken over "
                        + runtime.takeOvers + " times")
                .line("Descriptors", runtime.descriptorShortages + " times short, " + runtime.waitingListeners
                        + " listeners wait");
        runtime.families.forEach(family -> page.line("Family", row(family)));
        return page.text();
    }

    private static String row(FamilyDTO family) {
        String serves = Names.domain(family.domain) + (family.protocol < 0 ? "" : "/" + family.protocol);
        String by = family.serviceId == 0 ? "" : ", service " + family.serviceId;
        String not = family.unsupported.isEmpty() ? "" : ", none to be had: " + family.unsupported;
        return family.name + " (" + serves + by + "): " + family.sockets + " sockets" + not;
    }

    private static String owner(SocketDTO socket) {
        return socket.bundleId < 0 ? "-" : socket.bundle + " [" + socket.bundleId + ']';
    }

    private static String queue(long bytes) {
        return bytes < 0 ? "-" : Long.toString(bytes);
    }

    private static String address(String address) {
        return address.isEmpty() ? "*" : address;
    }

    /** Names and values, one a line. */
    private static final class Page {

        private final StringBuilder text = new StringBuilder();

        Page line(String name, String value) {
            if (!text.isEmpty()) {
                text.append('\n');
            }
            text.append(String.format("%-17s %s", name, value));
            return this;
        }

        CharSequence text() {
            return text;
        }
    }
}
