// SPDX-License-Identifier: Apache-2.0
package agent.proc;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The configuration with the PID {@value HostProcessEvents#PID}. */
@ObjectClassDefinition(name = "Process events", description = "The host kernel's process events on the bus, as {1,1}")
@interface ProcConfiguration {

    @AttributeDefinition(name = "Receive buffer (bytes)", min = "4096", max = "1073741824",
            description = "How many bytes of events the host keeps while they are not taken; when it is full, events "
                    + "are lost. Beyond the system's limit only with CAP_NET_ADMIN.")
    int receive_buffer_bytes() default 4 << 20;

    @AttributeDefinition(name = "Names",
            description = "Whether events carry the process' name, at the cost of a read of /proc for each exec")
    boolean names() default true;
}
