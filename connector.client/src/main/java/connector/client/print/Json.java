// SPDX-License-Identifier: Apache-2.0
package connector.client.print;

import java.util.Locale;

/** Builds one JSON object on one line. Each method gives the object itself. */
public final class Json {

    private final StringBuilder text = new StringBuilder("{");

    /** An object without members. */
    public Json() {
    }

    /**
     * Puts a string, unless it is null.
     *
     * @param name of the member
     * @param value its value
     * @return this
     */
    public Json put(String name, String value) {
        if (value != null) {
            name(name);
            string(value);
        }
        return this;
    }

    /**
     * Puts a number.
     *
     * @param name of the member
     * @param value its value
     * @return this
     */
    public Json put(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    /**
     * Puts a number with a fraction.
     *
     * @param name of the member
     * @param value its value, finite
     * @param digits after the point
     * @return this
     */
    public Json put(String name, double value, int digits) {
        name(name);
        text.append(String.format(Locale.ROOT, "%." + digits + "f", value));
        return this;
    }

    /**
     * Puts an object.
     *
     * @param name of the member
     * @param value its value
     * @return this
     */
    public Json put(String name, Json value) {
        name(name);
        text.append(value);
        return this;
    }

    /**
     * Puts a number of 32 bits.
     *
     * @param name of the member
     * @param value its value, unsigned
     * @return this
     */
    public Json putUnsigned(String name, int value) {
        return put(name, Integer.toUnsignedLong(value));
    }

    /**
     * Puts a number of 64 bits.
     *
     * @param name of the member
     * @param value its value, unsigned
     * @return this
     */
    public Json putUnsigned(String name, long value) {
        name(name);
        text.append(Long.toUnsignedString(value));
        return this;
    }

    private void name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        string(name);
        text.append(':');
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '\r' -> text.append("\\r");
                default -> {
                    if (Character.isISOControl(c) || Character.isSurrogate(c) || c == 0x2028 || c == 0x2029) {
                        text.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    @Override
    public String toString() {
        return text + "}";
    }
}
