// SPDX-License-Identifier: Apache-2.0
package ksock.impl.text;

import static ksock.api.NetinetIn.IPPROTO_TCP;
import static ksock.api.NetinetIn.IPPROTO_UDP;
import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_INET6;
import static ksock.api.SysSocket.AF_NETLINK;
import static ksock.api.SysSocket.AF_PACKET;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_RAW;
import static ksock.api.SysSocket.SOCK_SEQPACKET;
import static ksock.api.SysSocket.SOCK_STREAM;

import ksock.api.runtime.SocketDTO;

/** Numbers by the names that netstat uses; those without a name stay numbers. */
final class Names {

    private Names() {
    }

    static String domain(int domain) {
        return switch (domain) {
            case AF_UNIX -> "unix";
            case AF_INET -> "inet";
            case AF_INET6 -> "inet6";
            case AF_NETLINK -> "netlink";
            case AF_PACKET -> "packet";
            case -1 -> "all";
            default -> Integer.toString(domain);
        };
    }

    static String type(int type) {
        return switch (type) {
            case SOCK_STREAM -> "stream";
            case SOCK_DGRAM -> "dgram";
            case SOCK_RAW -> "raw";
            case SOCK_SEQPACKET -> "seqpacket";
            default -> Integer.toString(type);
        };
    }

    /** Domain and type in one word: tcp, udp6, unix/stream, netlink/raw/11. */
    static String protocol(SocketDTO socket) {
        if (socket.domain == AF_INET || socket.domain == AF_INET6) {
            String six = socket.domain == AF_INET6 ? "6" : "";
            if (socket.type == SOCK_STREAM && (socket.protocol == 0 || socket.protocol == IPPROTO_TCP)) {
                return "tcp" + six;
            }
            if (socket.type == SOCK_DGRAM && (socket.protocol == 0 || socket.protocol == IPPROTO_UDP)) {
                return "udp" + six;
            }
        }
        String name = domain(socket.domain) + '/' + type(socket.type);
        return socket.protocol == 0 ? name : name + '/' + socket.protocol;
    }
}
