// SPDX-License-Identifier: Apache-2.0
package connector.client;

import connector.api.wire.GatePath;
import connector.api.wire.NetlinkErrno;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Says why there is no connection to a gate. The JDK tells it in the words of the system, which are of the language of
 * this process' environment: so by the exception's type, where there is one for it.
 */
final class ConnectFailure {

    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;

    private ConnectFailure() {
    }

    static CnException of(Path gate, IOException e) {
        String said = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (said.contains("too long")) {
            return new CnException("socket", NetlinkErrno.EINVAL,
                    gate + " is too long for the path of a socket, which has at most 107 bytes", e);
        }
        if (e instanceof BindException || said.contains("denied") || said.contains("not permitted")) {
            return new CnException("socket", NetlinkErrno.EACCES,
                    gate + " belongs to another user's platform: run as that user or as root, or have that gate opened "
                            + "to a group of yours (group, and mode = 660)", e);
        }
        if (said.contains("wrong type")) {
            return new CnException("socket", NetlinkErrno.EINVAL,
                    gate + " is a seqpacket gate, and this client speaks with stream gates: name one of those", e);
        }
        boolean refused = e instanceof ConnectException;
        if (refused && !isSocket(gate)) {
            return new CnException("socket", NetlinkErrno.ECONNREFUSED,
                    gate + " is no socket: name a gate's (--socket PATH, or " + GatePath.ENVIRONMENT + "=PATH)", e);
        }
        if (refused) {
            return new CnException("socket", NetlinkErrno.ECONNREFUSED,
                    "the platform that made " + gate + " does not run any more: start it again", e);
        }
        if (!Files.exists(gate, LinkOption.NOFOLLOW_LINKS)) {
            return new CnException("socket", NetlinkErrno.ENOENT, "no platform at " + gate
                    + ": start one, or say where its gate's socket is (--socket PATH, or " + GatePath.ENVIRONMENT
                    + "=PATH)", e);
        }
        return new CnException("socket", NetlinkErrno.EIO, gate + ": " + e.getMessage(), e);
    }

    private static boolean isSocket(Path path) {
        try {
            return ((Integer) Files.getAttribute(path, "unix:mode") & S_IFMT) == S_IFSOCK;
        } catch (IOException | UnsupportedOperationException e) {
            // Removed meanwhile, or a system without modes: then it is taken for what it was named as.
            return true;
        }
    }
}
