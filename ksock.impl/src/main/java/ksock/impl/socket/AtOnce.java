// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.SockAddrBuffer;
import ksock.api.SysPoll;
import ksock.api.SysSocket;
import ksock.api.family.FamilySocket;
import ksock.impl.host.HostSocket;
import ksock.impl.libc.LinuxConst;
import ksock.impl.wait.SignalWaiter;

/**
 * accept and connect that must not wait, for which the host has no flag. Within a call.
 *
 * <p>Where others may have the descriptor, its mode stays as they have it. If it blocks, the call is the one that
 * blocks, and the signal brings the thread out of it, should it wait after all: because somebody else has taken the
 * connection that was there, or because to connect takes a while.
 */
final class AtOnce {

    private AtOnce() {
    }

    /** Takes a connection; null if there is none. */
    static FamilySocket accept(SocketState socket, SockAddrBuffer peer) throws KernelSocketException {
        HostSocket host = socket.host();
        if (host == null) {
            return socket.family().accept(peer);
        }
        int descriptor = host.acceptNow(peer);
        if (descriptor == HostSocket.SHARED) {
            descriptor = acceptShared(socket, host, peer);
        }
        return descriptor < 0 ? null : host.accepted(descriptor);
    }

    /** Connects, or begins to; 0 or {@code -errno}, EINPROGRESS and EALREADY among them. */
    static int connect(SocketState socket, SockAddrBuffer address) throws KernelSocketException {
        HostSocket host = socket.host();
        if (host == null) {
            return socket.family().connect(address) == KernelSocket.IN_PROGRESS ? -LinuxConst.EINPROGRESS : 0;
        }
        int result = host.connectNow(address);
        return result == HostSocket.SHARED ? connectShared(socket, host, address) : result;
    }

    private static int acceptShared(SocketState socket, HostSocket host, SockAddrBuffer peer)
            throws KernelSocketException {
        if (!Thread.currentThread().isVirtual()) {
            return acceptHere(socket, host, peer);
        }
        SockAddrBuffer ours = peer == null ? null : new SockAddrBuffer();
        int descriptor = onPlatformThread("accept", () -> acceptHere(socket, host, ours));
        if (descriptor >= 0 && peer != null) {
            copy(ours, peer);
        }
        return descriptor;
    }

    private static int acceptHere(SocketState socket, HostSocket host, SockAddrBuffer peer)
            throws KernelSocketException {
        // In the queue, where close finds it: what does not block now may do so in a moment, if others like it so.
        SignalWaiter waiter = SignalWaiter.enter(socket.waiters());
        int descriptor;
        boolean cancelled;
        try {
            // Of what does not listen, an error is all that comes.
            boolean waits = host.option(SysSocket.SOL_SOCKET, SysSocket.SO_ACCEPTCONN) > 0 && host.blocks();
            descriptor = waits ? acceptBriefly(host, peer, waiter) : host.acceptDescriptor(peer);
        } finally {
            cancelled = waiter.leave();
        }
        Blocking.stops(cancelled, "accept", descriptor);
        return descriptor == HostSocket.INTERRUPTED ? KernelSocket.WOULD_BLOCK : descriptor;
    }

    private static int acceptBriefly(HostSocket host, SockAddrBuffer peer, SignalWaiter waiter)
            throws KernelSocketException {
        if (host.poll(SysPoll.POLLIN, 0) == 0) {
            return KernelSocket.WOULD_BLOCK;
        }
        waiter.bringOut();
        try {
            return host.acceptDescriptor(peer);
        } catch (KernelSocketException e) {
            if (e.errno() == Errno.EINVAL && host.domain() == SysSocket.AF_UNIX) {
                // A listener that was shut: the host says so only to who waits.
                return KernelSocket.WOULD_BLOCK;
            }
            throw e;
        }
    }

    private static int connectShared(SocketState socket, HostSocket host, SockAddrBuffer address)
            throws KernelSocketException {
        if (!Thread.currentThread().isVirtual()) {
            return connectHere(socket, host, address);
        }
        SockAddrBuffer ours = new SockAddrBuffer();
        copy(address, ours);
        return onPlatformThread("connect", () -> connectHere(socket, host, ours));
    }

    private static int connectHere(SocketState socket, HostSocket host, SockAddrBuffer address) {
        boolean goesOn = ConnectionCalls.isConnecting(socket);
        // In no queue: a connect that goes on is not cancelled.
        SignalWaiter waiter = SignalWaiter.enterAlone();
        int result;
        try {
            waiter.bringOut();
            result = host.connectWaiting(address);
        } finally {
            waiter.leave();
        }
        if (result != -LinuxConst.EINTR) {
            return result;
        }
        if (socket.domain() == SysSocket.AF_UNIX) {
            return -LinuxConst.EAGAIN;
        }
        return goesOn ? -LinuxConst.EALREADY : -LinuxConst.EINPROGRESS;
    }

    /** Has a call made by a thread that a signal can reach: a virtual one has none of its own for long. */
    private static int onPlatformThread(String operation, Callable<Integer> call) throws KernelSocketException {
        FutureTask<Integer> task = new FutureTask<>(call);
        try {
            Thread.ofPlatform().daemon().name("ksock-" + operation).inheritInheritableThreadLocals(false).start(task);
        } catch (OutOfMemoryError e) {
            throw new KernelSocketException(operation, Errno.ENOMEM, "no thread to make the call");
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    // It is out in a moment, and what it has taken must not be lost.
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KernelSocketException failure) {
                throw new KernelSocketException(operation, failure.number(), failure.detail());
            }
            throw new IllegalStateException(operation + " failed", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void copy(SockAddrBuffer from, SockAddrBuffer to) {
        to.segment().copyFrom(from.segment());
        to.length(from.length());
    }
}
