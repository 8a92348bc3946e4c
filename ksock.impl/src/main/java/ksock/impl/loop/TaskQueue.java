// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import java.util.concurrent.locks.ReentrantLock;

/** The tasks that wait for the loop: first in, first out, bounded by the number of tasks that there are. */
final class TaskQueue {

    private final ReentrantLock lock = new ReentrantLock();
    private Task first; // guarded by lock
    private Task last; // guarded by lock
    private volatile boolean empty = true; // written under lock

    /** Appends a task that is in no queue. */
    void add(Task task) {
        lock.lock();
        try {
            if (first == null) {
                first = task;
            } else {
                last.next = task;
            }
            last = task;
            empty = false;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the first task; null if there is none. */
    Task poll() {
        if (empty) {
            return null;
        }
        lock.lock();
        try {
            Task task = first;
            if (task != null) {
                first = task.next;
                task.next = null;
                if (first == null) {
                    last = null;
                    empty = true;
                }
            }
            return task;
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        return empty;
    }
}
