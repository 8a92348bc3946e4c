// SPDX-License-Identifier: Apache-2.0
package ksock.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Requirement;

/**
 * Makes a bundle require an implementation of kernel sockets.
 *
 * <p>The requirement is effective at {@code active}: it brings the implementation into a resolution, and wires
 * nothing, so that refreshing the implementation does not restart its users.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.PACKAGE})
@Requirement(namespace = "osgi.implementation", name = RequireKernelSockets.IMPLEMENTATION_NAME,
        version = RequireKernelSockets.SPECIFICATION_VERSION, effective = "active")
public @interface RequireKernelSockets {

    /** The name of the {@code osgi.implementation} capability. */
    String IMPLEMENTATION_NAME = "ksock";

    /** The version of this API. */
    String SPECIFICATION_VERSION = "1.0.0";
}
