// SPDX-License-Identifier: Apache-2.0
package connector.impl.jfr;

import connector.impl.jfr.BusEvents.RecordedUser;
import connector.impl.jfr.BusEvents.UserChange;

/** Where the runtime has a flight recorder. Whether calls are recorded is asked of an event that is never written. */
public final class FlightRecorder implements BusEvents.Recorder {

    private static final SlowCallbackEvent SLOW = new SlowCallbackEvent();

    /** Made by name. */
    public FlightRecorder() {
    }

    @Override
    public void user(UserChange change, RecordedUser user, String reason) {
        UserChangeEvent event = switch (change) {
            case REGISTERED -> new UserRegisteredEvent();
            case UNREGISTERED -> new UserUnregisteredEvent();
            case CHANGED -> new UserChangedEvent();
        };
        if (event.isEnabled()) {
            event.tell(user);
            event.reason = reason;
            event.commit();
        }
    }

    @Override
    public boolean timesCalls() {
        return SLOW.isEnabled();
    }

    @Override
    public BusEvents.Call call() {
        SlowCallbackEvent event = new SlowCallbackEvent();
        event.begin();
        return user -> {
            event.end();
            if (event.shouldCommit()) {
                event.tell(user.get());
                event.commit();
            }
        };
    }

    @Override
    public void expired(RecordedUser user, int abandoned) {
        HoldoverExpiredEvent event = new HoldoverExpiredEvent();
        if (event.isEnabled()) {
            event.tell(user);
            event.abandoned = abandoned;
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
