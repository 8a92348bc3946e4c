// SPDX-License-Identifier: Apache-2.0
package connector.impl.gogo;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.Connector;
import connector.api.ConnectorException;
import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.ConnectorRuntime;
import connector.api.runtime.PortDTO;
import connector.api.runtime.UserDTO;
import connector.api.wire.NetlinkErrno;
import connector.impl.component.BusService;
import connector.impl.text.Rates;
import connector.impl.text.Tables;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** The commands of the scope {@code connector}, and how what they return is shown. */
@Component(service = {ConnectorCommands.class, Converter.class}, property = {
    "osgi.command.scope=connector", "osgi.command.function=list", "osgi.command.function=monitor",
    "osgi.command.function=ports",
    "osgi.command.function=proc", "osgi.command.function=send", "osgi.command.function=stat",
    "osgi.command.function=top"})
public final class ConnectorCommands implements Converter {

    private static final int MAX_INTERVAL_S = 3600;

    private final ConnectorRuntime runtime;
    private final Connector connector;
    private final BusService bus;

    /**
     * Made by DS.
     *
     * @param runtime what is shown
     * @param connector by which is sent
     * @param bus what is monitored
     */
    @Activate
    public ConnectorCommands(@Reference ConnectorRuntime runtime,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Connector connector, @Reference BusService bus) {
        this.runtime = runtime;
        this.connector = connector;
        this.bus = bus;
    }

    /**
     * Lists users and what else there is to say.
     *
     * @return all that the connector knows of itself
     */
    @Descriptor("lists who is registered, who was refused and why, gates and subscriptions")
    public ConnectorDTO list() {
        return runtime.getConnectorDTO();
    }

    /**
     * Lists ports.
     *
     * @return the ports
     */
    @Descriptor("lists the netlink ports with their groups and queues")
    public PortDTO[] ports() {
        return runtime.getConnectorDTO().ports;
    }

    /**
     * Lists who has an id, in the shape of the kernel's {@code /proc/net/connector}.
     *
     * @return the text of that file, if there were one
     */
    @Descriptor("lists names and ids as the kernel's /proc/net/connector does")
    public String proc() {
        return Tables.proc(runtime.getConnectorDTO().users);
    }

    /**
     * Shows all counters.
     *
     * @return of the bus, of users, groups, gates and ports
     */
    @Descriptor("shows all counters: of the bus, users, groups, gates and ports")
    public String stat() {
        return Tables.statistics(runtime.getConnectorDTO());
    }

    /**
     * Shows who is busy.
     *
     * @param seconds over how long it is counted, at most an hour
     * @return users, groups and ports by their messages a second
     * @throws InterruptedException the shell's thread was interrupted
     */
    @Descriptor("shows users, groups and ports by their messages a second")
    public String top(
            @Descriptor("over so many seconds")
            @Parameter(names = {"-i", "--interval"}, absentValue = "2") double seconds) throws InterruptedException {
        long nanos = nanos(seconds);
        ConnectorDTO before = runtime.getConnectorDTO();
        long start = System.nanoTime();
        Thread.sleep(Duration.ofNanos(nanos));
        ConnectorDTO after = runtime.getConnectorDTO();
        return Rates.table(before, after, (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1));
    }

    /**
     * Prints all that passes on the bus, as it comes.
     *
     * @param session whose console it is printed on
     * @param seconds for how long, at most an hour
     * @param ids only of these; all without
     * @return how much it was
     * @throws InterruptedException the shell's thread was interrupted
     */
    @Descriptor("prints every message that passes, which way it goes, what becomes of it, and what it says")
    public String monitor(CommandSession session,
            @Descriptor("for so many seconds")
            @Parameter(names = {"-i", "--interval"}, absentValue = "10") double seconds,
            @Descriptor("idx.val; without any all") String... ids) throws InterruptedException {
        long nanos = nanos(seconds);
        List<CbId> only = Arrays.stream(ids).map(CbId::parse).toList();
        try (Monitor monitor = new Monitor(bus.netlink(), bus.identity("shell"), only, session.getConsole())) {
            return monitor.run(nanos);
        }
    }

    private static long nanos(double seconds) {
        if (!(seconds > 0 && seconds <= MAX_INTERVAL_S)) {
            throw new IllegalArgumentException(
                    "an interval of " + seconds + " s: it must be more than 0 and at most " + MAX_INTERVAL_S);
        }
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    /**
     * Sends a message.
     *
     * @param group to which it is multicast instead; empty for none
     * @param id of the user
     * @param words its data, as text
     * @return what became of it: OK or an errno
     * @throws ConnectorException if there is no port to send from
     */
    @Descriptor("sends a message to the user with an id, or to a group; says OK or the errno")
    public String send(
            @Descriptor("to this group instead, as the kernel's users do; 0 for the id's own")
            @Parameter(names = {"-g", "--group"}, absentValue = "") String group,
            @Descriptor("idx.val, decimal or 0x hexadecimal") String id,
            @Descriptor("the data, as text") String... words) throws ConnectorException {
        CnMsg msg = CnMsg.ofText(CbId.parse(id), 0, 0, String.join(" ", words));
        if (!group.isEmpty()) {
            return NetlinkErrno.name(connector.netlinkSend(msg, CbId.parseU32(group)));
        }
        try (CnPort port = connector.openPort((reply, sender) -> { })) {
            return NetlinkErrno.name(port.send(msg));
        }
    }

    @Override
    public Object convert(Class<?> desiredType, Object in) {
        return null;
    }

    @Override
    public CharSequence format(Object target, int level, Converter escape) {
        if (level != INSPECT) {
            return null;
        }
        return switch (target) {
            case ConnectorDTO dto -> Tables.connector(dto);
            case UserDTO[] users -> Tables.users(users);
            case PortDTO[] ports -> Tables.ports(ports);
            case null, default -> null;
        };
    }
}
