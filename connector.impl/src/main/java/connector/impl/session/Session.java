// SPDX-License-Identifier: Apache-2.0
package connector.impl.session;

import connector.api.CbId;
import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.CnReceiver;
import connector.api.Connector;
import connector.api.ConnectorException;
import connector.api.NotifyEvent.Reason;
import connector.api.ReplyConvention;
import connector.api.wire.NetlinkErrno;
import connector.impl.bus.Bus;
import connector.impl.bus.Origin;
import connector.impl.bus.User;
import connector.impl.netlink.Identity;
import connector.impl.netlink.PortLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** The bus for one client, with what that client owns. Any thread may call. What makes it a service extends it. */
public class Session implements Connector, AutoCloseable {

    private static final int DEFAULT_RANKING = 0;

    private final Bus bus;
    private final Identity identity;
    private final Origin origin;
    private final Supplier<Reason> departure;
    private final OwnUsers users = new OwnUsers();
    private final Set<PlatformPort> ports = ConcurrentHashMap.newKeySet();
    private final Requester requester;

    private volatile boolean closed;

    /**
     * Makes a session.
     *
     * @param bus the bus
     * @param identity who is behind it
     * @param origin which bundle is behind it
     * @param departure asked why, when a callback is removed
     */
    public Session(Bus bus, Identity identity, Origin origin, Supplier<Reason> departure) {
        this.bus = bus;
        this.identity = identity;
        this.origin = origin;
        this.departure = departure;
        this.requester = new Requester(bus, identity);
    }

    @Override
    public int addCallback(CbId id, String name, CnCallback callback) {
        return addCallback(id, name, callback, Map.of());
    }

    @Override
    public int addCallback(CbId id, String name, CnCallback callback, Map<String, ?> properties) {
        Objects.requireNonNull(properties, "properties");
        User user = new User(id, name, callback, properties, origin, -1, DEFAULT_RANKING);
        if (closed) {
            return NetlinkErrno.EAGAIN;
        }
        users.add(user);
        int errno = bus.add(user, true);
        if (errno != 0) {
            users.remove(user);
            return errno;
        }
        if (closed) {
            // Closed meanwhile, and perhaps not seen by who closed it.
            delCallback(id);
            return NetlinkErrno.EAGAIN;
        }
        return 0;
    }

    @Override
    public void delCallback(CbId id) {
        User user = bus.find(Objects.requireNonNull(id, "id"), users);
        if (user != null) {
            remove(user);
        }
    }

    @Override
    public int netlinkSend(CnMsg msg, int group) {
        return netlinkSend(msg, 0, group);
    }

    @Override
    public int netlinkSend(CnMsg msg, int portId, int group) {
        return bus.send(List.of(Objects.requireNonNull(msg, "msg")), portId, group, null);
    }

    @Override
    public int netlinkSendMult(List<CnMsg> msgs, int portId, int group, IntPredicate filter) {
        return bus.send(PlatformPort.requireMessages(msgs), portId, group, filter);
    }

    @Override
    public CnMsg request(CbId id, byte[] data, Duration timeout) throws ConnectorException, InterruptedException {
        return requester.request(id, data, timeout);
    }

    @Override
    public CompletableFuture<CnMsg> requestAsync(CbId id, byte[] data, Duration timeout, ReplyConvention convention) {
        return requester.requestAsync(id, data, timeout, Objects.requireNonNull(convention, "convention"));
    }

    @Override
    public CnPort openPort(CnReceiver receiver) throws ConnectorException {
        return openPort(0, 0, receiver);
    }

    @Override
    public CnPort openPort(int portId, int receiveBufferBytes, CnReceiver receiver) throws ConnectorException {
        if (receiveBufferBytes != 0 && receiveBufferBytes < PortLimits.MIN_RECEIVE_BUFFER) {
            throw new IllegalArgumentException("a receive queue of " + receiveBufferBytes
                    + " bytes is less than " + PortLimits.MIN_RECEIVE_BUFFER);
        }
        PlatformPort port =
                new PlatformPort(bus, identity, Objects.requireNonNull(receiver, "receiver"), ports::remove);
        int errno = closed || bus.isClosing() ? NetlinkErrno.ECANCELED : port.open(portId, receiveBufferBytes);
        if (errno != 0) {
            port.close();
            throw new ConnectorException(errno, "opening port " + Integer.toUnsignedString(portId) + " failed: "
                    + NetlinkErrno.name(errno));
        }
        ports.add(port);
        if (closed) {
            port.close();
        }
        return port;
    }

    /** Ends everything that was made with this session. Waits for running callbacks, up to the bound, each. */
    @Override
    public void close() {
        closed = true;
        users.all().forEach(this::remove);
        ports.forEach(PlatformPort::close);
        requester.close();
    }

    private void remove(User user) {
        users.remove(user);
        bus.remove(user, departure.get());
    }
}
