// SPDX-License-Identifier: Apache-2.0
package connector.impl.jmx;

import connector.api.runtime.ConnectorRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Shows the connector to JMX, where the runtime has it. */
@Component(service = {}, immediate = true)
public final class JmxComponent {

    private final AutoCloseable bean;

    /**
     * Made by DS.
     *
     * @param runtime what is shown
     */
    @Activate
    public JmxComponent(@Reference ConnectorRuntime runtime) {
        bean = isThere() ? new ConnectorBean(runtime) : null;
    }

    private static boolean isThere() {
        try {
            Class.forName("java.lang.management.ManagementFactory", false, JmxComponent.class.getClassLoader());
            Class.forName("javax.management.MBeanServer", false, JmxComponent.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @Deactivate
    void deactivate() throws Exception {
        if (bean != null) {
            bean.close();
        }
    }
}
