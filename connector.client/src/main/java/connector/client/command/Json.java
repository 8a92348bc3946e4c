// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

/** Builds one JSON object on one line. */
final class Json {

    private final StringBuilder text = new StringBuilder("{");

    Json put(String name, String value) {
        if (value != null) {
            name(name);
            string(value);
        }
        return this;
    }

    Json put(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    Json putUnsigned(String name, int value) {
        return put(name, Integer.toUnsignedLong(value));
    }

    Json putUnsigned(String name, long value) {
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
                    if (c < ' ' || Character.isSurrogate(c) || c == 0x7f || c == 0x2028 || c == 0x2029) {
                        text.append("\\u").append(String.format("%04x", (int) c));
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
