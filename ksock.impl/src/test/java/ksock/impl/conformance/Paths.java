// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import ksock.api.SockAddr;

/** Addresses of paths that are something other than a socket. */
final class Paths {

    /** Of {@code sun_path}. */
    private static final int SUN_PATH_BYTES = 108;

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

    /** The path of nothing, with no room for a NUL behind it. */
    static SockAddr longest(Ground ground) throws IOException {
        String directory = Files.createDirectory(ground.freshPath()) + "/";
        return SockAddr.unix(directory + "x".repeat(SUN_PATH_BYTES - directory.length()));
    }

    /** A symbolic link to itself. */
    static SockAddr symbolicLoop(Ground ground) throws IOException {
        Path link = ground.freshPath();
        return SockAddr.unix(Files.createSymbolicLink(link, link.getFileName()).toString());
    }
}
