// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import ksock.api.SockAddr;

/** Addresses of paths that are something other than a socket. */
final class Paths {

    private Paths() {
    }

    /** The path of a plain file. */
    static SockAddr file(Ground ground) throws IOException {
        return SockAddr.unix(Files.createFile(ground.freshPath()).toString());
    }

    /** A path below a plain file. */
    static SockAddr belowFile(Ground ground) throws IOException {
        return SockAddr.unix(Files.createFile(ground.freshPath()).resolve("s").toString());
    }

    /** A path below nothing. */
    static SockAddr belowNothing(Ground ground) {
        return SockAddr.unix(ground.freshPath().resolve("s").toString());
    }

    /** The path of a directory. */
    static SockAddr directory(Ground ground) throws IOException {
        return SockAddr.unix(Files.createDirectory(ground.freshPath()).toString());
    }

    /** A symbolic link to itself. */
    static SockAddr symbolicLoop(Ground ground) throws IOException {
        Path link = ground.freshPath();
        return SockAddr.unix(Files.createSymbolicLink(link, link.getFileName()).toString());
    }
}
