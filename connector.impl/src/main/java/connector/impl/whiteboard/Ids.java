// SPDX-License-Identifier: Apache-2.0
package connector.impl.whiteboard;

import connector.api.CbId;
import connector.api.ConnectorConstants;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads ids from service properties. A Long is 0 to 4294967295; an Integer (a Short, a Byte) is taken as bits, as Java
 * code writes {@code -1}; a String is decimal or 0x hexadecimal. The val may be an array or a collection of such.
 */
final class Ids {

    private static final long U32_MAX = 0xffff_ffffL;

    private Ids() {
    }

    /**
     * Reads the ids of a service.
     *
     * @throws IllegalArgumentException if there is none, or one is none: the message names the property and the value
     */
    static Set<CbId> of(Function<String, Object> properties) {
        int idx = u32(ConnectorConstants.IDX, properties.apply(ConnectorConstants.IDX));
        Set<CbId> ids = new LinkedHashSet<>();
        for (Object val : elements(properties.apply(ConnectorConstants.VAL))) {
            ids.add(new CbId(idx, u32(ConnectorConstants.VAL, val)));
        }
        if (ids.isEmpty()) {
            throw new IllegalArgumentException(ConnectorConstants.VAL + " is empty; give at least one number");
        }
        return ids;
    }

    /** A property as text, for listings; null if it is missing. */
    static String text(Object value) {
        if (value == null) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        elements(value).forEach(element -> texts.add(String.valueOf(element)));
        return texts.size() == 1 ? texts.getFirst() : texts.toString();
    }

    private static Collection<?> elements(Object value) {
        if (value instanceof Collection<?> collection) {
            return collection;
        }
        if (value != null && value.getClass().isArray()) {
            Object[] elements = new Object[Array.getLength(value)];
            Arrays.setAll(elements, i -> Array.get(value, i));
            return Arrays.asList(elements);
        }
        return Arrays.asList(value);
    }

    private static int u32(String name, Object value) {
        return switch (value) {
            case null -> throw new IllegalArgumentException(name + " is missing; give a number 0 to 4294967295");
            case Integer bits -> bits;
            case Short bits -> bits;
            case Byte bits -> bits;
            case Long number when number >= 0 && number <= U32_MAX -> number.intValue();
            case Long number -> throw new IllegalArgumentException(
                    name + " is " + number + ", not within 0 to 4294967295");
            case String text -> parse(name, text);
            default -> throw new IllegalArgumentException(name + " is " + text(value) + " of type "
                    + value.getClass().getSimpleName() + "; give a Long, an Integer or a String");
        };
    }

    private static int parse(String name, String text) {
        try {
            return CbId.parseU32(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " is " + e.getMessage().replaceFirst("'.*' is ", "'" + text
                    + "', "), e);
        }
    }
}
