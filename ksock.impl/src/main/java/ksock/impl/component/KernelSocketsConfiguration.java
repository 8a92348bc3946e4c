// SPDX-License-Identifier: Apache-2.0
package ksock.impl.component;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of the PID {@value Settings#PID}, as tools show them; {@link Settings} reads them. */
@ObjectClassDefinition(name = "Kernel Sockets", description = "Sockets on the host's system calls")
public @interface KernelSocketsConfiguration {

    /** {@return milliseconds} */
    @AttributeDefinition(name = "Close wait (ms)", type = AttributeType.LONG, min = "1", max = "600000",
            description = "How long the end of a bundle or component waits, in milliseconds, for its blocked calls and "
                    + "running callbacks to end, before it goes on without them.")
    long close_wait_ms() default Settings.CLOSE_WAIT_MS;

    /** {@return a number of threads} */
    @AttributeDefinition(name = "Callback threads", type = AttributeType.INTEGER, min = "2", max = "32768",
            description = "How many threads may be held up in callbacks at once. There are as many as are held up, and "
                    + "a few more; at this limit, further events wait.")
    int callback_threads() default Settings.CALLBACK_THREADS;
}
