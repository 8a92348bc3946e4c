// SPDX-License-Identifier: Apache-2.0
package connector.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Requirement;

/**
 * Makes a bundle require that a connector is there. The requirement is effective at {@code active} time: a resolver
 * sees to it, but the framework does not wire it, so that refreshing the connector does not restart its users.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.PACKAGE})
@Requirement(namespace = ConnectorConstants.IMPLEMENTATION_NAMESPACE,
        name = ConnectorConstants.IMPLEMENTATION_NAME, version = ConnectorConstants.SPECIFICATION_VERSION,
        effective = "active")
public @interface RequireConnector {
}
