// SPDX-License-Identifier: Apache-2.0
package connector.impl.gogo;

import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

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

/** {@code connector:list}, {@code connector:ports}, {@code connector:send}, and how what they return is shown. */
@Component(service = {ConnectorCommands.class, Converter.class}, property = {
    "osgi.command.scope=connector", "osgi.command.function=list", "osgi.command.function=ports",
    "osgi.command.function=send"})
public final class ConnectorCommands implements Converter {

    private final ConnectorRuntime runtime;
    private final Connector connector;

    /**
     * Made by DS.
     *
     * @param runtime what is shown
     * @param connector by which is sent
     */
    @Activate
    public ConnectorCommands(@Reference ConnectorRuntime runtime,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Connector connector) {
        this.runtime = runtime;
        this.connector = connector;
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
