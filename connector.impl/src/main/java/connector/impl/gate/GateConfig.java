// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.impl.netlink.PortLimits;
import java.io.IOException;
import java.nio.file.Path;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of one gate: factory PID {@code connector.gate}. Without any there is one, with the defaults. */
@ObjectClassDefinition(name = "Connector gate", description = "A UNIX socket by which other processes reach the bus")
@interface GateConfig {

    /** {@return its name in listings} */
    @AttributeDefinition(description = "Name in listings")
    String name() default "default";

    /** {@return the socket's path} */
    @AttributeDefinition(description = "Absolute path of the socket, at most 107 bytes; empty for the default: "
            + "gate.sock in $XDG_RUNTIME_DIR/connector, /run/user/<uid>/connector, /run/connector (root), or else "
            + "/tmp/connector-<uid>")
    String path() default "";

    /** {@return its permissions} */
    @AttributeDefinition(description = "Permissions of the socket, octal: 600 for this user and root alone")
    String mode() default "600";

    /** {@return the group it is given to} */
    @AttributeDefinition(description = "Group that the socket's file is given to; empty for the platform's own")
    String group() default "";

    /** {@return how many clients at most} */
    @AttributeDefinition(description = "Connections at most", min = "1", max = "100000")
    int max_clients() default 1024;

    /** {@return how many clients of one user at most} */
    @AttributeDefinition(description = "Connections of one user at most", min = "1", max = "100000")
    int max_clients_per_user() default 1024;

    /** {@return size of a client's receive queue} */
    @AttributeDefinition(description = "Size of a client's receive queue in bytes, which SO_RCVBUF changes")
    int receive_buffer_bytes() default 212_992;

    /** Turns a configuration into settings. */
    final class Settings {

        private Settings() {
        }

        static GateSettings of(GateConfig config, Path defaultPath) throws IOException {
            PortLimits defaults = PortLimits.DEFAULT;
            int receiveBuffer = config.receive_buffer_bytes();
            if (receiveBuffer < PortLimits.MIN_RECEIVE_BUFFER || receiveBuffer > defaults.maxReceiveBufferBytes()) {
                throw new IllegalArgumentException("receive.buffer.bytes " + receiveBuffer + " must be "
                        + PortLimits.MIN_RECEIVE_BUFFER + " to " + defaults.maxReceiveBufferBytes());
            }
            return new GateSettings(
                    config.name(),
                    config.path().isBlank() ? defaultPath : Path.of(config.path()),
                    GateSettings.mode(config.mode()),
                    config.group().isBlank() ? null : config.group(),
                    config.max_clients(),
                    config.max_clients_per_user(),
                    new PortLimits(receiveBuffer, defaults.maxReceiveBufferBytes(), defaults.answerReserveBytes(),
                            defaults.maxMemberships(), defaults.maxSubscriptions()));
        }
    }
}
