// SPDX-License-Identifier: Apache-2.0
package connector.client.line;

/** The options that there are; which a command takes, it says itself. */
public enum Option {

    /** One JSON object a line. */
    JSON("--json", null, "one JSON object a line, for programs"),
    /** The gate. */
    SOCKET("--socket", "PATH", "the gate's socket; else $CN_SOCKET, else the default gate of this user's platform"),
    /** How many. */
    COUNT("--count", "N", "end after so many"),
    /** How long. */
    TIMEOUT("--timeout", "S", "end after so many seconds, as 5 or 0.5"),
    /** How often. */
    INTERVAL("--interval", "S", "seconds from one time to the next"),
    /** Digits instead of text. */
    HEX("--hex", null, "the data is hexadecimal digits"),
    /** Destination port. */
    PORT("--port", "N", "to this port, rather than to the id's user; monitor, capture: only of this port"),
    /** Destination group. */
    GROUP("--group", "N", "to this group, rather than to the id's user; monitor, capture: only to this group"),
    /** The message's number. */
    SEQ("--seq", "N", "number of the message; else the process id"),
    /** The message's acknowledge number. */
    ACK("--ack", "N", "acknowledge number of the message; else 0"),
    /** How long data is. */
    SIZE("--size", "BYTES", "bytes of data in a message"),
    /** How fast. */
    SPEED("--speed", "FACTOR", "2 for twice as fast, 0.5 for half, max for at once");

    private final String text;
    private final String value;
    private final String meaning;

    Option(String text, String value, String meaning) {
        this.text = text;
        this.value = value;
        this.meaning = meaning;
    }

    /** {@return how it is written} */
    public String text() {
        return text;
    }

    /** {@return what its value is called, null if it has none} */
    public String value() {
        return value;
    }

    /** {@return what it does} */
    public String meaning() {
        return meaning;
    }

    static Option of(String text) {
        for (Option option : values()) {
            if (option.text.equals(text)) {
                return option;
            }
        }
        return null;
    }
}
