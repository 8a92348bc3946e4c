// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** The data of messages, as people write and read it. */
final class Payload {

    private Payload() {
    }

    /** Words are text, joined by spaces; {@code -} is standard input; with --hex they are digits. */
    static byte[] of(List<String> words, boolean hex) throws UsageException {
        if (words.equals(List.of("-"))) {
            try {
                return System.in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read standard input", e);
            }
        }
        if (!hex) {
            return String.join(" ", words).getBytes(StandardCharsets.UTF_8);
        }
        String digits = String.join("", words);
        try {
            return HexFormat.of().parseHex(digits);
        } catch (IllegalArgumentException e) {
            throw new UsageException("'" + digits + "' are no hexadecimal digits, two for each byte");
        }
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
