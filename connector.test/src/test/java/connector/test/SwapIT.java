// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.Connector;
import connector.api.runtime.ConnectorRuntime;
import connector.api.runtime.UserDTO;
import connector.api.wire.NetlinkErrno;
import connector.test.agents.kept.Kept;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Users that are replaced while messages come, and users that a message starts. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SwapIT {
    private static final CbId ID = new CbId(Kept.IDX, Kept.VAL);

    /** Messages without their reply yet: fewer than a mailbox holds. */
    private static final int WINDOW = 500;

    private static final int AT_LEAST = 2000;

    @Inject
    private BundleContext context;

    private ServiceReference<Connector> reference;
    private Connector connector;
    private CnPort port;
    private final AtomicInteger replied = new AtomicInteger();
    private final List<String> disorder = new CopyOnWriteArrayList<>();
    private final Set<String> versions = ConcurrentHashMap.newKeySet();

    @Configuration
    public Option[] platform() {
        return new Option[] {Platform.bundles()};
    }

    @Before
    public void open() throws Exception {
        reference = await("the connector").until(
                () -> context.getServiceReference(Connector.class), found -> found != null);
        connector = context.getService(reference);
        port = connector.openPort((msg, sender) -> {
            if (msg.seq() != replied.get() + 1) {
                disorder.add(msg.seq() + " after " + replied);
            }
            versions.add(msg.text());
            replied.set(msg.seq());
        });
    }

    @After
    public void close() {
        port.close();
        context.ungetService(reference);
    }

    @Test
    public void shouldLoseAndReorderNothingWhateverTheUserLeavesFor() throws Exception {
        AtomicBoolean sending = new AtomicBoolean(true);
        AtomicInteger sent = new AtomicInteger();
        List<Integer> errnos = new CopyOnWriteArrayList<>();
        Bundle agent = AgentBundle.of("test.kept", "1.0.0", "kept").install(context);
        agent.start();
        await().until(() -> users().length == 1);
        Thread sender = Thread.ofPlatform().start(() -> {
            while (sending.get()) {
                if (sent.get() - replied.get() < WINDOW) {
                    int errno = port.send(CnMsg.of(ID, sent.incrementAndGet(), 0));
                    if (errno != 0) {
                        errnos.add(errno);
                    }
                } else {
                    LockSupport.parkNanos(100_000);
                }
            }
        });
        try {
            awaitReplies();
            AgentBundle.of("test.kept", "1.1.0", "kept").update(agent);
            awaitReplies();
            agent.stop();
            agent.start();
            awaitReplies();
            Wiring.refresh(context, agent);
            awaitReplies();
            agent.uninstall();
            agent = AgentBundle.of("test.kept", "1.2.0", "kept").install(context);
            agent.start();
            awaitReplies();
        } finally {
            sending.set(false);
            sender.join();
            await().until(() -> replied.get() == sent.get());
            agent.uninstall();
        }
        assertThat(errnos).isEmpty();
        assertThat(disorder).isEmpty();
        assertThat(versions).containsExactlyInAnyOrder("1.0.0", "1.1.0", "1.2.0");
    }

    @Test
    public void shouldStartALazyBundleByAMessageAndLeaveAStoppedOneStopped() throws Exception {
        Bundle agent = AgentBundle.lazy("test.lazy", "2.0.0", "kept").install(context);
        try {
            agent.start(Bundle.START_ACTIVATION_POLICY);
            await().until(() -> users().length == 1);
            assertThat(agent.getState()).isEqualTo(Bundle.STARTING);
            assertThat(connector.netlinkSend(CnMsg.of(ID), 0)).isEqualTo(NetlinkErrno.ESRCH);

            int count = 10;
            IntStream.rangeClosed(1, count).forEach(seq -> assertThat(port.send(CnMsg.of(ID, seq, 0))).isZero());

            await().until(() -> replied.get() == count);
            assertThat(disorder).isEmpty();
            assertThat(versions).containsExactly("2.0.0");
            assertThat(agent.getState()).isEqualTo(Bundle.ACTIVE);
            assertThat(users()[0].state).isEqualTo(UserDTO.ACTIVE);

            agent.stop();
            // Kept for whoever comes, for a while, but nobody is started for it.
            assertThat(port.send(CnMsg.of(ID, count + 1, 0))).isZero();
            assertThat(users()).extracting(user -> user.state).containsExactly(UserDTO.HELD_OVER);
            assertThat(agent.getState()).isEqualTo(Bundle.RESOLVED);
            agent.start(Bundle.START_ACTIVATION_POLICY);
            await().until(() -> replied.get() == count + 1);
            assertThat(agent.getState()).isEqualTo(Bundle.ACTIVE);
        } finally {
            agent.uninstall();
        }
    }

    private void awaitReplies() {
        int from = replied.get();
        await().until(() -> replied.get() >= from + AT_LEAST);
    }

    private UserDTO[] users() {
        ServiceReference<ConnectorRuntime> runtime = context.getServiceReference(ConnectorRuntime.class);
        try {
            return Arrays.stream(context.getService(runtime).getConnectorDTO().users)
                    .filter(user -> user.idx == Kept.IDX).toArray(UserDTO[]::new);
        } finally {
            context.ungetService(runtime);
        }
    }
}
