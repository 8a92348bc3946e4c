// SPDX-License-Identifier: Apache-2.0
package bench.bus;

/** What carries numbered messages from several senders to one receiver. */
interface Queue {

    /** Messages that are under way at most. */
    int CAPACITY = 1024;

    /**
     * Sends a message; waits if there is no room.
     *
     * @param sender who, from 0
     * @param number one more than this sender's last, from 1
     */
    void send(int sender, int number);

    /** Where what is received is counted. */
    Receiver receiver();
}
