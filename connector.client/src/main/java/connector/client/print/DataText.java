// SPDX-License-Identifier: Apache-2.0
package connector.client.print;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The data of messages, as people read it. */
final class DataText {

    private DataText() {
    }

    /** {@return the data as text, without the NULs that C puts at the end of one, or null if it is none} */
    static String text(byte[] data) {
        int end = data.length;
        while (end > 0 && data[end - 1] == 0) {
            end--;
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data, 0, end)).toString();
            return text.chars().allMatch(c -> c == '\n' || c == '\t' || !Character.isISOControl(c)) ? text : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    static String hex(byte[] data) {
        return HexFormat.of().formatHex(data);
    }
}
