// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * A file that cannot be read or written: which, and why. It names no errno: the JDK tells only the words of it, in the
 * user's language, and of some no more than the file's name.
 */
final class FileException extends IOException {

    private static final long serialVersionUID = 1;

    private FileException(String message, IOException cause) {
        super(message, cause);
    }

    static FileException reading(String file, IOException e) {
        return new FileException("cannot read " + file + ": " + reason(e), e);
    }

    static FileException writing(String file, IOException e) {
        return new FileException("cannot write " + file + ": " + reason(e), e);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "No such file or directory";
            case AccessDeniedException denied -> "Permission denied";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> e.getMessage();
        };
    }
}
