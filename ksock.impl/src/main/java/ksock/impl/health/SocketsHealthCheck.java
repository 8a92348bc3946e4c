// SPDX-License-Identifier: Apache-2.0
package ksock.impl.health;

import ksock.api.runtime.FamilyDTO;
import ksock.api.runtime.KernelSocketsRuntime;
import ksock.api.runtime.RuntimeDTO;
import ksock.api.runtime.SocketDTO;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Whether events get through, descriptors suffice and users behave. What can only be counted (callbacks that threw,
 * sockets forgotten, shortages) is told when it has happened since the check before, or before the first.
 */
@Component(service = HealthCheck.class, property = {
    HealthCheck.NAME + "=Kernel Sockets", HealthCheck.TAGS + "=ksock", HealthCheck.TAGS + "=sockets"})
public final class SocketsHealthCheck implements HealthCheck {

    /** From when on a callback that does not return is worth a look, in milliseconds. */
    private static final long LONG_MS = 5_000;

    private final KernelSocketsRuntime runtime;
    private RuntimeDTO last = new RuntimeDTO(); // guarded by this

    /**
     * Made by DS, when health checks ask for it.
     *
     * @param runtime what it looks at
     */
    @Activate
    public SocketsHealthCheck(@Reference KernelSocketsRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public synchronized Result execute() {
        RuntimeDTO now = runtime.getRuntimeDTO();
        FormattingResultLog log = new FormattingResultLog();
        log.info("{} sockets are open", now.sockets.size());
        loop(log, now);
        descriptors(log, now);
        users(log, now);
        for (FamilyDTO family : now.families) {
            if (!family.unsupported.isEmpty()) {
                log.warn("The family {} has no sockets: {}", family.name, family.unsupported);
            }
        }
        last = now;
        return new Result(log);
    }

    private static void loop(FormattingResultLog log, RuntimeDTO now) {
        if (!now.loopAlive) {
            log.critical("The event loop has ended: no callback is called any more. Restart the bundle ksock.impl");
        } else if (now.crowded) {
            log.critical("All {} threads are held up in callbacks, and events wait: see ksock:list for whose, or raise "
                    + "callback.threads of the configuration ksock", now.loopThreads);
        }
        for (SocketDTO socket : now.sockets) {
            if (socket.heldUpMs >= LONG_MS) {
                log.warn("A callback of socket {} of {} has not returned for {} ms", socket.id, owner(socket),
                        socket.heldUpMs);
            }
        }
    }

    private void descriptors(FormattingResultLog log, RuntimeDTO now) {
        if (now.waitingListeners > 0) {
            log.critical("{} listeners cannot accept: no descriptor is left. Close sockets, or raise the limit on open "
                    + "files (ulimit -n)", now.waitingListeners);
        } else if (now.descriptorShortages > last.descriptorShortages) {
            log.warn("No descriptor was left for {} accepts since the check before",
                    now.descriptorShortages - last.descriptorShortages);
        }
    }

    private void users(FormattingResultLog log, RuntimeDTO now) {
        long failed = now.failedCallbacks - last.failedCallbacks;
        if (failed > 0) {
            log.warn("{} callbacks threw since the check before; the log has each cause once", failed);
            for (SocketDTO socket : now.sockets) {
                if (socket.failedCallbacks > 0) {
                    log.info("{} callbacks of socket {} of {} threw in its life", socket.failedCallbacks, socket.id,
                            owner(socket));
                }
            }
        }
        long forgotten = now.forgotten - last.forgotten;
        if (forgotten > 0) {
            log.warn("{} sockets were forgotten without close since the check before; the log names their owners",
                    forgotten);
        }
    }

    private static String owner(SocketDTO socket) {
        return socket.bundleId < 0 ? "nobody" : socket.bundle + " [" + socket.bundleId + ']';
    }
}
