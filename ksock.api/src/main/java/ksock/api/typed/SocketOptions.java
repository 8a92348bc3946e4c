// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import ksock.api.SocketOption;
import ksock.api.SysSocket;

/**
 * The options of {@code SOL_SOCKET} with their types; to be used in {@code getsockopt} and {@code setsockopt}.
 *
 * <p>To set one that is read only is ENOPROTOOPT, as the host has it.
 */
public final class SocketOptions {

    /** A bind may take an address that waits in TIME_WAIT. */
    public static final SocketOption<Boolean> SO_REUSEADDR =
            SocketOption.ofBoolean("SO_REUSEADDR", SysSocket.SOL_SOCKET, SysSocket.SO_REUSEADDR);

    /** Several sockets share one address. */
    public static final SocketOption<Boolean> SO_REUSEPORT =
            SocketOption.ofBoolean("SO_REUSEPORT", SysSocket.SOL_SOCKET, SysSocket.SO_REUSEPORT);

    /** Probes an idle connection. */
    public static final SocketOption<Boolean> SO_KEEPALIVE =
            SocketOption.ofBoolean("SO_KEEPALIVE", SysSocket.SOL_SOCKET, SysSocket.SO_KEEPALIVE);

    /** Permits broadcast addresses. */
    public static final SocketOption<Boolean> SO_BROADCAST =
            SocketOption.ofBoolean("SO_BROADCAST", SysSocket.SOL_SOCKET, SysSocket.SO_BROADCAST);

    /** Urgent data stays in the stream. */
    public static final SocketOption<Boolean> SO_OOBINLINE =
            SocketOption.ofBoolean("SO_OOBINLINE", SysSocket.SOL_SOCKET, SysSocket.SO_OOBINLINE);

    /** Sends only to directly connected hosts. */
    public static final SocketOption<Boolean> SO_DONTROUTE =
            SocketOption.ofBoolean("SO_DONTROUTE", SysSocket.SOL_SOCKET, SysSocket.SO_DONTROUTE);

    /** Every message carries {@link ControlTypes#SCM_CREDENTIALS}. */
    public static final SocketOption<Boolean> SO_PASSCRED =
            SocketOption.ofBoolean("SO_PASSCRED", SysSocket.SOL_SOCKET, SysSocket.SO_PASSCRED);

    /** Every datagram carries {@link ControlTypes#SCM_TIMESTAMP}. */
    public static final SocketOption<Boolean> SO_TIMESTAMP =
            SocketOption.ofBoolean("SO_TIMESTAMP", SysSocket.SOL_SOCKET, SysSocket.SO_TIMESTAMP);

    /** Every datagram carries {@link ControlTypes#SCM_TIMESTAMPNS}. */
    public static final SocketOption<Boolean> SO_TIMESTAMPNS =
            SocketOption.ofBoolean("SO_TIMESTAMPNS", SysSocket.SOL_SOCKET, SysSocket.SO_TIMESTAMPNS);

    /** Datagrams carry {@link ControlTypes#SO_RXQ_OVFL} once one was dropped. */
    public static final SocketOption<Boolean> SO_RXQ_OVFL =
            SocketOption.ofBoolean("SO_RXQ_OVFL", SysSocket.SOL_SOCKET, SysSocket.SO_RXQ_OVFL);

    /** Datagrams carry {@link ControlTypes#SO_MARK}. */
    public static final SocketOption<Boolean> SO_RCVMARK =
            SocketOption.ofBoolean("SO_RCVMARK", SysSocket.SOL_SOCKET, SysSocket.SO_RCVMARK);

    /** A message in the error queue is reported as POLLPRI, too. */
    public static final SocketOption<Boolean> SO_SELECT_ERR_QUEUE =
            SocketOption.ofBoolean("SO_SELECT_ERR_QUEUE", SysSocket.SOL_SOCKET, SysSocket.SO_SELECT_ERR_QUEUE);

    /** Polls the device rather than wait for its interrupts; needs CAP_NET_ADMIN. */
    public static final SocketOption<Boolean> SO_PREFER_BUSY_POLL =
            SocketOption.ofBoolean("SO_PREFER_BUSY_POLL", SysSocket.SOL_SOCKET, SysSocket.SO_PREFER_BUSY_POLL);

    /** The filter can be neither changed nor removed any more (EPERM); cannot be taken back. */
    public static final SocketOption<Boolean> SO_LOCK_FILTER =
            SocketOption.ofBoolean("SO_LOCK_FILTER", SysSocket.SOL_SOCKET, SysSocket.SO_LOCK_FILTER);

    /** Permits {@code MSG_ZEROCOPY}, which takes native memory. */
    public static final SocketOption<Boolean> SO_ZEROCOPY =
            SocketOption.ofBoolean("SO_ZEROCOPY", SysSocket.SOL_SOCKET, SysSocket.SO_ZEROCOPY);

    /** Whether the socket listens; read only. */
    public static final SocketOption<Boolean> SO_ACCEPTCONN =
            SocketOption.ofBoolean("SO_ACCEPTCONN", SysSocket.SOL_SOCKET, SysSocket.SO_ACCEPTCONN);

    /** Bytes; the host doubles what is set, and gives what it made of it. */
    public static final SocketOption<Integer> SO_SNDBUF =
            SocketOption.ofInt("SO_SNDBUF", SysSocket.SOL_SOCKET, SysSocket.SO_SNDBUF);

    /** Bytes; the host doubles what is set, and gives what it made of it. */
    public static final SocketOption<Integer> SO_RCVBUF =
            SocketOption.ofInt("SO_RCVBUF", SysSocket.SOL_SOCKET, SysSocket.SO_RCVBUF);

    /** Bytes; as {@link #SO_SNDBUF} beyond the system's limit, needs CAP_NET_ADMIN. Write only. */
    public static final SocketOption<Integer> SO_SNDBUFFORCE =
            SocketOption.ofInt("SO_SNDBUFFORCE", SysSocket.SOL_SOCKET, SysSocket.SO_SNDBUFFORCE);

    /** Bytes; as {@link #SO_RCVBUF} beyond the system's limit, needs CAP_NET_ADMIN. Write only. */
    public static final SocketOption<Integer> SO_RCVBUFFORCE =
            SocketOption.ofInt("SO_RCVBUFFORCE", SysSocket.SOL_SOCKET, SysSocket.SO_RCVBUFFORCE);

    /** Bytes; how much makes the socket readable. */
    public static final SocketOption<Integer> SO_RCVLOWAT =
            SocketOption.ofInt("SO_RCVLOWAT", SysSocket.SOL_SOCKET, SysSocket.SO_RCVLOWAT);

    /** Queueing priority; above 6 needs CAP_NET_ADMIN. */
    public static final SocketOption<Integer> SO_PRIORITY =
            SocketOption.ofInt("SO_PRIORITY", SysSocket.SOL_SOCKET, SysSocket.SO_PRIORITY);

    /** Routing mark; needs CAP_NET_ADMIN. */
    public static final SocketOption<Integer> SO_MARK =
            SocketOption.ofInt("SO_MARK", SysSocket.SOL_SOCKET, SysSocket.SO_MARK);

    /** Microseconds to poll the device before sleeping. */
    public static final SocketOption<Integer> SO_BUSY_POLL =
            SocketOption.ofInt("SO_BUSY_POLL", SysSocket.SOL_SOCKET, SysSocket.SO_BUSY_POLL);

    /** The processor that packets come in on, -1 if none did. */
    public static final SocketOption<Integer> SO_INCOMING_CPU =
            SocketOption.ofInt("SO_INCOMING_CPU", SysSocket.SOL_SOCKET, SysSocket.SO_INCOMING_CPU);

    /** Bytes; where MSG_PEEK looks, -1 for the beginning. */
    public static final SocketOption<Integer> SO_PEEK_OFF =
            SocketOption.ofInt("SO_PEEK_OFF", SysSocket.SOL_SOCKET, SysSocket.SO_PEEK_OFF);

    /**
     * {@code SOF_TIMESTAMPING_} flags of {@link ksock.api.LinuxNetTstamp}: messages carry
     * {@link ControlTypes#SCM_TIMESTAMPING}, and the error queue tells of what was sent.
     */
    public static final SocketOption<Integer> SO_TIMESTAMPING =
            SocketOption.ofInt("SO_TIMESTAMPING", SysSocket.SOL_SOCKET, SysSocket.SO_TIMESTAMPING);

    /** The index of the network device that the socket is confined to, 0 for none. */
    public static final SocketOption<Integer> SO_BINDTOIFINDEX =
            SocketOption.ofInt("SO_BINDTOIFINDEX", SysSocket.SOL_SOCKET, SysSocket.SO_BINDTOIFINDEX);

    /** The device's queue that packets come in on, 0 if none did; read only. */
    public static final SocketOption<Integer> SO_INCOMING_NAPI_ID =
            SocketOption.ofInt("SO_INCOMING_NAPI_ID", SysSocket.SOL_SOCKET, SysSocket.SO_INCOMING_NAPI_ID);

    /** The pending error's number, cleared by reading it, 0 for none; read only. */
    public static final SocketOption<Integer> SO_ERROR =
            SocketOption.ofInt("SO_ERROR", SysSocket.SOL_SOCKET, SysSocket.SO_ERROR);

    /** The socket type; read only. */
    public static final SocketOption<Integer> SO_TYPE =
            SocketOption.ofInt("SO_TYPE", SysSocket.SOL_SOCKET, SysSocket.SO_TYPE);

    /** The address family; read only. */
    public static final SocketOption<Integer> SO_DOMAIN =
            SocketOption.ofInt("SO_DOMAIN", SysSocket.SOL_SOCKET, SysSocket.SO_DOMAIN);

    /** The protocol; read only. */
    public static final SocketOption<Integer> SO_PROTOCOL =
            SocketOption.ofInt("SO_PROTOCOL", SysSocket.SOL_SOCKET, SysSocket.SO_PROTOCOL);

    /** The socket's identity for the life of the system; read only. */
    public static final SocketOption<Long> SO_COOKIE = ofLong("SO_COOKIE", SysSocket.SO_COOKIE);

    /** The network namespace's identity for the life of the system; read only. */
    public static final SocketOption<Long> SO_NETNS_COOKIE = ofLong("SO_NETNS_COOKIE", SysSocket.SO_NETNS_COOKIE);

    /** Bytes a second that the host sends at most, unsigned; -1 for no limit. */
    public static final SocketOption<Long> SO_MAX_PACING_RATE =
            ofLong("SO_MAX_PACING_RATE", SysSocket.SO_MAX_PACING_RATE);

    /** The memory that the socket uses; read only. */
    public static final SocketOption<SockMeminfo> SO_MEMINFO =
            SocketOption.of("SO_MEMINFO", SysSocket.SOL_SOCKET, SysSocket.SO_MEMINFO, SockMeminfo.SIZE,
            SockMeminfo::decode, SockMeminfo::encode);

    /** Messages carry {@link ControlTypes#SCM_TXTIME}, by this clock. */
    public static final SocketOption<SockTxtime> SO_TXTIME =
            SocketOption.of("SO_TXTIME", SysSocket.SOL_SOCKET, SysSocket.SO_TXTIME, SockTxtime.SIZE,
            SockTxtime::decode, SockTxtime::encode);

    /**
     * The program that says of each message how many of its bytes come, in place of the former one; of one to 4096
     * instructions. On TCP it needs CAP_NET_ADMIN to be set here. To read it where there is none gives an empty list.
     */
    public static final SocketOption<List<SockFilter>> SO_ATTACH_FILTER =
            SocketOption.of("SO_ATTACH_FILTER", SysSocket.SOL_SOCKET, SysSocket.SO_ATTACH_FILTER, 0,
            SockFilter.MOST_BYTES, SockFilter::decode, SockFilter::encode);

    /** Removes the filter, whatever is set, or is ENOENT; write only. */
    public static final SocketOption<Integer> SO_DETACH_FILTER =
            SocketOption.ofInt("SO_DETACH_FILTER", SysSocket.SOL_SOCKET, SysSocket.SO_DETACH_FILTER);

    /** Whether and how long {@code close} waits for what was sent to be taken. */
    public static final SocketOption<Linger> SO_LINGER =
            SocketOption.of("SO_LINGER", SysSocket.SOL_SOCKET, SysSocket.SO_LINGER, Linger.SIZE, Linger::decode,
            Linger::encode);

    /** Who was at the other end of a UNIX socket when it was connected; read only. */
    public static final SocketOption<Ucred> SO_PEERCRED =
            SocketOption.of("SO_PEERCRED", SysSocket.SOL_SOCKET, SysSocket.SO_PEERCRED, Ucred.SIZE, Ucred::decode,
            Ucred::encode);

    /**
     * How long a blocking receive or accept waits, to a tick of the host's clock; zero is without end, less is not at
     * all.
     */
    public static final SocketOption<Duration> SO_RCVTIMEO =
            SocketOption.of("SO_RCVTIMEO", SysSocket.SOL_SOCKET, SysSocket.SO_RCVTIMEO, Timeval.SIZE, Timeval::decode,
            Timeval::encode);

    /**
     * How long a blocking send or connect waits, to a tick of the host's clock; zero is without end, less is not at
     * all.
     */
    public static final SocketOption<Duration> SO_SNDTIMEO =
            SocketOption.of("SO_SNDTIMEO", SysSocket.SOL_SOCKET, SysSocket.SO_SNDTIMEO, Timeval.SIZE, Timeval::decode,
            Timeval::encode);

    /** The name of the network device that the socket is confined to, empty for none. */
    public static final SocketOption<String> SO_BINDTODEVICE =
            SocketOption.of("SO_BINDTODEVICE", SysSocket.SOL_SOCKET, SysSocket.SO_BINDTODEVICE, 0, Text.SIZE,
                    Text::decode,
            Text::encode);

    private SocketOptions() {
    }

    private static SocketOption<Long> ofLong(String name, int number) {
        return SocketOption.of(name, SysSocket.SOL_SOCKET, number, Long.BYTES,
                value -> value.get(ValueLayout.JAVA_LONG_UNALIGNED, 0),
                value -> MemorySegment.ofArray(new long[] {value}));
    }
}
