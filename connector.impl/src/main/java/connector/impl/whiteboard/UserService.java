// SPDX-License-Identifier: Apache-2.0
package connector.impl.whiteboard;

import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.ConnectorConstants;
import connector.api.NotifyEvent.Reason;
import connector.api.Sender;
import connector.api.runtime.FailedUserDTO;
import connector.impl.bus.Bus;
import connector.impl.bus.User;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One service that wants to be a user, or several: from its arrival to its departure. */
final class UserService {

    private static final Logger LOG = LoggerFactory.getLogger(UserService.class);

    private enum Phase {
        /** Its service object is being got, or will be. */
        NEW,
        /** Its users are registered. */
        THERE,
        /** It cannot be a user as it is. */
        REFUSED,
        /** It has gone, for good. */
        GONE
    }

    private final BundleContext context;
    private final Bus bus;
    private final ServiceReference<Object> reference;
    private final Bundle bundle;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private Phase phase = Phase.NEW;
    private UserSpec spec;
    private CnCallback callback;
    private boolean got;
    private List<User> users = List.of();

    private volatile FailedUserDTO refusal;

    UserService(BundleContext context, Bus bus, ServiceReference<Object> reference) {
        this.context = context;
        this.bus = bus;
        this.reference = reference;
        this.bundle = reference.getBundle();
    }

    /** Why it is no user; null if it is one. */
    FailedUserDTO refusal() {
        return refusal;
    }

    void arrive() {
        if (!reference.isAssignableTo(context.getBundle(), CnCallback.class.getName())) {
            refuse(FailedUserDTO.INCOMPATIBLE_API, "its bundle is wired to another connector.api than the connector; "
                    + "refresh it");
            return;
        }
        lock.lock();
        try {
            if (bundle != null && readSpec()) {
                begin();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Its properties changed: a change of id, of ranking, of choices, or of something else. */
    void change() {
        if (refusal != null && refusal.reason == FailedUserDTO.INCOMPATIBLE_API) {
            return;
        }
        List<User> old = List.of();
        lock.lock();
        try {
            UserSpec before = spec;
            boolean good = readSpec();
            // One that was refused is to be a user again also where it says what it said before that.
            if (phase == Phase.GONE || (good && phase != Phase.REFUSED && spec.equals(before))) {
                return;
            }
            if (phase == Phase.THERE) {
                old = users;
                users = List.of();
                if (good) {
                    // The new ones first: an id that stays then changes over without a gap.
                    register();
                } else {
                    phase = Phase.REFUSED;
                }
            } else if (phase == Phase.REFUSED && good) {
                begin();
            }
        } finally {
            lock.unlock();
        }
        old.forEach(user -> bus.remove(user, Reason.WITHDRAWN));
    }

    /** It goes: waits for a running call up to the bound. */
    void depart() {
        List<User> old;
        boolean release;
        lock.lock();
        try {
            phase = Phase.GONE;
            old = users;
            users = List.of();
            release = got;
            got = false;
        } finally {
            lock.unlock();
        }
        Reason reason = BundleOrigin.departure(bundle);
        old.forEach(user -> bus.remove(user, reason));
        if (release) {
            context.ungetService(reference);
        }
        if (refusal != null) {
            bus.changed();
        }
    }

    /** The lock is held. */
    private void begin() {
        refusal = null;
        if (callback != null) {
            register();
        } else if (bundle.getState() == Bundle.STARTING) {
            callback = this::startOnDemand;
            register();
        } else {
            phase = Phase.NEW;
            bus.execute(this::getAndRegister);
        }
    }

    /** On a drainer: user code runs, however long it takes. */
    private void getAndRegister() {
        CnCallback service = get();
        boolean late;
        lock.lock();
        try {
            // It may have been refused, and right again, while another drainer was getting it.
            late = phase == Phase.GONE || callback != null;
            if (service != null && !late) {
                callback = service;
                got = true;
                if (readSpec()) {
                    register();
                }
            }
        } finally {
            lock.unlock();
        }
        if (service != null && late) {
            context.ungetService(reference);
        }
    }

    /** The callback of a bundle that is activated lazily: its first message starts it. */
    private void startOnDemand(CnMsg msg, Sender sender) throws Exception {
        CnCallback service = get();
        if (service == null) {
            throw new IllegalStateException("the service that was to be started by this message is not to be had");
        }
        boolean late;
        lock.lock();
        try {
            // The framework counts each getting: one of them is given back.
            late = got || phase == Phase.GONE;
            got |= !late;
        } finally {
            lock.unlock();
        }
        refusal = null;
        try {
            service.callback(msg, sender);
        } finally {
            if (late) {
                context.ungetService(reference);
            }
        }
    }

    private CnCallback get() {
        String failure = "the framework gave no service object";
        try {
            if (context.getService(reference) instanceof CnCallback service) {
                return service;
            }
        } catch (RuntimeException | LinkageError e) {
            failure = "getting it threw " + e;
            LOG.warn("Getting the callback of {} failed", describe(), e);
        }
        lock.lock();
        try {
            if (phase != Phase.GONE) {
                refuse(FailedUserDTO.SERVICE_NOT_GETTABLE, failure + "; see its bundle's log");
            }
        } finally {
            lock.unlock();
        }
        return null;
    }

    /** The lock is held. */
    private void register() {
        List<User> registered = new ArrayList<>();
        for (User user : spec.users(callback)) {
            bus.add(user, false);
            registered.add(user);
        }
        users = registered;
        phase = Phase.THERE;
    }

    /** Reads the properties; false if they are refused. The lock is held. */
    private boolean readSpec() {
        try {
            spec = UserSpec.of(reference, bundle);
            return true;
        } catch (UserSpec.Refused e) {
            refuse(e.reason(), e.getMessage());
            return false;
        }
    }

    private void refuse(int reason, String message) {
        FailedUserDTO dto = new FailedUserDTO();
        dto.reason = reason;
        dto.reasonName = UserSpec.reasonName(reason);
        dto.message = message;
        dto.serviceId = (Long) reference.getProperty(Constants.SERVICE_ID);
        dto.bundleId = bundle == null ? -1 : bundle.getBundleId();
        dto.bundle = bundle == null ? null : bundle.getSymbolicName();
        dto.idx = Ids.text(reference.getProperty(ConnectorConstants.IDX));
        dto.val = Ids.text(reference.getProperty(ConnectorConstants.VAL));
        dto.name = Ids.text(reference.getProperty(ConnectorConstants.NAME));
        if (phase == Phase.NEW) {
            phase = Phase.REFUSED;
        }
        refusal = dto;
        LOG.warn("{} is not a user: {}, {}", describe(), dto.reasonName, message);
        bus.changed();
    }

    private String describe() {
        return "Service " + reference.getProperty(Constants.SERVICE_ID) + " of "
                + (bundle == null ? "a bundle that has gone" : bundle.getSymbolicName());
    }
}
