// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import static connector.api.wire.ProcEvent.CN_PROC;
import static connector.api.wire.ProcEvent.PROC_EVENT_NONE;
import static ksock.api.LinuxNetlink.NETLINK_CONNECTOR;
import static ksock.api.SysSocket.AF_NETLINK;
import static ksock.api.SysSocket.MSG_TRUNC;
import static ksock.api.SysSocket.SOCK_DGRAM;
import static ksock.api.SysSocket.SOL_SOCKET;
import static ksock.api.SysSocket.SO_RCVBUF;
import static ksock.api.SysSocket.SO_RCVBUFFORCE;

import connector.api.CnCallback;
import connector.api.Connector;
import connector.api.ConnectorConstants;
import connector.api.RequireConnector;
import connector.api.wire.CnMsgHdr;
import connector.api.wire.NlMsgHdr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import ksock.api.Errno;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.RequireKernelSockets;
import ksock.api.SockAddr;
import ksock.api.SockAddrBuffer;
import ksock.api.SocketCallbacks;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the host's connector, and is {1,1} on ours for as long as the host lets it.
 *
 * <p>Activation does not block: it asks, and the answer arrives like an event.
 */
@Component(immediate = true, service = {}, configurationPid = HostProcessEvents.PID)
@Designate(ocd = ProcConfiguration.class)
@RequireConnector
@RequireKernelSockets
public final class HostProcessEvents {

    static final String PID = "agent.proc";

    private static final Logger LOG = LoggerFactory.getLogger(HostProcessEvents.class);
    private static final int LONGEST_DATAGRAM = NlMsgHdr.MAX_LENGTH;
    private static final int ANSWER_WITHIN_SECONDS = 2;
    private static final int GROUP_MASK = 1 << (CN_PROC - 1);

    private final BundleContext context;
    private final EventMasks masks = new EventMasks();
    private final EventRelay relay;
    private final KernelSocket socket; // null where the host has none
    private final MemorySegment buffer = Arena.ofAuto().allocate(LONGEST_DATAGRAM, 8);
    private final HostEvent event = new HostEvent(buffer.asByteBuffer().order(ByteOrder.nativeOrder()));
    private final SockAddrBuffer source = new SockAddrBuffer();
    private final int ack = ThreadLocalRandom.current().nextInt();

    private final Object lock = new Object();
    private ServiceRegistration<CnCallback> user; // guarded by lock
    private boolean answered; // guarded by lock
    private boolean ended; // guarded by lock
    private ProcSettings settings; // guarded by lock

    /**
     * Asks the host for its process events.
     *
     * @param context registers {1,1}
     * @param properties the configuration
     * @param sockets this component's own, whose socket is closed with it
     * @param connector this component's own
     */
    @Activate
    public HostProcessEvents(BundleContext context, Map<String, Object> properties,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) KernelSockets sockets,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Connector connector) {
        this.context = context;
        settings = ProcSettings.DEFAULT.with(properties);
        relay = new EventRelay(connector, masks);
        relay.names(names(settings));
        socket = listen(sockets, settings.receiveBufferBytes());
    }

    @Modified
    void modified(Map<String, Object> properties) {
        synchronized (lock) {
            ProcSettings before = settings;
            settings = before.with(properties);
            if (settings.names() != before.names()) {
                relay.names(names(settings));
            }
            if (socket == null || settings.receiveBufferBytes() == before.receiveBufferBytes()) {
                return;
            }
            try {
                enlarge(socket, settings.receiveBufferBytes());
            } catch (KernelSocketException e) {
                LOG.warn("The receive buffer of the host's process events stays as it is: {}", e.getMessage());
            }
        }
    }

    @Deactivate
    void end() {
        ServiceRegistration<CnCallback> registration;
        synchronized (lock) {
            ended = true;
            registration = user;
            user = null;
        }
        if (registration != null) {
            registration.unregister();
        }
    }

    private KernelSocket listen(KernelSockets sockets, int receiveBufferBytes) {
        KernelSocket opened = null;
        try {
            opened = sockets.socket(KernelSockets.HOST_FAMILY, AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR);
            enlarge(opened, receiveBufferBytes);
            opened.bind(SockAddr.netlink(0, GROUP_MASK));
            opened.callbacks(SocketCallbacks.builder().recv((s, arg, length) -> receive(s)).build(), null);
            byte[] request = CnMsgHdr.frame(0, CN_PROC, CN_PROC, 0, ack, 0, word(ListenRequests.LISTEN));
            opened.sendto(ByteBuffer.wrap(request), 0, SockAddr.netlink(0, 0));
        } catch (KernelSocketException e) {
            LOG.warn("No process events: {}{}", e.getMessage(), remedy(e.errno()));
            if (opened != null) {
                opened.close();
            }
            return null;
        }
        Executor later = CompletableFuture.delayedExecutor(ANSWER_WITHIN_SECONDS, TimeUnit.SECONDS);
        later.execute(this::complainIfUnanswered);
        return opened;
    }

    private static ProcessNames names(ProcSettings settings) {
        return settings.names() ? new ProcessNames(Path.of("/proc")) : null;
    }

    private static void enlarge(KernelSocket socket, int bytes) throws KernelSocketException {
        try {
            socket.setsockopt(SOL_SOCKET, SO_RCVBUFFORCE, bytes);
        } catch (KernelSocketException e) {
            socket.setsockopt(SOL_SOCKET, SO_RCVBUF, bytes);
        }
    }

    private void receive(KernelSocket socket) throws KernelSocketException {
        while (true) {
            long length;
            try {
                length = socket.recvfrom(buffer, 0, LONGEST_DATAGRAM, MSG_TRUNC, source);
            } catch (KernelSocketException e) {
                if (!socket.isOpen()) {
                    // This component ends, and its socket has ended before this callback.
                    return;
                }
                if (e.errno() != Errno.ENOBUFS) {
                    throw e;
                }
                // The host's queue overran; the gap in the numbers, which follows, says by how much.
                continue;
            }
            if (length == KernelSocket.WOULD_BLOCK) {
                relay.report();
                return;
            }
            // Whoever may bind can also send here; only what the kernel itself sends is an event.
            if (source.netlinkPortId() == 0 && event.take((int) Math.min(length, Integer.MAX_VALUE))) {
                take();
            }
        }
    }

    private void take() {
        if (event.what() != PROC_EVENT_NONE) {
            relay.relay(event);
            return;
        }
        // Answers are numbered like events, and go to everybody who listens.
        relay.count(event);
        if (event.ack() == ack + 1) {
            answer(event.word(0));
        }
    }

    private void answer(int errno) {
        synchronized (lock) {
            if (ended || answered) {
                return;
            }
            answered = true;
        }
        if (errno != 0) {
            LOG.warn("No process events: the host refused them with {}{}", Errno.of(errno), remedy(Errno.of(errno)));
            return;
        }
        ServiceRegistration<CnCallback> registration =
                context.registerService(CnCallback.class, new ListenRequests(masks), FrameworkUtil.asDictionary(Map.of(
                        ConnectorConstants.IDX, (long) CN_PROC,
                        ConnectorConstants.VAL, (long) CN_PROC,
                        ConnectorConstants.NAME, "cn_proc")));
        synchronized (lock) {
            if (!ended) {
                user = registration;
                registration = null;
            }
        }
        if (registration != null) {
            registration.unregister();
        } else {
            LOG.info("The host's process events are on the bus as {1,1}");
        }
    }

    private void complainIfUnanswered() {
        synchronized (lock) {
            if (answered || ended) {
                return;
            }
        }
        LOG.warn("No process events yet: the host has not answered in {} s. It ignores who is not in its initial pid "
                + "and user namespace (a container), and has none without CONFIG_PROC_EVENTS", ANSWER_WITHIN_SECONDS);
    }

    private static String remedy(Errno errno) {
        return switch (errno) {
            case EPERM, EACCES -> ". The platform's process needs CAP_NET_ADMIN: run it as root, or give its java the "
                    + "capability (setcap cap_net_admin+ep)";
            case EPROTONOSUPPORT, ECONNREFUSED -> ". The host's kernel has no connector here: it needs "
                    + "CONFIG_CONNECTOR, and the initial network namespace";
            case EAFNOSUPPORT -> ". The host has no netlink";
            default -> "";
        };
    }

    private static byte[] word(int value) {
        byte[] bytes = new byte[4];
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putInt(value);
        return bytes;
    }
}
