// SPDX-License-Identifier: Apache-2.0
package bench.bus;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Semaphore;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;
import org.osgi.service.event.EventConstants;
import org.osgi.service.event.EventHandler;

/** Felix' EventAdmin in a framework: postEvent. It has no bound of its own, so one is kept here. */
final class EventAdminQueue implements Queue {

    private static final String TOPIC = "bench/message";
    private static final String SENDER = "sender";
    private static final String NUMBER = "number";

    private final Receiver receiver;
    private final EventAdmin events;
    private final Semaphore room = new Semaphore(CAPACITY);

    EventAdminQueue(Receiver receiver) throws Exception {
        this.receiver = receiver;
        BundleContext context = framework().getBundleContext();
        Bundle bundle = context.installBundle(
                EventAdmin.class.getProtectionDomain().getCodeSource().getLocation().toString());
        bundle.start();
        EventHandler handler = event -> {
            receiver.received((Integer) event.getProperty(SENDER), (Integer) event.getProperty(NUMBER));
            room.release();
        };
        context.registerService(EventHandler.class, handler,
                FrameworkUtil.asDictionary(Map.of(EventConstants.EVENT_TOPIC, TOPIC)));
        events = context.getService(context.getServiceReference(EventAdmin.class));
    }

    private static Framework framework() throws Exception {
        Path cache = Files.createTempDirectory("bench-eventadmin");
        Map<String, String> configuration = new HashMap<>();
        configuration.put(Constants.FRAMEWORK_STORAGE, cache.toString());
        configuration.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        configuration.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, "org.osgi.service.event;version=\"1.4.0\"");
        Framework framework = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow()
                .newFramework(configuration);
        try {
            framework.start();
        } catch (BundleException e) {
            throw new IllegalStateException("the framework does not start", e);
        }
        return framework;
    }

    @Override
    public void send(int sender, int number) {
        room.acquireUninterruptibly();
        events.postEvent(new Event(TOPIC, Map.of(SENDER, sender, NUMBER, number)));
    }

    @Override
    public Receiver receiver() {
        return receiver;
    }
}
