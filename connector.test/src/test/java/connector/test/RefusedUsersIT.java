// SPDX-License-Identifier: Apache-2.0
package connector.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnCallback;
import connector.api.Connector;
import connector.api.runtime.ConnectorRuntime;
import connector.api.runtime.FailedUserDTO;
import connector.api.runtime.UserDTO;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.felix.service.command.CommandProcessor;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/** Services that are no users, or not yet, and what an operator sees of them. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class RefusedUsersIT {
    private static final CnCallback SILENT = (msg, sender) -> { };
    private static final int IDX = 0xED;

    @Inject
    private BundleContext context;

    @Inject
    private Connector connector;

    @Inject
    private ConnectorRuntime runtime;

    @Inject
    private CommandProcessor processor;

    @Configuration
    public Option[] platform() {
        return new Option[] {Platform.bundles()};
    }

    @Test
    public void shouldSayOfAServiceWithoutIdxThatItIsMissing() throws Exception {
        assertRefused(null, 1, "BAD_ID", "connector.idx");
    }

    @Test
    public void shouldSayOfAServiceWithoutValThatItIsMissing() throws Exception {
        assertRefused(IDX, null, "BAD_ID", "connector.val");
    }

    @Test
    public void shouldQuoteAnIdxThatIsNoNumber() throws Exception {
        assertRefused("twelve", 1, "BAD_ID", "twelve");
    }

    @Test
    public void shouldQuoteAnIdxThatDoesNotFit32Bits() throws Exception {
        assertRefused(4294967296L, 1, "BAD_ID", "4294967296");
    }

    @Test
    public void shouldRefuseANegativeLong() throws Exception {
        assertRefused(-5L, 1, "BAD_ID", "-5");
    }

    @Test
    public void shouldRefuseAnIdxThatIsSomethingElseAltogether() throws Exception {
        assertRefused(List.of("a", "b"), 1, "BAD_ID", "connector.idx");
    }

    @Test
    public void shouldRefuseTheConnectorsOwnId() throws Exception {
        assertRefused(-1, -1, "RESERVED_ID", "{-1, -1}");
    }

    @Test
    public void shouldMakeAUserOfARefusedServiceOnceItsIdIsRight() throws Exception {
        ServiceRegistration<CnCallback> service =
                Users.register(context, SILENT, "late", "twelve", 1, Map.of());
        try {
            await().until(() -> refused("late") != null);

            service.setProperties(FrameworkUtil.asDictionary(Map.of(
                    "connector.idx", "0xED", "connector.val", 1, "connector.name", "late")));

            await().until(() -> user("late") != null);
            assertThat(user("late").idx).isEqualTo(IDX);
            assertThat(refused("late")).isNull();

            service.setProperties(FrameworkUtil.asDictionary(Map.of(
                    "connector.idx", "twelve", "connector.val", 1, "connector.name", "late")));
            assertThat(user("late")).isNull();
            assertThat(refused("late")).isNotNull();
            service.setProperties(FrameworkUtil.asDictionary(Map.of(
                    "connector.idx", "0xED", "connector.val", 1, "connector.name", "late")));
            await().until(() -> user("late") != null);
            assertThat(refused("late")).as("right again, as it was before").isNull();
        } finally {
            service.unregister();
        }
        assertThat(user("late")).isNull();
    }

    @Test
    public void shouldMakeOneUserOfAServiceThatIsRefusedAndRightAgainWhileItIsGot() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ServiceRegistration<?> service = context.registerService(CnCallback.class.getName(),
                new ServiceFactory<CnCallback>() {
                    @Override
                    public CnCallback getService(Bundle bundle, ServiceRegistration<CnCallback> registration) {
                        asked.countDown();
                        try {
                            release.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        return SILENT;
                    }

                    @Override
                    public void ungetService(Bundle bundle, ServiceRegistration<CnCallback> registration,
                            CnCallback gone) {
                    }
                }, slow(IDX));
        asked.await();
        service.setProperties(slow("twelve"));
        assertThat(refused("slow")).isNotNull();
        service.setProperties(slow(IDX));
        release.countDown();
        await().during(Duration.ofMillis(300)).until(() -> named("slow") == 1);
        service.unregister();
        assertThat(named("slow")).isZero();
    }

    private static Dictionary<String, ?> slow(Object idx) {
        return FrameworkUtil.asDictionary(Map.of(
                "connector.idx", idx, "connector.val", 9, "connector.name", "slow"));
    }

    private long named(String name) {
        return Stream.of(runtime.getConnectorDTO().users).filter(user -> user.name.equals(name)).count();
    }

    @Test
    public void shouldLetTheRankingDecideWhoHasAnId() throws Exception {
        ServiceRegistration<CnCallback> low = Users.register(context, naming("low"), "low", IDX, 7, Map.of());
        ServiceRegistration<CnCallback> high = null;
        try {
            await().until(() -> user("low") != null && user("low").state.equals(UserDTO.ACTIVE));
            high = Users.register(context, naming("high"), "high", IDX, 7, Map.of(Constants.SERVICE_RANKING, 10));
            await().until(() -> user("high") != null && user("high").state.equals(UserDTO.ACTIVE));
            assertThat(user("low").state).isEqualTo(UserDTO.STANDBY);
            assertThat(answerOf(IDX, 7)).isEqualTo("high");
            assertThat(new Shell(processor).type("connector:list").lines())
                    .anySatisfy(line -> assertThat(line).contains("low").contains("standby"))
                    .anySatisfy(line -> assertThat(line).contains("high").contains("active"));

            high.unregister();
            high = null;
            await().until(() -> user("low").state.equals(UserDTO.ACTIVE));
            assertThat(answerOf(IDX, 7)).isEqualTo("low");
        } finally {
            low.unregister();
            if (high != null) {
                high.unregister();
            }
        }
    }

    @Test
    public void shouldShowAUserThatIsWiredToAnotherApi() throws Exception {
        Bundle stranger = AgentBundle.withActivator("test.incompatible",
                "connector.test.agents.incompatible.Activator",
                "connector.test.agents.incompatible,connector.api").install(context);
        try {
            stranger.start();
            await().until(() -> refused("stranger") != null);

            assertThat(refused("stranger").reason).isEqualTo(FailedUserDTO.INCOMPATIBLE_API);
            assertThat(refused("stranger").bundle).isEqualTo("test.incompatible");
            assertThat(user("stranger")).isNull();
            assertThat(new Shell(processor).type("connector:list").lines()).anySatisfy(
                    line -> assertThat(line).contains("test.incompatible").contains("INCOMPATIBLE_API"));
        } finally {
            stranger.uninstall();
        }
        await().until(() -> refused("stranger") == null);
    }

    private void assertRefused(Object idx, Object val, String reason, String named) throws Exception {
        ServiceRegistration<CnCallback> service = Users.register(context, SILENT, "absurd", idx, val, Map.of());
        try {
            await().until(() -> refused("absurd") != null);

            assertThat(refused("absurd").reasonName).isEqualTo(reason);
            assertThat(refused("absurd").message).contains(named);
            assertThat(refused("absurd").bundle).isEqualTo(context.getBundle().getSymbolicName());
            assertThat(user("absurd")).isNull();
            assertThat(new Shell(processor).type("connector:list")).contains("absurd", reason, named);
        } finally {
            service.unregister();
        }
        await().until(() -> refused("absurd") == null);
    }

    private UserDTO user(String name) {
        return Stream.of(runtime.getConnectorDTO().users)
                .filter(user -> name.equals(user.name))
                .findFirst()
                .orElse(null);
    }

    private FailedUserDTO refused(String name) {
        return Stream.of(runtime.getConnectorDTO().failedUsers)
                .filter(user -> name.equals(user.name))
                .findFirst()
                .orElse(null);
    }

    private static CnCallback naming(String name) {
        return (msg, sender) -> sender.reply(msg, name.getBytes(StandardCharsets.UTF_8));
    }

    private String answerOf(int idx, int val) throws Exception {
        return connector.request(new CbId(idx, val), new byte[0], Duration.ofSeconds(10)).text();
    }
}
