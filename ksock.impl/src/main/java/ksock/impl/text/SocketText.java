// SPDX-License-Identifier: Apache-2.0
package ksock.impl.text;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import ksock.api.runtime.FamilyDTO;
import ksock.api.runtime.RuntimeDTO;
import ksock.api.runtime.SocketDTO;

/** Snapshots for people to read: rows in a list, a page alone. */
public final class SocketText {

    private static final String HEADER = row("ID", "Proto", "Recv-Q", "Send-Q", "Local address", "Foreign address",
            "State", "Owner");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    private SocketText() {
    }

    /**
     * Sockets as netstat lists them.
     *
     * @param sockets a {@link SocketDTO} each
     * @return a heading and a line each
     */
    public static CharSequence table(List<?> sockets) {
        StringBuilder text = new StringBuilder(HEADER);
        for (Object socket : sockets) {
            text.append('\n').append(row((SocketDTO) socket));
        }
        return text;
    }

    /**
     * A socket in one line.
     *
     * @param socket the socket
     * @return as in {@link #table}
     */
    public static String row(SocketDTO socket) {
        return row(Long.toString(socket.id), Names.protocol(socket), queue(socket.receiveQueueBytes),
                queue(socket.sendQueueBytes), address(socket.localAddress), address(socket.remoteAddress), socket.state,
                owner(socket));
    }

    private static String row(String id, String protocol, String received, String sent, String local, String remote,
            String state, String owner) {
        return String.format("%5s %-12s %7s %7s %-26s %-26s %-12s %s", id, protocol, received, sent, local, remote,
                state, owner);
    }

    /**
     * All that is known of a socket.
     *
     * @param socket the socket
     * @return a line for each thing
     */
    public static CharSequence page(SocketDTO socket) {
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

    /**
     * Counters and families.
     *
     * @param runtime everything
     * @return a line for each thing
     */
    public static CharSequence page(RuntimeDTO runtime) {
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
                        + runtime.heldUpThreads + " held up" + (runtime.crowded ? ": events wait" : "")
                        + ", taken over "
                        + runtime.takeOvers + " times")
                .line("Descriptors", runtime.descriptorShortages + " times short, " + runtime.waitingListeners
                        + " listeners wait");
        runtime.families.forEach(family -> page.line("Family", row(family)));
        return page.text();
    }

    /**
     * A family in one line.
     *
     * @param family the family
     * @return name, what it serves, how many sockets it has
     */
    public static String row(FamilyDTO family) {
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
