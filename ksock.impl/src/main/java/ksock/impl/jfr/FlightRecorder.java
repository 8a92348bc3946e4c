// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jfr;

import java.util.concurrent.TimeUnit;

/** Where the runtime has a flight recorder. Whether an event is enabled is asked of one that is never written. */
public final class FlightRecorder implements Operations.Recorder {

    private static final ConnectEvent CONNECT = new ConnectEvent();
    private static final AcceptEvent ACCEPT = new AcceptEvent();
    private static final CloseEvent CLOSE = new CloseEvent();
    private static final SlowOperationEvent SLOW = new SlowOperationEvent();

    /** Made by name. */
    public FlightRecorder() {
    }

    @Override
    public Operation<Recorded> connect(Object address) {
        if (!CONNECT.isEnabled()) {
            return null;
        }
        String remote = address.toString();
        return begin(new ConnectEvent(), (event, socket) -> event.remoteAddress = remote);
    }

    @Override
    public Operation<Recorded> accept(long listener) {
        return ACCEPT.isEnabled() ? begin(new AcceptEvent(), (event, socket) -> event.listenerId = listener) : null;
    }

    @Override
    public Operation<RecordedLife> close() {
        return CLOSE.isEnabled() ? begin(new CloseEvent(), (event, socket) -> {
            event.openMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - socket.openedNanos());
            event.receivedBytes = socket.receivedBytes();
            event.sentBytes = socket.sentBytes();
            event.forgotten = socket.forgotten();
        }) : null;
    }

    @Override
    public boolean recordsSlow() {
        return SLOW.isEnabled();
    }

    @Override
    public Operation<Recorded> slow(String name) {
        return SLOW.isEnabled() ? begin(new SlowOperationEvent(), (event, socket) -> event.operation = name) : null;
    }

    private static <E extends SocketEvent, S extends Recorded> Operation<S> begin(E event, Detail<E, S> detail) {
        event.begin();
        return (socket, errno) -> {
            event.end();
            if (event.shouldCommit()) {
                event.tell(socket, errno);
                detail.tell(event, socket);
                event.commit();
            }
        };
    }

    private interface Detail<E, S> {

        void tell(E event, S socket);
    }
}
