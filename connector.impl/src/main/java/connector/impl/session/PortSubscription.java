// SPDX-License-Identifier: Apache-2.0
package connector.impl.session;

import connector.api.CnPort;
import connector.api.NotifyEvent;
import connector.api.NotifyRequest;
import java.util.function.Consumer;

/** One of a port's subscriptions. Events are noticed by one thread at a time: whoever drains the port. */
final class PortSubscription implements CnPort.Subscription {

    private static final long NO_SNAPSHOT = -1;

    private final PlatformPort port;
    private final NotifyRequest request;
    private final int group;
    private final Consumer<? super NotifyEvent> listener;
    private final int sequence;

    private volatile boolean closed;
    private long snapshotEpoch = NO_SNAPSHOT;

    /** With a listener it is an extended one, without a legacy one. */
    PortSubscription(PlatformPort port, NotifyRequest request, int group, Consumer<? super NotifyEvent> listener,
            int sequence) {
        this.port = port;
        this.request = request;
        this.group = group;
        this.listener = listener;
        this.sequence = sequence;
    }

    NotifyRequest request() {
        return request;
    }

    int group() {
        return group;
    }

    int sequence() {
        return sequence;
    }

    boolean isExtended() {
        return listener != null;
    }

    boolean isSameTo(PortSubscription other) {
        return isExtended() == other.isExtended() && request.equals(other.request);
    }

    /** Passes on what is for this one: its own snapshot, and changes that came after it. */
    void notice(NotifyEvent event, int seq) {
        if (closed || listener == null) {
            return;
        }
        switch (event.kind()) {
            case PRESENT -> {
                if (seq == sequence) {
                    listener.accept(event);
                }
            }
            case SNAPSHOT_END -> {
                if (seq == sequence) {
                    snapshotEpoch = event.epoch();
                    listener.accept(event);
                }
            }
            default -> {
                if (snapshotEpoch != NO_SNAPSHOT && event.epoch() > snapshotEpoch && request.matches(event.id())) {
                    listener.accept(event);
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        port.end(this);
    }
}
