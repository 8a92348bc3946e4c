// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CbId;
import connector.api.ConnectorConstants;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a user chose in its properties.
 *
 * @param inline whether messages always run on the sender's thread
 * @param capacity of the mailbox, in messages
 * @param bytes of the mailbox
 * @param overflow what a full mailbox does
 * @param overflowWaitMs how long {@link Overflow#WAIT} waits
 * @param holdoverMs how long the mailbox stays without a user
 */
record UserOptions(boolean inline, int capacity, int bytes, Overflow overflow, long overflowWaitMs,
        long holdoverMs) {

    static final UserOptions DEFAULT = of(Map.of());

    private static final int MAX_CAPACITY = 1 << 20;
    /** So that each message fits. */
    private static final int MIN_BYTES = 1 << 16;
    private static final long MAX_WAIT_MS = 60_000;
    private static final long MAX_HOLDOVER_MS = 3_600_000;

    /**
     * Reads the properties that {@link ConnectorConstants} names; those that are missing have their defaults.
     *
     * @throws IllegalArgumentException if one has a bad value; the message names both
     */
    static UserOptions of(Map<String, ?> properties) {
        return new UserOptions(inline(properties.get(ConnectorConstants.DELIVERY)),
                (int) number(properties, ConnectorConstants.MAILBOX_CAPACITY,
                        ConnectorConstants.DEFAULT_MAILBOX_CAPACITY, 1, MAX_CAPACITY),
                (int) number(properties, ConnectorConstants.MAILBOX_BYTES,
                        ConnectorConstants.DEFAULT_MAILBOX_BYTES, MIN_BYTES, MessageRing.MAX_BYTES),
                overflow(properties.get(ConnectorConstants.OVERFLOW)),
                number(properties, ConnectorConstants.OVERFLOW_WAIT_MS,
                        ConnectorConstants.DEFAULT_OVERFLOW_WAIT_MS, 0, MAX_WAIT_MS),
                number(properties, ConnectorConstants.HOLDOVER, 0, 0, MAX_HOLDOVER_MS));
    }

    private static boolean inline(Object value) {
        return switch (value) {
            case null -> false;
            case String text when text.equals(ConnectorConstants.DELIVERY_MAILBOX) -> false;
            case String text when text.equals(ConnectorConstants.DELIVERY_INLINE) -> true;
            default -> throw bad(ConnectorConstants.DELIVERY, value, "must be "
                    + ConnectorConstants.DELIVERY_MAILBOX + " or " + ConnectorConstants.DELIVERY_INLINE);
        };
    }

    private static Overflow overflow(Object value) {
        if (value == null) {
            return Overflow.DROP_NEWEST;
        }
        for (Overflow overflow : Overflow.values()) {
            if (overflow.text().equals(value)) {
                return overflow;
            }
        }
        throw bad(ConnectorConstants.OVERFLOW, value, "must be one of "
                + Arrays.stream(Overflow.values()).map(Overflow::text).collect(Collectors.joining(", ")));
    }

    private static long number(Map<String, ?> properties, String name, long otherwise, long least, long most) {
        Object value = properties.get(name);
        if (value == null) {
            return otherwise;
        }
        long number;
        try {
            number = switch (value) {
                case Integer i -> i;
                case Long l -> l;
                case Short s -> s;
                case Byte b -> b;
                case String text -> number(text.strip());
                default -> throw new NumberFormatException();
            };
        } catch (IllegalArgumentException e) {
            throw bad(name, value, "must be a number");
        }
        if (number < least || number > most) {
            throw bad(name, value, "must be within " + least + " to " + most);
        }
        return number;
    }

    /** Decimal, also where it begins with a 0, or hexadecimal with 0x, as ids are. */
    private static long number(String text) {
        return text.startsWith("0x") || text.startsWith("0X")
                ? Integer.toUnsignedLong(CbId.parseU32(text)) : Long.parseLong(text);
    }

    private static IllegalArgumentException bad(String name, Object value, String rule) {
        return new IllegalArgumentException(name + " is " + value + ", but " + rule);
    }
}
