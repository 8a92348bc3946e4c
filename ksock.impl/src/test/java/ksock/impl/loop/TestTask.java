// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

/** A task that is a lambda. */
final class TestTask extends Task {

    private final Runnable body;

    TestTask(Runnable body) {
        this.body = body;
    }

    @Override
    protected void run() {
        body.run();
    }
}
