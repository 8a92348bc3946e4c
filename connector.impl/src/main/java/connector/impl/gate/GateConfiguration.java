// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import connector.impl.configuration.Keys;
import connector.impl.netlink.PortLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntSupplier;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * Configuration of one gate: factory PID {@code connector.gate}, its name behind the tilde. Without any there is one,
 * with the defaults.
 */
@ObjectClassDefinition(name = "Connector gate", description = "A UNIX socket by which other processes reach the bus")
@interface GateConfiguration {

    /** {@return how its socket carries frames} */
    @AttributeDefinition(description = "How its socket carries frames: as a stream, or whole ones in each datagram",
            options = {
                @Option(label = "stream", value = "stream"),
                @Option(label = "seqpacket", value = "seqpacket")
            })
    String type() default "stream";

    /** {@return the socket's path} */
    @AttributeDefinition(description = "Absolute path of the socket, at most 107 bytes; empty for the default: "
            + "gate.sock, or gate.seqpacket, in $XDG_RUNTIME_DIR/connector, /run/user/<uid>/connector, "
            + "/run/connector (root), or else /tmp/connector-<uid>", required = false)
    String path() default "";

    /** {@return its permissions} */
    @AttributeDefinition(description = "Permissions of the socket, octal: 600 for this user and root alone")
    String mode() default "600";

    /** {@return the group it is given to} */
    @AttributeDefinition(description = "Group that the socket's file is given to; empty for the platform's own",
            required = false)
    String group() default "";

    /** {@return how many clients at most} */
    @AttributeDefinition(description = "Connections at most", min = "1", max = "100000")
    int max_clients() default 1024;

    /** {@return how many clients of one user at most} */
    @AttributeDefinition(description = "Connections of one user at most, to all gates together", min = "1",
            max = "100000")
    int max_clients_per_user() default 1024;

    /** {@return size of a client's receive queue} */
    @AttributeDefinition(description = "Size of a client's receive queue in bytes, which SO_RCVBUF changes",
            min = "4096", max = "1073741824")
    int receive_buffer_bytes() default 212_992;

    /** {@return the largest size of a client's receive queue} */
    @AttributeDefinition(description = "Size of a client's receive queue in bytes that SO_RCVBUF may ask for at most",
            min = "4096", max = "1073741824")
    int max_receive_buffer_bytes() default 8_388_608;

    /** {@return how many groups a client may join} */
    @AttributeDefinition(description = "Groups that one client may join", min = "1")
    int max_memberships() default 4096;

    /** {@return how many subscriptions a client may have} */
    @AttributeDefinition(description = "Subscriptions to notifications that one client may have", min = "0")
    int max_subscriptions() default 64;

    /** {@return how many messages a client may send} */
    @AttributeDefinition(description = "Messages a second that one client may send, 0 for any number; as many at once "
            + "after a pause. What is more is dropped, counted, and EAGAIN to who asks", min = "0", max = "100000000")
    int messages_per_second() default 0;

    /** {@return bytes queued for a user} */
    @AttributeDefinition(description = "Bytes that may be queued for all clients of one user together, at all gates, "
            + "with what is kept for the dumps that they have not read", min = "4096")
    int queued_bytes_per_user() default 67_108_864;

    /** {@return memberships of a user} */
    @AttributeDefinition(description = "Groups that all clients of one user together may join, at all gates",
            min = "1")
    int memberships_per_user() default 65_536;

    /** {@return subscriptions of a user} */
    @AttributeDefinition(description = "Subscriptions that all clients of one user together may have, at all gates",
            min = "0")
    int subscriptions_per_user() default 1024;

    /** {@return messages of a user} */
    @AttributeDefinition(description = "Messages a second that all clients of one user together may send, at all "
            + "gates; 0 for any number", min = "0", max = "100000000")
    int messages_per_second_per_user() default 0;

    /** Turns a configuration into settings. */
    final class Settings {

        private Settings() {
        }

        /**
         * Reads a configuration.
         *
         * @param config by DS, which refuses a value as it is asked for
         * @param properties the same as it was written, for what is said of it
         * @throws IllegalArgumentException which key cannot be followed, and why
         */
        static GateSettings of(String name, GateConfiguration config, Map<String, ?> properties, Path defaultPath)
                throws IOException {
            Keys.check(properties.keySet(), GateConfiguration.class);
            Numbers numbers = new Numbers(properties);
            SocketType type = SocketType.of(config.type());
            return new GateSettings(
                    name,
                    type,
                    config.path().isBlank() ? defaultPath.resolveSibling(type.fileName()) : Path.of(config.path()),
                    GateSettings.mode(config.mode()),
                    config.group().isBlank() ? null : config.group(),
                    numbers.of("max.clients", config::max_clients),
                    new ClientLimits(
                            new PortLimits(numbers.of("receive.buffer.bytes", config::receive_buffer_bytes),
                                    numbers.of("max.receive.buffer.bytes", config::max_receive_buffer_bytes),
                                    PortLimits.DEFAULT.answerReserveBytes(),
                                    numbers.of("max.memberships", config::max_memberships),
                                    numbers.of("max.subscriptions", config::max_subscriptions)),
                            numbers.of("messages.per.second", config::messages_per_second)),
                    new UserLimits(numbers.of("max.clients.per.user", config::max_clients_per_user),
                            numbers.of("queued.bytes.per.user", config::queued_bytes_per_user),
                            numbers.of("memberships.per.user", config::memberships_per_user),
                            numbers.of("subscriptions.per.user", config::subscriptions_per_user),
                            numbers.of("messages.per.second.per.user", config::messages_per_second_per_user)));
        }

        /** The numbers of a configuration, each refused by name. */
        private record Numbers(Map<String, ?> properties) {

            int of(String key, IntSupplier value) {
                try {
                    return value.getAsInt();
                } catch (RuntimeException e) {
                    // Which one it is, is for DS to say; it is no whole number that an int holds.
                    throw new IllegalArgumentException(
                            key + " '" + properties.get(key) + "' must be a whole number, at most "
                                    + Integer.MAX_VALUE, e);
                }
            }
        }
    }
}
