// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnCallback;
import connector.api.CnPort;
import connector.api.Connector;
import connector.api.ConnectorConstants;
import connector.api.ConnectorException;
import connector.api.NotifyEvent;
import connector.api.NotifyRange;
import connector.api.NotifyRequest;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * Three who asked to hear of the ids with one idx: a port in the platform, another that asked for legacy events,
 * and a process at the gate. What each has heard is a list of lines: {@code registered 236.1 STARTED 1.0.0}.
 *
 * <p>A marker, an id with that idx that is nobody's, is there from the beginning, and goes to know that everything that
 * happened before has been heard of.
 */
final class Observers implements AutoCloseable {
    private static final int GROUP = 0xABCD;

    private final BundleContext context;
    private final ServiceReference<Connector> reference;
    private final CnPort port;
    private final CnPort legacyPort;
    private final Cn cn;
    private final CbId marker;
    private final ServiceRegistration<CnCallback> markerService;
    private boolean marked = true;
    private final List<String> inside = new CopyOnWriteArrayList<>();
    private final List<String> legacy = new CopyOnWriteArrayList<>();

    Observers(BundleContext context, int idx) throws ConnectorException, IOException {
        this.context = context;
        reference = await("the connector").until(
                () -> context.getServiceReference(Connector.class), found -> found != null);
        Connector connector = context.getService(reference);
        marker = new CbId(idx, 0xFFFF);
        markerService = context.registerService(CnCallback.class, (msg, sender) -> { }, FrameworkUtil.asDictionary(
                Map.of(ConnectorConstants.IDX, idx, ConnectorConstants.VAL, marker.val())));
        NotifyRequest request = new NotifyRequest(List.of(NotifyRange.only(idx)), List.of(NotifyRange.ALL));
        port = connector.openPort((msg, sender) -> { });
        port.subscribe(request, event -> inside.add(line(event)));
        // It may have come before the subscription, or after it.
        await().until(() -> inside.stream().anyMatch(line -> line.contains(' ' + marker.toString())));
        legacyPort = connector.openPort((msg, sender) -> legacy.add(
                (msg.ack() == 0 ? "registered " : "unregistered ") + msg.id()));
        legacyPort.addMembership(GROUP);
        legacyPort.subscribe(request, GROUP);
        cn = Cn.start("notify", idx + ".*");
        cn.awaitObject(Map.of("event", "present", "val", marker.val()));
    }

    /** What the subscriber inside has heard. */
    List<String> inside() {
        return inside.stream().filter(this::isOfUser).toList();
    }

    /** What the process has heard. */
    List<String> outside() {
        return cn.objects().stream().map(Observers::line).filter(this::isOfUser).toList();
    }

    /** What the subscriber to legacy events has heard. */
    List<String> legacyEvents() {
        return legacy.stream().filter(this::isOfUser).toList();
    }

    /** Waits until the one inside has heard something. */
    void awaitInside(String line) {
        await(line).until(() -> inside.contains(line));
    }

    /** Waits until all three have heard of everything that happened so far. Once only. */
    void awaitAll() {
        unmark();
        await().until(() -> inside.getLast().startsWith("unregistered " + marker));
        await().until(() -> legacy.getLast().equals("unregistered " + marker));
        cn.awaitObject(Map.of("event", "unregistered", "val", marker.val()));
    }

    @Override
    public void close() {
        unmark();
        cn.close();
        port.close();
        legacyPort.close();
        context.ungetService(reference);
    }

    private void unmark() {
        if (marked) {
            marked = false;
            markerService.unregister();
        }
    }

    private boolean isOfUser(String line) {
        return !line.contains(' ' + marker.toString()) && !line.startsWith("snapshot");
    }

    private static String line(NotifyEvent event) {
        return line(event.kind().toString().toLowerCase(Locale.ROOT).replace('_', '-'),
                event.id().toString(), event.reason().toString(), event.version());
    }

    private static String line(Map<String, Object> event) {
        return line(String.valueOf(event.get("event")), event.get("idx") + "." + event.get("val"),
                String.valueOf(event.get("reason")), event.get("version"));
    }

    private static String line(String kind, String id, String reason, Object version) {
        String line = kind + ' ' + id;
        if (!"NONE".equals(reason)) {
            line += ' ' + reason;
        }
        return version == null || id.endsWith(".65535") ? line : (line + ' ' + version).strip();
    }
}
