// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Names in fixed room, ended by NUL where they are shorter. */
final class Text {

    /** {@code IFNAMSIZ} and {@code TCP_CA_NAME_MAX}: the NUL included. */
    static final int SIZE = 16;

    private Text() {
    }

    static String decode(MemorySegment value) {
        byte[] bytes = value.toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** The name with its NUL. */
    static MemorySegment encode(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= SIZE || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("'" + name + "': such a name has at most " + (SIZE - 1)
                    + " bytes, none of them NUL");
        }
        return MemorySegment.ofArray(Arrays.copyOf(bytes, bytes.length + 1));
    }
}
