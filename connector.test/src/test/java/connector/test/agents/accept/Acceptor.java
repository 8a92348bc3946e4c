// SPDX-License-Identifier: Apache-2.0
package connector.test.agents.accept;

import static ksock.api.SysSocket.AF_INET;
import static ksock.api.SysSocket.SOCK_STREAM;

import java.util.function.Consumer;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import ksock.api.SockAddr;

/** A listening socket in whose accept a platform thread and a virtual one wait, and that nobody here ever closes. */
public final class Acceptor {
    private final KernelSocket listener;
    private final String name;
    private final Consumer<String> outcomes;

    /**
     * Listens and waits.
     *
     * @param name begins each line of the outcomes
     * @param outcomes told the port, and how each accept ended
     */
    public Acceptor(String name, KernelSockets sockets, Consumer<String> outcomes) throws KernelSocketException {
        this.name = name;
        this.outcomes = outcomes;
        listener = sockets.socket(AF_INET, SOCK_STREAM, 0);
        listener.bind(SockAddr.inet("127.0.0.1", 0));
        listener.listen(5);
        SockAddr.Inet4 address = (SockAddr.Inet4) listener.getsockname();
        outcomes.accept(name + " port " + address.port());
        Thread.ofPlatform().daemon().start(() -> accept("platform"));
        Thread.ofVirtual().start(() -> accept("virtual"));
    }

    private void accept(String thread) {
        String outcome;
        try {
            outcome = String.valueOf(listener.accept());
        } catch (KernelSocketException e) {
            outcome = e.errno().name();
        }
        outcomes.accept(name + ' ' + thread + ' ' + outcome);
    }
}
