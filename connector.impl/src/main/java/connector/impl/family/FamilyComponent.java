// SPDX-License-Identifier: Apache-2.0
package connector.impl.family;

import connector.impl.component.BusService;
import connector.impl.netlink.PortLimits;
import ksock.api.LinuxNetlink;
import ksock.api.SysSocket;
import ksock.api.family.SocketFamily;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Offers the family to ksock, which closes its sockets when this goes. */
@Component(service = SocketFamily.class, property = {
    SocketFamily.NAME + "=connector",
    SocketFamily.DOMAIN + ":Integer=" + SysSocket.AF_NETLINK,
    SocketFamily.PROTOCOL + ":Integer=" + LinuxNetlink.NETLINK_CONNECTOR})
public final class FamilyComponent extends ConnectorFamily {

    /**
     * Made by DS.
     *
     * @param bus where its sockets are ports
     */
    @Activate
    public FamilyComponent(@Reference BusService bus) {
        super(bus.netlink(), bus.identity("socket"), PortLimits.DEFAULT);
    }
}
