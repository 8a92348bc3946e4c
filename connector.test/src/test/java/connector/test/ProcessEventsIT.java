// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static connector.api.wire.ProcEvent.CN_PROC;
import static connector.api.wire.ProcEvent.EVENT_DATA;
import static connector.api.wire.ProcEvent.PROC_EVENT_EXEC;
import static connector.api.wire.ProcEvent.PROC_EVENT_EXIT;
import static connector.api.wire.ProcEvent.PROC_EVENT_FORK;
import static connector.api.wire.ProcEvent.WHAT;
import static org.awaitility.Awaitility.await;
import static org.junit.Assume.assumeTrue;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.api.CnPort;
import connector.api.Connector;
import connector.api.runtime.ConnectorRuntime;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.inject.Inject;
import ksock.api.KernelSockets;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/** The host's process events on the bus. Skipped where the host gives this process none. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ProcessEventsIT {
    private static final CbId ID = new CbId(CN_PROC, CN_PROC);

    @Inject
    private BundleContext context;

    @Inject
    private KernelSockets sockets;

    @Inject
    private Connector connector;

    @Inject
    private ConnectorRuntime runtime;

    @Configuration
    public Option[] platform() {
        return new Option[] {Platform.bundles()};
    }

    @Before
    public void awaitHost() {
        String refusal = HostConnector.refusal(sockets);
        assumeTrue(refusal, refusal == null);
        await("{1,1}").until(() -> Stream.of(runtime.getConnectorDTO().users).anyMatch(
                user -> user.idx == CN_PROC && user.val == CN_PROC));
    }

    @Test
    public void shouldBringAForkToThoseWhoListenInside() throws Exception {
        List<CnMsg> events = new CopyOnWriteArrayList<>();
        try (CnPort port = connector.openPort((msg, sender) -> events.add(msg))) {
            port.addMembership(CN_PROC);
            long child = runChild();

            await("fork, exec and exit of " + child).until(() ->
                    has(events, PROC_EVENT_FORK, 2, child) && has(events, PROC_EVENT_EXEC, 0, child)
                            && has(events, PROC_EVENT_EXIT, 0, child));
        }
    }

    @Test
    public void shouldBringAForkToAProcessThatListensAtTheGate() throws Exception {
        Wiring.awaitGate(context);
        try (Cn cn = Cn.start("listen", "1.1")) {
            await("the process' membership").until(() -> Stream.of(runtime.getConnectorDTO().ports).anyMatch(
                    port -> port.pid == cn.pid() && List.of(1L).equals(box(port.groups))));
            // It lives until its input ends, for as long as its name can be looked up.
            Process child = new ProcessBuilder("cat").start();
            try {
                cn.awaitObject(Map.of("idx", 1, "val", 1, "event", "fork", "pid", child.pid()));
                cn.awaitObject(Map.of("event", "exec", "pid", child.pid(), "name", "cat"));
            } finally {
                child.getOutputStream().close();
            }
            cn.awaitObject(Map.of("event", "exit", "pid", child.pid(), "exit_code", 0, "name", "cat"));
        }
    }

    private static long runChild() throws Exception {
        Process child = new ProcessBuilder("true").start();
        child.waitFor();
        return child.pid();
    }

    private static boolean has(List<CnMsg> events, int what, int word, long pid) {
        return events.stream().anyMatch(event -> event.id().equals(ID)
                && event.data().order(ByteOrder.nativeOrder()).getInt(WHAT) == what
                && event.data().order(ByteOrder.nativeOrder()).getInt(EVENT_DATA + 4 * word) == pid);
    }

    private static List<Long> box(long[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}
