// SPDX-License-Identifier: Apache-2.0
package connector.impl.component;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of the PID {@value Settings#PID}, as tools show them; {@link Settings} reads them. */
@ObjectClassDefinition(name = "Kernel Connector", description = "A message bus addressed by cb_id")
public @interface ConnectorConfiguration {

    /** {@return milliseconds} */
    @AttributeDefinition(name = "Departure bound (ms)", type = AttributeType.LONG, min = "1", max = "60000",
            description = "How long the running call of a user that leaves is waited for, in milliseconds, before it "
                    + "loses its mailbox and its thread is interrupted.")
    long departure_bound_ms() default Settings.DEPARTURE_BOUND_MS;

    /** {@return milliseconds} */
    @AttributeDefinition(name = "Stuck after (ms)", type = AttributeType.LONG, min = "100", max = "3600000",
            description = "From when on a running call is shown as stuck, in milliseconds.")
    long stuck_ms() default Settings.STUCK_MS;

    /** {@return a number of threads} */
    @AttributeDefinition(name = "Drainers", type = AttributeType.INTEGER, min = "2", max = "32768",
            description = "How many threads may run callbacks, beside those of senders. There are as many as are held "
                    + "up in callbacks, and one a processor.")
    int drainers() default Settings.DRAINERS;

    /** {@return empty, or {@code 2.6}} */
    @AttributeDefinition(name = "Matcher of legacy notifications", required = false,
            description = "Empty: as Linux documented it. 2.6: with the faults of Linux 2.6.14 to 2.6.32, for those "
                    + "who must compare: vals are compared with idx ranges, and ranges wrap around at 2^32.")
    String compat_matcher() default "";
}
