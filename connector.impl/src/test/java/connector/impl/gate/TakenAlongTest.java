// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import connector.api.CbId;
import connector.api.CnMsg;
import connector.impl.netlink.Frame;
import connector.impl.netlink.Identity;
import connector.impl.netlink.Port;
import connector.impl.netlink.PortLimits;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import ksock.api.KernelSocket;
import ksock.api.SysSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever writes to a client takes along what others send to it meanwhile. */
@Timeout(120)
class TakenAlongTest {

    private static final int FRAME = 36;
    private static final Duration SOON = Duration.ofSeconds(20);

    private final AtomicBoolean going = new AtomicBoolean(true);
    private final AtomicReference<Port> port = new AtomicReference<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong read = new AtomicLong();

    private void send() {
        assertThat(port.get().deliver(Frame.of(CnMsg.of(new CbId(14, 1110))), null)).isZero();
        sent.getAndIncrement();
    }

    /** Of a client who reads at once, and to whom another sends while one is being written to it, each time. */
    private KernelSocket flooded(KernelSocket socket, KernelSocket client) {
        ByteBuffer in = ByteBuffer.allocateDirect(BufferPool.CAPACITY);
        return (KernelSocket) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {KernelSocket.class},
                (proxy, method, arguments) -> {
                    Object result;
                    try {
                        result = method.invoke(socket, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (method.getName().equals("send")) {
                        read.getAndAdd(client.recv(in.clear(), SysSocket.MSG_DONTWAIT));
                        if (going.get()) {
                            send();
                        }
                    }
                    return result;
                });
    }

    @Test
    void shouldLetASenderGoThoughOthersSendToTheSameClientWithoutEnd() throws Exception {
        Identity who = RunningBus.inPlatform("flooded");
        try (RunningBus platform = new RunningBus();
                CrowdWriter crowd = new CrowdWriter("test", platform.sockets, new GateCounters())) {
            KernelSocket[] pair = platform.sockets.socketpair(SysSocket.AF_UNIX, SysSocket.SOCK_STREAM, 0);
            new ClientOutput(flooded(pair[0], pair[1]), BufferPool.CAPACITY, crowd, new BufferPool(),
                    new GateCounters(), listener -> {
                        port.set(platform.netlink.open(who, PortLimits.DEFAULT, listener));
                        return port.get();
                    });
            try {
                for (int senders = 1; senders <= 3; senders++) {
                    CompletableFuture.runAsync(this::send).get(SOON.toSeconds(), TimeUnit.SECONDS);
                }
                long before = sent.get();
                await().atMost(SOON).until(() -> sent.get() > before + 1000);
            } finally {
                going.set(false);
            }
            await().atMost(SOON).until(() -> read.get() == FRAME * sent.get());
            pair[0].close();
            pair[1].close();
        }
    }
}
