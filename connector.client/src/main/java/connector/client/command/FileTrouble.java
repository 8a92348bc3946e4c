// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.api.wire.NetlinkErrno;
import connector.client.CnException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says what is wrong with a file; the JDK's exceptions often say no more than its name. */
final class FileTrouble {

    private FileTrouble() {
    }

    /**
     * What a command fails with.
     *
     * @param command its name
     * @param what the file, or what was tried with it
     */
    static CnException of(String command, String what, IOException e) {
        return switch (e) {
            case NoSuchFileException missing ->
                new CnException(command, NetlinkErrno.ENOENT, what + ": no such file or directory", missing);
            case AccessDeniedException denied ->
                new CnException(command, NetlinkErrno.EACCES, what + ": permission denied", denied);
            case FileSystemException other when other.getReason() != null ->
                new CnException(command, NetlinkErrno.EIO, what + ": " + other.getReason(), other);
            default -> new CnException(command, NetlinkErrno.EIO, what + ": " + e.getMessage(), e);
        };
    }
}
