// SPDX-License-Identifier: Apache-2.0
package ksock.api;

/**
 * The names of {@code <sys/ioctl.h>} that sockets know.
 *
 * <p>Any other request works by its number too, save those that {@link ksock.api} lists as refused.
 */
public final class SysIoctl {

    /** An int: whether calls return instead of blocking. */
    public static final int FIONBIO = 0x5421;

    /** An int, bytes that can be read now. */
    public static final int FIONREAD = 0x541b;

    /** As {@link #FIONREAD}. */
    public static final int SIOCINQ = 0x541b;

    /** Nothing: refused here with EOPNOTSUPP, descriptors are never inherited over exec. */
    public static final int FIONCLEX = 0x5450;

    /** Nothing: no descriptor to be inherited over exec; so it is anyway. */
    public static final int FIOCLEX = 0x5451;

    /** An int: refused here with EOPNOTSUPP. */
    public static final int FIOASYNC = 0x5452;

    /** An int: refused here with EOPNOTSUPP. */
    public static final int FIOSETOWN = 0x8901;

    /** An int: refused here with EOPNOTSUPP. */
    public static final int FIOGETOWN = 0x8903;

    /** An int: whether the next byte read is the urgent one. */
    public static final int SIOCATMARK = 0x8905;

    /** An int: refused here with EOPNOTSUPP. */
    public static final int SIOCSPGRP = 0x8902;

    /** An int: refused here with EOPNOTSUPP. */
    public static final int SIOCGPGRP = 0x8904;

    /** An int, bytes not yet sent or not yet acknowledged. */
    public static final int SIOCOUTQ = 0x5411;

    /** An int, bytes not yet sent; of TCP. */
    public static final int SIOCOUTQNSD = 0x894b;

    /** A struct ifreq; the name of an index. */
    public static final int SIOCGIFNAME = 0x8910;

    /** A struct ifconf; all interfaces with an IPv4 address. */
    public static final int SIOCGIFCONF = 0x8912;

    /** A struct ifreq. */
    public static final int SIOCGIFFLAGS = 0x8913;

    /** A struct ifreq, needs CAP_NET_ADMIN. */
    public static final int SIOCSIFFLAGS = 0x8914;

    /** A struct ifreq. */
    public static final int SIOCGIFADDR = 0x8915;

    /** A struct ifreq, needs CAP_NET_ADMIN. */
    public static final int SIOCSIFADDR = 0x8916;

    /** A struct ifreq. */
    public static final int SIOCGIFDSTADDR = 0x8917;

    /** A struct ifreq, needs CAP_NET_ADMIN. */
    public static final int SIOCSIFDSTADDR = 0x8918;

    /** A struct ifreq. */
    public static final int SIOCGIFBRDADDR = 0x8919;

    /** A struct ifreq, needs CAP_NET_ADMIN. */
    public static final int SIOCSIFBRDADDR = 0x891a;

    /** A struct ifreq. */
    public static final int SIOCGIFNETMASK = 0x891b;

    /** A struct ifreq, needs CAP_NET_ADMIN. */
    public static final int SIOCSIFNETMASK = 0x891c;

    /** A struct ifreq. */
    public static final int SIOCGIFMETRIC = 0x891d;

    /** A struct ifreq, needs CAP_NET_ADMIN. */
    public static final int SIOCSIFMETRIC = 0x891e;

    /** A struct ifreq, bytes. */
    public static final int SIOCGIFMTU = 0x8921;

    /** A struct ifreq, needs CAP_NET_ADMIN. */
    public static final int SIOCSIFMTU = 0x8922;

    /** A struct ifreq, needs CAP_NET_ADMIN; the name to be given. */
    public static final int SIOCSIFNAME = 0x8923;

    /** A struct ifreq. */
    public static final int SIOCGIFHWADDR = 0x8927;

    /** A struct ifreq, needs CAP_NET_ADMIN. */
    public static final int SIOCSIFHWADDR = 0x8924;

    /** A struct ifreq; the index of a name. */
    public static final int SIOCGIFINDEX = 0x8933;

    /** A struct ifreq, needs CAP_NET_ADMIN. */
    public static final int SIOCADDMULTI = 0x8931;

    /** A struct ifreq, needs CAP_NET_ADMIN. */
    public static final int SIOCDELMULTI = 0x8932;

    /** A struct ifreq, packets. */
    public static final int SIOCGIFTXQLEN = 0x8942;

    /** A struct ifreq, needs CAP_NET_ADMIN; packets. */
    public static final int SIOCSIFTXQLEN = 0x8943;

    /** A struct ifreq that points to one of ethtool's structures, in native memory of the caller's. */
    public static final int SIOCETHTOOL = 0x8946;

    /** A struct arpreq. */
    public static final int SIOCGARP = 0x8954;

    /** A struct ifreq; the device's memory. */
    public static final int SIOCGIFMAP = 0x8970;

    private SysIoctl() {
    }
}
