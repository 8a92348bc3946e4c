// SPDX-License-Identifier: Apache-2.0
package ksock.impl.refusal;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.SOCK_STREAM;
import static ksock.impl.refusal.SystemCallFilter.ACCEPT4;
import static ksock.impl.refusal.SystemCallFilter.argument;
import static ksock.impl.refusal.SystemCallFilter.nullPointer;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.SysIoctl;
import ksock.impl.component.UnownedKernelSockets;
import ksock.impl.conformance.Descriptors;
import ksock.impl.socket.Descriptor;
import ksock.impl.socket.Threads;

/**
 * Has accept refused with each errno, on each way to wait, and then not any more: what the calls say, whether the
 * connection was still there, and whether descriptors were left behind.
 */
final class RefusedAcceptProgram {

    static final Errno[] ERRNOS = {
            Errno.ENFILE, Errno.EMFILE, Errno.ENOBUFS, Errno.ENOMEM, Errno.ECONNABORTED, Errno.EPROTO};

    private static final KernelSockets SOCKETS = new UnownedKernelSockets();

    /** How accept is called. */
    enum Way {
        BLOCKING(Threads.PLATFORM, false, null),
        BLOCKING_ON_A_VIRTUAL_THREAD(Threads.VIRTUAL, false, null),
        NON_BLOCKING(Threads.PLATFORM, true, null),
        NON_BLOCKING_ON_A_VIRTUAL_THREAD(Threads.VIRTUAL, true, null),
        WITHIN_A_TIME(Threads.PLATFORM, false, Duration.ofSeconds(30));

        private final Threads threads;
        private final boolean nonBlocking;
        private final Duration within;

        Way(Threads threads, boolean nonBlocking, Duration within) {
            this.threads = threads;
            this.nonBlocking = nonBlocking;
            this.within = within;
        }

        private KernelSocket accept(KernelSocket listener, SockAddrBuffer peer) throws Exception {
            KernelSocket on = within == null ? listener : listener.within(within);
            return threads.run(() -> peer == null ? on.accept() : on.accept(peer)).get(30, TimeUnit.SECONDS);
        }
    }

    private RefusedAcceptProgram() {
    }

    public static void main(String[] args) throws KernelSocketException {
        Map<Errno, Map<Way, KernelSocket>> listeners = new LinkedHashMap<>();
        SystemCallFilter filter = new SystemCallFilter();
        for (Errno errno : ERRNOS) {
            Map<Way, KernelSocket> ofErrno = new LinkedHashMap<>();
            for (Way way : Way.values()) {
                KernelSocket listener = listener(way.nonBlocking);
                filter.refuse(errno, ACCEPT4, argument(0, Descriptor.of(listener)), nullPointer(1));
                ofErrno.put(way, listener);
            }
            listeners.put(errno, ofErrno);
        }
        filter.install();
        listeners.forEach((errno, ofErrno) -> ofErrno.forEach(
                (way, listener) -> Cases.print(errno + " " + way, () -> refuse(way, listener))));
        // Nobody forgets them meanwhile.
        listeners.values().forEach(ofErrno -> ofErrno.values().forEach(KernelSocket::close));
    }

    static KernelSocket listener(boolean nonBlocking) throws KernelSocketException {
        KernelSocket listener = SOCKETS.socket(AF_INET, SOCK_STREAM, 0);
        listener.bind(SockAddr.loopback4(0));
        listener.listen(8);
        if (nonBlocking) {
            listener.ioctl(SysIoctl.FIONBIO, 1);
        }
        return listener;
    }

    private static String refuse(Way way, KernelSocket listener) throws Exception {
        try (KernelSocket client = SOCKETS.socket(AF_INET, SOCK_STREAM, 0)) {
            client.connect(listener.getsockname());
            long before = Descriptors.open();
            String said = Cases.answer(() -> way.accept(listener, null))
                    + ' ' + Cases.answer(() -> way.accept(listener, null));
            if (Descriptors.open() != before) {
                return said + ", and a descriptor was left behind";
            }
            SockAddrBuffer peer = new SockAddrBuffer();
            try (KernelSocket accepted = way.accept(listener, peer)) {
                return said + (peer.get().equals(client.getsockname()) && accepted.getpeername().equals(peer.get())
                        ? ", then the connection" : ", then " + peer);
            }
        }
    }
}
