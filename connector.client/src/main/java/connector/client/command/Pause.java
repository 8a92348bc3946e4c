// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.client.CnException;
import connector.client.CnOverrunException;
import connector.client.CnSocket;
import java.time.Duration;

/** Waits, but not beyond the end of the platform or of this process, which a mere sleep would not notice. */
final class Pause {

    private Pause() {
    }

    static void of(Duration time, CnSocket socket) throws CnException {
        until(System.nanoTime() + time.toNanos(), socket);
    }

    static void until(long end, CnSocket socket) throws CnException {
        while (true) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return;
            }
            try {
                // What comes meanwhile is not what was asked for.
                socket.recv(Duration.ofNanos(left));
            } catch (CnOverrunException ignored) {
                // Nor is what was lost of it.
            }
        }
    }
}
