// SPDX-License-Identifier: Apache-2.0
package connector.impl.component;

import connector.impl.policy.RulePolicy;
import java.util.Map;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One rule, for each configuration of the factory PID {@value #PID}. */
@Component(service = {}, immediate = true, configurationPid = PolicyComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = PolicyConfiguration.class, factory = true)
public final class PolicyComponent {

    /** Factory PID. */
    static final String PID = "connector.policy";

    private static final Logger LOG = LoggerFactory.getLogger(PolicyComponent.class);

    private final RulePolicy policy;
    private final String name;

    /**
     * Made by DS.
     *
     * @param bus whose policy it is
     * @param properties the configuration
     */
    @Activate
    public PolicyComponent(@Reference BusService bus, Map<String, Object> properties) {
        policy = bus.policy();
        name = String.valueOf(properties.getOrDefault(Constants.SERVICE_PID, PID));
        follow(properties, "nothing of it is in force");
    }

    @Modified
    void modified(Map<String, Object> properties) {
        follow(properties, "it stays as it was");
    }

    private void follow(Map<String, Object> properties, String otherwise) {
        try {
            policy.put(name, properties);
            LOG.info("policy {}: in force", name);
        } catch (IllegalArgumentException e) {
            LOG.error("policy {}: {}; {}", name, e.getMessage(), otherwise);
        }
    }

    @Deactivate
    void deactivate() {
        policy.remove(name);
        LOG.info("policy {}: no longer in force", name);
    }
}
