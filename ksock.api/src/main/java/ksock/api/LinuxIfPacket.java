// SPDX-License-Identifier: Apache-2.0
package ksock.api;

/**
 * The names of {@code <linux/if_packet.h>}: options of level {@link SysSocket#SOL_PACKET}, and what their values and
 * addresses hold.
 *
 * <p>The rings, which are memory shared with the host, are not among them: this API has no {@code mmap}.
 */
public final class LinuxIfPacket {

    /** Of an address: sent to this machine. */
    public static final int PACKET_HOST = 0;

    /** Of an address: sent to all. */
    public static final int PACKET_BROADCAST = 1;

    /** Of an address: sent to a group. */
    public static final int PACKET_MULTICAST = 2;

    /** Of an address: sent to another machine. */
    public static final int PACKET_OTHERHOST = 3;

    /** Of an address: sent by this machine. */
    public static final int PACKET_OUTGOING = 4;

    /** A struct packet_mreq. */
    public static final int PACKET_ADD_MEMBERSHIP = 1;

    /** A struct packet_mreq. */
    public static final int PACKET_DROP_MEMBERSHIP = 2;

    /** A struct tpacket_stats, packets that came, and that were dropped; read only, and set to zero by it. */
    public static final int PACKET_STATISTICS = 6;

    /** An int: packets carry a struct tpacket_auxdata. */
    public static final int PACKET_AUXDATA = 8;

    /** An int: the address names the device a packet came in on, not the one it was handed to. */
    public static final int PACKET_ORIGDEV = 9;

    /** An int: packets begin with a struct virtio_net_hdr. */
    public static final int PACKET_VNET_HDR = 15;

    /** An int of SOF_TIMESTAMPING_ flags. */
    public static final int PACKET_TIMESTAMP = 17;

    /** An int, a number, and 16 bits higher the way: the packets are shared out to the sockets of one number. */
    public static final int PACKET_FANOUT = 18;

    /** An int: sends past the device's queue. */
    public static final int PACKET_QDISC_BYPASS = 20;

    /** A struct tpacket_rollover_stats, read only. */
    public static final int PACKET_ROLLOVER_STATS = 21;

    /** A struct sock_fprog, or an int, that shares out. */
    public static final int PACKET_FANOUT_DATA = 22;

    /** An int: packets that this machine sends are left out. */
    public static final int PACKET_IGNORE_OUTGOING = 23;

    /** Of {@link #PACKET_FANOUT}: by flow. */
    public static final int PACKET_FANOUT_HASH = 0;

    /** Of {@link #PACKET_FANOUT}: in turn. */
    public static final int PACKET_FANOUT_LB = 1;

    /** Of {@link #PACKET_FANOUT}: by processor. */
    public static final int PACKET_FANOUT_CPU = 2;

    /** Of {@link #PACKET_FANOUT}: to the next when one is full. */
    public static final int PACKET_FANOUT_ROLLOVER = 3;

    /** Of {@link #PACKET_FANOUT}: by chance. */
    public static final int PACKET_FANOUT_RND = 4;

    /** Of {@link #PACKET_FANOUT}: by the device's queue. */
    public static final int PACKET_FANOUT_QM = 5;

    /** Of {@link #PACKET_FANOUT}: by a classic filter. */
    public static final int PACKET_FANOUT_CBPF = 6;

    /** Of {@link #PACKET_FANOUT}: by an eBPF program. */
    public static final int PACKET_FANOUT_EBPF = 7;

    /** Of a membership: a group. */
    public static final int PACKET_MR_MULTICAST = 0;

    /** Of a membership: all packets. */
    public static final int PACKET_MR_PROMISC = 1;

    /** Of a membership: all groups. */
    public static final int PACKET_MR_ALLMULTI = 2;

    /** Of a membership: another address of its own. */
    public static final int PACKET_MR_UNICAST = 3;

    private LinuxIfPacket() {
    }
}
