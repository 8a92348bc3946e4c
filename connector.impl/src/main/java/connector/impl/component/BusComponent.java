// SPDX-License-Identifier: Apache-2.0
package connector.impl.component;

import connector.api.ConnectorConstants;
import connector.api.Sender;
import connector.impl.bus.Bus;
import connector.impl.netlink.Counters;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Netlink;
import connector.impl.notify.Notifications;
import connector.impl.notify.RecordedChanges;
import connector.impl.policy.RulePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.condition.Condition;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the bus, keeps its configuration, and says when it is there. */
@Component(service = BusService.class, immediate = true, configurationPid = Settings.PID)
@Designate(ocd = ConnectorConfiguration.class)
public final class BusComponent implements BusService {

    private static final Logger LOG = LoggerFactory.getLogger(BusComponent.class);

    private final int uid = owner("unix:uid");
    private final int gid = owner("unix:gid");
    private final int pid = (int) ProcessHandle.current().pid();
    private final RulePolicy policy = new RulePolicy(uid);
    private final Netlink netlink = new Netlink(policy, new Counters());
    private final Notifications notifications = new Notifications(netlink);
    private final Bus bus;
    private final Bundle bundle;
    private final ServiceRegistration<Condition> ready;

    /**
     * Made by DS.
     *
     * @param context of this bundle
     * @param properties the configuration
     */
    @Activate
    public BusComponent(BundleContext context, Map<String, Object> properties) {
        bundle = context.getBundle();
        bus = new Bus(netlink, Settings.with(Settings.DEFAULT, properties));
        bus.listen(new RecordedChanges(notifications));
        notifications.matcher(Settings.matcher(notifications.matcher(), properties));
        ready = context.registerService(Condition.class, Condition.INSTANCE, FrameworkUtil.asDictionary(
                Map.of(Condition.CONDITION_ID, ConnectorConstants.CONDITION_READY)));
    }

    @Modified
    void configure(Map<String, Object> properties) {
        bus.settings(Settings.with(bus.settings(), properties));
        notifications.matcher(Settings.matcher(notifications.matcher(), properties));
    }

    @Deactivate
    void deactivate() {
        ready.unregister();
        bus.close();
    }

    @Override
    public Bus bus() {
        return bus;
    }

    @Override
    public Netlink netlink() {
        return netlink;
    }

    @Override
    public RulePolicy policy() {
        return policy;
    }

    @Override
    public Notifications notifications() {
        return notifications;
    }

    @Override
    public void checkEnding() {
        if (bundle.getState() == Bundle.STOPPING) {
            bus.goDown();
        }
    }

    @Override
    public Identity identity(String owner) {
        return new Identity(true, uid, gid, pid, List.of(), owner);
    }

    /** Whom this process runs as: the owner of its entry in /proc, which needs no native code to find out. */
    private static int owner(String attribute) {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), attribute);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            LOG.debug("The owner of this process is not known", e);
            return Sender.UNKNOWN;
        }
    }
}
