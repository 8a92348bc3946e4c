// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what it is told. */
final class Recorder implements Handler {

    final BlockingQueue<Integer> events = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> losses = new LinkedBlockingQueue<>();

    @Override
    public void ready(int ready) {
        events.add(ready);
    }

    @Override
    public void lost(int errno) {
        losses.add(errno);
    }

    int next() throws InterruptedException {
        Integer next = events.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("an event").isNotNull();
        return next;
    }

    /** Returns when everything that was ready before has been delivered: what becomes ready now comes behind it. */
    static void settle(EventLoop loop) throws Exception {
        for (int i = 0; i < 2; i++) {
            try (DescriptorPair behind = new DescriptorPair()) {
                DescriptorPair.send(behind.far, 1);
                Recorder recorder = new Recorder();
                Registration registration = loop.register(behind.near, recorder);
                recorder.next();
                registration.close();
            }
        }
    }
}
