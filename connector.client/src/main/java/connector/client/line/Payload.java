// SPDX-License-Identifier: Apache-2.0
package connector.client.line;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** The data of a message, as people write it. */
public final class Payload {

    private Payload() {
    }

    /**
     * Makes the data of words.
     *
     * @param words text, to be joined by spaces; {@code -} alone is standard input
     * @param hex whether they are hexadecimal digits instead
     * @return the data
     * @throws UsageException they are no digits, or standard input cannot be read
     */
    public static byte[] of(List<String> words, boolean hex) throws UsageException {
        if (words.equals(List.of("-"))) {
            try {
                return System.in.readAllBytes();
            } catch (IOException e) {
                throw new UsageException("cannot read standard input: " + e.getMessage());
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
}
