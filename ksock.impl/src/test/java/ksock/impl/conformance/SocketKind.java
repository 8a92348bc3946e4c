// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.AF_INET6;
import static ksock.api.SysSocket.AF_UNIX;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOCK_SEQPACKET;
import static ksock.api.SysSocket.SOCK_STREAM;

import java.util.EnumSet;
import java.util.Set;

/** The kinds of sockets that a case is run over. */
public enum SocketKind {
    TCP4(AF_INET, SOCK_STREAM),
    TCP6(AF_INET6, SOCK_STREAM),
    UDP4(AF_INET, SOCK_DGRAM),
    UDP6(AF_INET6, SOCK_DGRAM),
    UNIX_STREAM(AF_UNIX, SOCK_STREAM),
    UNIX_DGRAM(AF_UNIX, SOCK_DGRAM),
    UNIX_SEQPACKET(AF_UNIX, SOCK_SEQPACKET);

    public static final Set<SocketKind> TCP = EnumSet.of(TCP4, TCP6);
    public static final Set<SocketKind> UDP = EnumSet.of(UDP4, UDP6);
    public static final Set<SocketKind> INET = EnumSet.of(TCP4, TCP6, UDP4, UDP6);
    public static final Set<SocketKind> UNIX = EnumSet.of(UNIX_STREAM, UNIX_DGRAM, UNIX_SEQPACKET);
    public static final Set<SocketKind> STREAMS = EnumSet.of(TCP4, TCP6, UNIX_STREAM);
    public static final Set<SocketKind> MESSAGES = EnumSet.of(UDP4, UDP6, UNIX_DGRAM, UNIX_SEQPACKET);
    public static final Set<SocketKind> CONNECTING = EnumSet.of(TCP4, TCP6, UNIX_STREAM, UNIX_SEQPACKET);
    public static final Set<SocketKind> ALL = EnumSet.allOf(SocketKind.class);

    private final int domain;
    private final int type;

    SocketKind(int domain, int type) {
        this.domain = domain;
        this.type = type;
    }

    public int domain() {
        return domain;
    }

    public int type() {
        return type;
    }

    public boolean isUnix() {
        return domain == AF_UNIX;
    }

    public boolean connects() {
        return type != SOCK_DGRAM;
    }
}
