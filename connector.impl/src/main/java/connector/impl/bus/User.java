// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

import connector.api.CbId;
import connector.api.CnCallback;
import connector.api.CnMsg;
import connector.api.Sender;
import connector.impl.jfr.BusEvents;
import connector.impl.jfr.BusEvents.RecordedUser;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** A callback with an id: one that has it, or stands by for it. */
public final class User {

    /** Higher ranking first; among equals the one that came first. */
    static final Comparator<User> PRECEDENCE =
            Comparator.<User>comparingInt(user -> user.ranking).reversed().thenComparingLong(user -> user.order);

    private static final AtomicLong ARRIVALS = new AtomicLong();
    /** So that a notification with it is always a message. */
    private static final int MAX_NAME = 255;

    private final CbId id;
    private final String name;
    private final CnCallback callback;
    private final UserOptions options;
    private final Origin origin;
    private final long serviceId;
    private final int ranking;
    private final long order;
    private final LongAdder failed = new LongAdder();
    private final Failures failures = new Failures();

    private Object owner;

    // Neighbours in PresentUsers, which alone knows them.
    User before;
    User after;

    private volatile long generation;

    /**
     * Makes a user.
     *
     * @param id the id it wants
     * @param name for people
     * @param callback called with its messages
     * @param properties its choices, as {@link connector.api.ConnectorConstants} names them
     * @param origin where it comes from
     * @param serviceId the service's id, or -1
     * @param ranking the service's ranking
     * @throws IllegalArgumentException if a property has a bad value; the message names both
     */
    public User(CbId id, String name, CnCallback callback, Map<String, ?> properties, Origin origin, long serviceId,
            int ranking) {
        this.id = Objects.requireNonNull(id, "id");
        this.name = Objects.requireNonNull(name, "name");
        this.callback = Objects.requireNonNull(callback, "callback");
        if (name.length() > MAX_NAME) {
            throw new IllegalArgumentException("a name of " + name.length() + " characters is longer than " + MAX_NAME);
        }
        this.options = properties.isEmpty() ? UserOptions.DEFAULT : UserOptions.of(properties);
        this.origin = origin;
        this.serviceId = serviceId;
        this.ranking = ranking;
        // Services are older the lower their id; those without come in the order of their making.
        this.order = serviceId >= 0 ? serviceId : Long.MAX_VALUE / 2 + ARRIVALS.getAndIncrement();
    }

    /**
     * Says who made it, in whatever way who did knows it again. To be called before it is added.
     *
     * @param maker nothing to the bus
     */
    public void owner(Object maker) {
        owner = maker;
    }

    /** {@return what was said of who made it; null if nothing was} */
    public Object owner() {
        return owner;
    }

    /** {@return the id} */
    public CbId id() {
        return id;
    }

    /** {@return the name for people} */
    public String name() {
        return name;
    }

    /** {@return where it comes from} */
    public Origin origin() {
        return origin;
    }

    /** {@return the how-manieth user of its id it is, from 1; 0 while it has never had it} */
    public long generation() {
        return generation;
    }

    UserOptions options() {
        return options;
    }

    long serviceId() {
        return serviceId;
    }

    int ranking() {
        return ranking;
    }

    long failures() {
        return failed.sum();
    }

    void generation(long number) {
        generation = number;
    }

    /** Calls it with a message. What it throws is counted and logged; nothing of that gets out of here. */
    void call(CnMsg msg, Sender sender) {
        try {
            if (BusEvents.timesCalls()) {
                callTimed(msg, sender);
            } else {
                callback.callback(msg, sender);
            }
        } catch (Throwable t) {
            try {
                failed(t);
            } catch (Throwable beyond) {
                // There is no stack left, or no memory, even to count it. Whoever calls has a mailbox to let go.
            }
        }
    }

    private void callTimed(CnMsg msg, Sender sender) throws Exception {
        BusEvents.Call timed = BusEvents.call();
        try {
            callback.callback(msg, sender);
        } finally {
            timed.ended(this::recorded);
        }
    }

    /** {@return it, as the flight recorder is told of it} */
    public RecordedUser recorded() {
        return new RecordedUser(id.unsignedIdx(), id.unsignedVal(), name, origin.bundle(), origin.version(),
                generation);
    }

    private void failed(Throwable thrown) {
        failed.increment();
        failures.log(this, thrown);
        if (thrown instanceof InterruptedException) {
            // The thread may be a sender's, to whom the interrupt was meant.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return id + " \"" + name + '"' + (origin.bundle() == null ? "" : " of " + origin.bundle());
    }
}
