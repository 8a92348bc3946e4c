// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import ksock.api.Errno;

/** What all events say. */
@Category("Kernel Sockets")
abstract class SocketEvent extends Event {

    @Label("Socket")
    @Description("The socket's number, as ksock:list gives it")
    long socketId;

    @Label("Owner Id")
    @Description("The bundle that the socket belongs to, -1 without a framework")
    long bundleId;

    @Label("Owner")
    @Description("The symbolic name of the bundle that the socket belongs to")
    String bundle;

    @Label("Family")
    @Description("The socket family: host, or a provider's")
    String family;

    @Label("Domain")
    @Description("AF_UNIX is 1, AF_INET 2, AF_INET6 10, AF_NETLINK 16")
    int domain;

    @Label("Type")
    @Description("SOCK_STREAM is 1, SOCK_DGRAM 2, SOCK_RAW 3, SOCK_SEQPACKET 5")
    int type;

    @Label("Local Address")
    String localAddress;

    @Label("Remote Address")
    String remoteAddress;

    @Label("Error Number")
    @Description("errno, 0 if it went well")
    int errno;

    @Label("Error")
    @Description("The name of errno, empty if it went well")
    String error;

    final void tell(Recorded socket, int number) {
        socketId = socket.id();
        bundleId = socket.bundleId();
        bundle = socket.bundle();
        family = socket.familyName();
        domain = socket.domain();
        type = socket.type();
        localAddress = socket.localAddress();
        remoteAddress = socket.remoteAddress();
        errno = number;
        error = number == 0 ? "" : Errno.of(number).name();
    }
}
