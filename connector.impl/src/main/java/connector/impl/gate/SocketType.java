// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import java.util.Locale;
import ksock.api.SysSocket;

/** How a gate's socket carries frames. */
enum SocketType {

    /** As one sequence of bytes. */
    STREAM(SysSocket.SOCK_STREAM, "gate.sock", BufferPool.CAPACITY),
    /** As datagrams of whole frames. Those that it writes are short enough for a socket's send buffer. */
    SEQPACKET(SysSocket.SOCK_SEQPACKET, "gate.seqpacket", Gate.SEND_BUFFER);

    private final int number;
    private final String fileName;
    private final int writeBytes;

    SocketType(int number, String fileName, int writeBytes) {
        this.number = number;
        this.fileName = fileName;
        this.writeBytes = writeBytes;
    }

    static SocketType of(String name) {
        for (SocketType type : values()) {
            if (type.key().equals(name.strip())) {
                return type;
            }
        }
        throw new IllegalArgumentException("type '" + name + "' must be stream or seqpacket");
    }

    /** {@return its name in configuration and listings} */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return the number that socket(2) takes} */
    int number() {
        return number;
    }

    /** {@return what the socket of the default path is called} */
    String fileName() {
        return fileName;
    }

    /** {@return how many bytes go into one write at most} */
    int writeBytes() {
        return writeBytes;
    }
}
