// SPDX-License-Identifier: Apache-2.0
package ksock.impl.callback;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The listeners that could not accept because there were no descriptors left, or no memory. Any thread. */
public final class DescriptorShortage {

    private final Set<SocketEvents> waiting = new LinkedHashSet<>(); // guarded by this
    private volatile boolean any; // written under this
    private long refusals; // guarded by this

    /** No shortage. */
    public DescriptorShortage() {
    }

    /** To be called when a descriptor was given back; costs a look at one field when nobody waits. */
    public void relieved() {
        if (!any) {
            return;
        }
        List<SocketEvents> all;
        synchronized (this) {
            all = new ArrayList<>(waiting);
            waiting.clear();
            any = false;
        }
        all.forEach(SocketEvents::retryAccept);
    }

    /** {@return how many listeners wait now for a descriptor} */
    public synchronized int listeners() {
        return waiting.size();
    }

    /** {@return how often a listener with callbacks found no descriptor} */
    public synchronized long refusals() {
        return refusals;
    }

    synchronized void add(SocketEvents listener) {
        refusals++;
        waiting.add(listener);
        any = true;
    }

    synchronized void remove(SocketEvents listener) {
        waiting.remove(listener);
        any = !waiting.isEmpty();
    }
}
