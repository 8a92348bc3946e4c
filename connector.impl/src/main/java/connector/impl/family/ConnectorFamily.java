// SPDX-License-Identifier: Apache-2.0
package connector.impl.family;

import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.netlink.PortLimits;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.api.LinuxNetlink;
import ksock.api.SysSocket;
import ksock.api.family.FamilySocket;
import ksock.api.family.SocketFamily;

/** Makes netlink sockets of this platform's connector. Any thread may call; nothing blocks. */
class ConnectorFamily implements SocketFamily {

    private final Netlink netlink;
    private final Identity identity;
    private final PortLimits limits;

    /**
     * Makes a family.
     *
     * @param netlink where its sockets are ports
     * @param identity whose its sockets are: this platform's
     * @param limits of each socket
     */
    ConnectorFamily(Netlink netlink, Identity identity, PortLimits limits) {
        this.netlink = netlink;
        this.identity = identity;
        this.limits = limits;
    }

    @Override
    public FamilySocket socket(int domain, int type, int protocol) throws KernelSocketException {
        if (domain != SysSocket.AF_NETLINK) {
            throw new KernelSocketException("socket", Errno.EAFNOSUPPORT, "domain " + domain);
        }
        if (type != SysSocket.SOCK_DGRAM && type != SysSocket.SOCK_RAW) {
            throw new KernelSocketException("socket", Errno.ESOCKTNOSUPPORT,
                    "type " + type + ": netlink has SOCK_DGRAM and SOCK_RAW");
        }
        if (protocol != LinuxNetlink.NETLINK_CONNECTOR) {
            throw new KernelSocketException("socket", Errno.EPROTONOSUPPORT, "protocol " + protocol);
        }
        return new NetlinkSocket(netlink, identity, limits, type);
    }
}
