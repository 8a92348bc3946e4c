// SPDX-License-Identifier: Apache-2.0
package bench.bus;

import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import java.util.concurrent.Executors;

/** The LMAX Disruptor, whose consumer blocks when there is nothing. */
final class DisruptorQueue implements Queue {

    /** What its ring is filled with. */
    private static final class Event {
        private int sender;
        private int number;
    }

    private final Receiver receiver;
    private final RingBuffer<Event> ring;

    DisruptorQueue(Receiver receiver, int senders) {
        this.receiver = receiver;
        Disruptor<Event> disruptor = new Disruptor<>(Event::new, CAPACITY,
                Executors.defaultThreadFactory(), senders == 1 ? ProducerType.SINGLE : ProducerType.MULTI,
                new BlockingWaitStrategy());
        disruptor.handleEventsWith((event, sequence, last) -> receiver.received(event.sender, event.number));
        ring = disruptor.start();
    }

    @Override
    public void send(int sender, int number) {
        long sequence = ring.next();
        try {
            Event event = ring.get(sequence);
            event.sender = sender;
            event.number = number;
        } finally {
            ring.publish(sequence);
        }
    }

    @Override
    public Receiver receiver() {
        return receiver;
    }
}
