// SPDX-License-Identifier: Apache-2.0
package ksock.impl.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.api.family.SocketFamily;
import ksock.impl.libc.DescriptorCalls;
import ksock.impl.libc.Linux;
import ksock.impl.libc.LinuxConst;
import ksock.impl.libc.Scratch;
import ksock.impl.libc.SocketCalls;

/** Makes the host's sockets; where the host cannot be reached, says why. Any thread. */
public final class HostFamily implements SocketFamily {

    /** The bits of a type that name it; the rest are flags. */
    private static final int TYPE_MASK = 0xf;

    /** Makes the family; touches nothing of the host. */
    public HostFamily() {
    }

    /**
     * Why no socket can be made here.
     *
     * @return empty if they can
     */
    public String unsupported() {
        String reason = Linux.unsupported();
        return reason == null ? "" : reason;
    }

    @Override
    public HostSocket socket(int domain, int type, int protocol) throws KernelSocketException {
        check("socket", domain, type, protocol);
        Scratch scratch = Scratch.acquire();
        try {
            int fd = SocketCalls.socket(scratch.errno(), domain, type | LinuxConst.SOCK_CLOEXEC, protocol);
            if (fd < 0) {
                throw new KernelSocketException("socket", -fd, describe(domain, type, protocol));
            }
            return HostSocket.made(fd, domain, type, protocol);
        } finally {
            scratch.release();
        }
    }

    @Override
    public HostSocket[] socketpair(int domain, int type, int protocol) throws KernelSocketException {
        check("socketpair", domain, type, protocol);
        Scratch scratch = Scratch.acquire();
        try {
            MemorySegment fds = scratch.value();
            int result = SocketCalls.socketpair(scratch.errno(), domain, type | LinuxConst.SOCK_CLOEXEC, protocol, fds);
            if (result < 0) {
                throw new KernelSocketException("socketpair", -result, describe(domain, type, protocol));
            }
            return made(fds.get(JAVA_INT, 0), fds.get(JAVA_INT, Integer.BYTES), domain, type, protocol);
        } finally {
            scratch.release();
        }
    }

    private static HostSocket[] made(int first, int second, int domain, int type, int protocol) {
        HostSocket[] pair = null;
        try {
            pair = new HostSocket[] {
                new HostSocket(first, domain, type, protocol), new HostSocket(second, domain, type, protocol)};
            return pair;
        } finally {
            if (pair == null) {
                // There is no memory for them, and nobody else to close them.
                DescriptorCalls.close(first);
                DescriptorCalls.close(second);
            }
        }
    }

    private void check(String operation, int domain, int type, int protocol) throws KernelSocketException {
        String reason = Linux.unsupported();
        if (reason != null) {
            throw new KernelSocketException(operation, Errno.EAFNOSUPPORT, reason);
        }
        if ((type & ~TYPE_MASK) != 0) {
            throw new KernelSocketException(operation, Errno.EINVAL, "flags in the type: "
                    + describe(domain, type, protocol));
        }
    }

    private static String describe(int domain, int type, int protocol) {
        return "domain " + domain + ", type " + type + ", protocol " + protocol;
    }
}
