// SPDX-License-Identifier: Apache-2.0
package ksock.api;

/**
 * The names of {@code <sys/socket.h>}: address families, socket types, levels, options, flags.
 *
 * <p>Plain ints, with the numbers that x86-64 and aarch64 Linux share, so that an option or a flag
 * which nobody thought of here works by its number too.
 */
public final class SysSocket {

    /** No family; {@code connect} with it dissolves a datagram socket's association. */
    public static final int AF_UNSPEC = 0;

    /** Local to the machine, by path or abstract name. */
    public static final int AF_UNIX = 1;

    /** IPv4. */
    public static final int AF_INET = 2;

    /** IPv6. */
    public static final int AF_INET6 = 10;

    /** Messages to and from the kernel, and here the connector. */
    public static final int AF_NETLINK = 16;

    /** Frames of a network device. */
    public static final int AF_PACKET = 17;

    /** Controller area networks. */
    public static final int AF_CAN = 29;

    /** Messages within a cluster. */
    public static final int AF_TIPC = 30;

    /** The kernel's cryptography. */
    public static final int AF_ALG = 38;

    /** Between a virtual machine and its host. */
    public static final int AF_VSOCK = 40;

    /** Frames of a network device, past the network stack. */
    public static final int AF_XDP = 44;

    /** A connected byte stream. */
    public static final int SOCK_STREAM = 1;

    /** Datagrams. */
    public static final int SOCK_DGRAM = 2;

    /** The protocol below, raw. */
    public static final int SOCK_RAW = 3;

    /** Reliable datagrams, unordered. */
    public static final int SOCK_RDM = 4;

    /** Connected, with message boundaries. */
    public static final int SOCK_SEQPACKET = 5;

    /** The socket itself. */
    public static final int SOL_SOCKET = 1;

    /** IPv4. */
    public static final int SOL_IP = 0;

    /** TCP. */
    public static final int SOL_TCP = 6;

    /** UDP. */
    public static final int SOL_UDP = 17;

    /** IPv6. */
    public static final int SOL_IPV6 = 41;

    /** UDP-Lite. */
    public static final int SOL_UDPLITE = 136;

    /** Raw sockets. */
    public static final int SOL_RAW = 255;

    /** Packet sockets, {@link LinuxIfPacket}. */
    public static final int SOL_PACKET = 263;

    /** Netlink. */
    public static final int SOL_NETLINK = 270;

    /** TLS, once {@link NetinetTcp#TCP_ULP} is set to it. */
    public static final int SOL_TLS = 282;

    /** Multipath TCP. */
    public static final int SOL_MPTCP = 284;

    /** An int: records debugging information. */
    public static final int SO_DEBUG = 1;

    /** An int: a bind may take an address that waits in TIME_WAIT. */
    public static final int SO_REUSEADDR = 2;

    /** An int, read only; the socket type. */
    public static final int SO_TYPE = 3;

    /** An int, read only; the pending error, cleared by reading it. */
    public static final int SO_ERROR = 4;

    /** An int: sends only to directly connected hosts. */
    public static final int SO_DONTROUTE = 5;

    /** An int: permits broadcast addresses. */
    public static final int SO_BROADCAST = 6;

    /** An int, bytes; the kernel doubles what is set. */
    public static final int SO_SNDBUF = 7;

    /** An int, bytes; the kernel doubles what is set. */
    public static final int SO_RCVBUF = 8;

    /** An int, bytes; beyond the system's limit, needs CAP_NET_ADMIN. */
    public static final int SO_SNDBUFFORCE = 32;

    /** An int, bytes; beyond the system's limit, needs CAP_NET_ADMIN. */
    public static final int SO_RCVBUFFORCE = 33;

    /** An int: probes an idle connection. */
    public static final int SO_KEEPALIVE = 9;

    /** An int: urgent data stays in the stream. */
    public static final int SO_OOBINLINE = 10;

    /** An int: queueing priority. */
    public static final int SO_PRIORITY = 12;

    /** An int: sends UDP over IPv4 without a checksum. */
    public static final int SO_NO_CHECK = 11;

    /** A struct linger: int onoff, int seconds. */
    public static final int SO_LINGER = 13;

    /** An int: several sockets share one address. */
    public static final int SO_REUSEPORT = 15;

    /** An int: every message carries SCM_CREDENTIALS. */
    public static final int SO_PASSCRED = 16;

    /** A struct ucred: pid, uid, gid of the peer, read only. */
    public static final int SO_PEERCRED = 17;

    /** An int, bytes; how much makes the socket readable. */
    public static final int SO_RCVLOWAT = 18;

    /** An int, bytes, read only. */
    public static final int SO_SNDLOWAT = 19;

    /** A struct timeval; how long a blocking receive waits. */
    public static final int SO_RCVTIMEO = 20;

    /** A struct timeval; how long a blocking send waits. */
    public static final int SO_SNDTIMEO = 21;

    /** Bytes; the name of a network device. */
    public static final int SO_BINDTODEVICE = 25;

    /** A struct sock_fprog, which points to the program of a classic filter, {@link LinuxFilter}. */
    public static final int SO_ATTACH_FILTER = 26;

    /** An int of no meaning; removes a filter. */
    public static final int SO_DETACH_FILTER = 27;

    /**
     * An array of struct sock_filter, read only; the classic filter's program. {@code getsockopt} gives its length in
     * bytes, as of all options, where the host gives it in instructions.
     */
    public static final int SO_GET_FILTER = 26;

    /** An int: the filter can be neither changed nor removed any more, nor this option taken back. */
    public static final int SO_LOCK_FILTER = 44;

    /** An int, a descriptor of an eBPF program; needs one that the caller has loaded by itself. */
    public static final int SO_ATTACH_BPF = 50;

    /** A struct sock_fprog; chooses among the sockets that share one address. */
    public static final int SO_ATTACH_REUSEPORT_CBPF = 51;

    /** An int, a descriptor of an eBPF program; chooses among the sockets that share one address. */
    public static final int SO_ATTACH_REUSEPORT_EBPF = 52;

    /** An int of no meaning; removes what chooses among the sockets that share one address. */
    public static final int SO_DETACH_REUSEPORT_BPF = 68;

    /** An int: every datagram carries SCM_TIMESTAMP. */
    public static final int SO_TIMESTAMP = 29;

    /** Text, read only; the security module's label of the peer. */
    public static final int SO_PEERSEC = 31;

    /** An int: messages carry SCM_SECURITY. */
    public static final int SO_PASSSEC = 34;

    /** An int, read only; whether the socket listens. */
    public static final int SO_ACCEPTCONN = 30;

    /** An int: every datagram carries SCM_TIMESTAMPNS. */
    public static final int SO_TIMESTAMPNS = 35;

    /**
     * An int of flags, or a struct so_timestamping: what is timed, and told by SCM_TIMESTAMPING; {@link
     * LinuxNetTstamp}.
     */
    public static final int SO_TIMESTAMPING = 37;

    /** An int: routing mark, needs CAP_NET_ADMIN. */
    public static final int SO_MARK = 36;

    /** An int, read only. */
    public static final int SO_PROTOCOL = 38;

    /** An int, read only. */
    public static final int SO_DOMAIN = 39;

    /** An int: datagrams carry the number dropped before them. */
    public static final int SO_RXQ_OVFL = 40;

    /** An int, bytes; where MSG_PEEK looks. */
    public static final int SO_PEEK_OFF = 42;

    /** An int: a message in the error queue is reported as POLLPRI, too. */
    public static final int SO_SELECT_ERR_QUEUE = 45;

    /** An int, microseconds. */
    public static final int SO_BUSY_POLL = 46;

    /** An unsigned int or 64 bits, bytes a second; how fast the host sends at most. */
    public static final int SO_MAX_PACING_RATE = 47;

    /** An int. */
    public static final int SO_INCOMING_CPU = 49;

    /** Nine unsigned ints: the socket's memory use, read only. */
    public static final int SO_MEMINFO = 55;

    /** An int, read only; the device's queue that packets come in on. */
    public static final int SO_INCOMING_NAPI_ID = 56;

    /** 64 bits; the socket's identity, read only. */
    public static final int SO_COOKIE = 57;

    /** Gid_t array of the peer, read only. */
    public static final int SO_PEERGROUPS = 59;

    /** An int: permits MSG_ZEROCOPY. */
    public static final int SO_ZEROCOPY = 60;

    /** A struct sock_txtime: messages carry SCM_TXTIME, the time to send them at; {@link LinuxNetTstamp}. */
    public static final int SO_TXTIME = 61;

    /** An int; the index of the network device that the socket is confined to. */
    public static final int SO_BINDTOIFINDEX = 62;

    /** An int: polls the device rather than wait for its interrupts. */
    public static final int SO_PREFER_BUSY_POLL = 69;

    /** An int, packets that one turn of it takes. */
    public static final int SO_BUSY_POLL_BUDGET = 70;

    /** 64 bits; the network namespace's identity, read only. */
    public static final int SO_NETNS_COOKIE = 71;

    /** An int, 1 for the send and 2 for the receive buffer: whose size stays as it is. */
    public static final int SO_BUF_LOCK = 72;

    /** An int, bytes that are set aside for the socket. */
    public static final int SO_RESERVE_MEM = 73;

    /** An int: datagrams carry SO_MARK, the mark of what came. */
    public static final int SO_RCVMARK = 75;

    /** An int: messages carry SCM_PIDFD. Since Linux 6.5. */
    public static final int SO_PASSPIDFD = 76;

    /**
     * An int, read only; a descriptor of the peer's process, made anew by each call. It is the caller's to close, as
     * {@code close(2)} does: this API has no call that takes a descriptor. Since Linux 6.5.
     */
    public static final int SO_PEERPIDFD = 77;

    /** An int: whether descriptors may be sent to this UNIX socket, else EPERM for who tries; Linux 6.16. */
    public static final int SO_PASSRIGHTS = 83;

    /** Urgent data. */
    public static final int MSG_OOB = 0x1;

    /** Leaves what it reads in the queue. */
    public static final int MSG_PEEK = 0x2;

    /** Bypasses routing. */
    public static final int MSG_DONTROUTE = 0x4;

    /** In a result: control data did not fit. */
    public static final int MSG_CTRUNC = 0x8;

    /** In a result: the datagram did not fit; as a flag: give its true length. */
    public static final int MSG_TRUNC = 0x20;

    /** This call does not block. */
    public static final int MSG_DONTWAIT = 0x40;

    /** End of record. */
    public static final int MSG_EOR = 0x80;

    /** Blocks until the whole length has come. */
    public static final int MSG_WAITALL = 0x100;

    /** The peer is known to be reachable. */
    public static final int MSG_CONFIRM = 0x800;

    /** Reads the error queue. */
    public static final int MSG_ERRQUEUE = 0x2000;

    /** No SIGPIPE; always set here. */
    public static final int MSG_NOSIGNAL = 0x4000;

    /** More will follow at once. */
    public static final int MSG_MORE = 0x8000;

    /** Sends without copying. */
    public static final int MSG_ZEROCOPY = 0x4000000;

    /** Sends with the SYN. */
    public static final int MSG_FASTOPEN = 0x20000000;

    /** Received descriptors close on exec; always set here. */
    public static final int MSG_CMSG_CLOEXEC = 0x40000000;

    /** No more is received. */
    public static final int SHUT_RD = 0;

    /** No more is sent. */
    public static final int SHUT_WR = 1;

    /** Neither. */
    public static final int SHUT_RDWR = 2;

    /** Open descriptors. */
    public static final int SCM_RIGHTS = 1;

    /** A struct ucred: pid, uid, gid. */
    public static final int SCM_CREDENTIALS = 2;

    /** Text; the security module's label of the sender. */
    public static final int SCM_SECURITY = 3;

    /**
     * An int, a descriptor of the sender's process; the receiver's to close, as {@link #SO_PEERPIDFD} is. One that
     * finds no place in the control data is closed.
     */
    public static final int SCM_PIDFD = 4;

    /** A struct timeval. */
    public static final int SCM_TIMESTAMP = 29;

    /** A struct timespec. */
    public static final int SCM_TIMESTAMPNS = 35;

    /** Three struct timespec: by the host, none, by the device. */
    public static final int SCM_TIMESTAMPING = 37;

    /** Netlink attributes; the connection's figures at the time. */
    public static final int SCM_TIMESTAMPING_OPT_STATS = 54;

    /** A struct scm_ts_pktinfo; the device that timed it, and the length there. */
    public static final int SCM_TIMESTAMPING_PKTINFO = 58;

    /** 64 bits, nanoseconds of the clock that SO_TXTIME names; when to send. */
    public static final int SCM_TXTIME = 61;

    /** The largest backlog that a default system honours. */
    public static final int SOMAXCONN = 4096;

    private SysSocket() {
    }
}
