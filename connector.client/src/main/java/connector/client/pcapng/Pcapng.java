// SPDX-License-Identifier: Apache-2.0
package connector.client.pcapng;

/** The numbers of the format, as its specification names them. */
final class Pcapng {

    static final int SECTION_HEADER = 0x0A0D0D0A;
    static final int INTERFACE_DESCRIPTION = 1;
    static final int INTERFACE_STATISTICS = 5;
    static final int ENHANCED_PACKET = 6;

    static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    static final int MAJOR = 1;

    /** A block: type, total length, body, total length again. */
    static final int BLOCK_OVERHEAD = 12;
    static final int BODY = 8;
    static final int SECTION_BODY = 16;
    static final int INTERFACE_BODY = 8;
    static final int PACKET_BODY = 20;

    static final int OPT_ENDOFOPT = 0;
    static final int SHB_OS = 3;
    static final int SHB_USERAPPL = 4;
    static final int IF_NAME = 2;
    static final int IF_TSRESOL = 9;
    static final int IF_TSOFFSET = 14;
    static final int EPB_DROPCOUNT = 4;
    static final int ISB_STARTTIME = 2;
    static final int ISB_ENDTIME = 3;
    static final int ISB_IFRECV = 4;
    static final int ISB_IFDROP = 5;

    /** Times count in units of 10^-9 seconds. */
    static final int NANOSECONDS = 9;

    static final int LINKTYPE_NETLINK = 253;

    static final int COOKED_SIZE = 16;
    static final int COOKED_FAMILY = 14;
    static final int PACKET_USER = 6;
    static final int PACKET_KERNEL = 7;
    static final int ARPHRD_NETLINK = 824;
    static final int NETLINK_CONNECTOR = 11;

    private Pcapng() {
    }

    static int align(int length) {
        return (length + 3) & -4;
    }
}
