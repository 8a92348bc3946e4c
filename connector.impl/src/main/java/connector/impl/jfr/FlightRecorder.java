// SPDX-License-Identifier: Apache-2.0
package connector.impl.jfr;

import connector.impl.jfr.BusEvents.RecordedUser;
import connector.impl.jfr.BusEvents.UserChange;

/** Where the runtime has a flight recorder. */
public final class FlightRecorder implements BusEvents.Recorder {

    /** Made by name. */
    public FlightRecorder() {
    }

    @Override
    public void user(UserChange change, RecordedUser user, String reason) {
        UserEvent event = switch (change) {
            case REGISTERED -> new UserRegisteredEvent();
            case UNREGISTERED -> new UserUnregisteredEvent();
            case CHANGED -> new UserChangedEvent();
        };
        if (event.isEnabled()) {
            event.idx = user.idx();
            event.val = user.val();
            event.name = user.name();
            event.bundle = user.bundle();
            event.version = user.version();
            event.generation = user.generation();
            event.reason = reason;
            event.commit();
        }
    }

    @Override
    public void lost(long idx, long val, String how) {
        MessageLostEvent event = new MessageLostEvent();
        if (event.isEnabled()) {
            event.idx = idx;
            event.val = val;
            event.how = how;
            event.commit();
        }
    }

    @Override
    public void overrun(long portId, String owner, long pid, long queuedBytes) {
        OverrunEvent event = new OverrunEvent();
        if (event.isEnabled()) {
            event.portId = portId;
            event.owner = owner;
            event.pid = pid;
            event.queuedBytes = queuedBytes;
            event.commit();
        }
    }

    @Override
    public void client(String gate, long uid, long pid, String refused) {
        ClientEvent event = refused == null ? new ClientConnectedEvent() : new ClientRefusedEvent(refused);
        if (event.isEnabled()) {
            event.gate = gate;
            event.uid = uid;
            event.pid = pid;
            event.commit();
        }
    }
}
