// SPDX-License-Identifier: Apache-2.0
package ksock.impl.differential;

import ksock.api.SysPoll;

/**
 * What the host's epoll saw of one socket after a line; see observe() in {@code player.c}.
 *
 * @param slot where the socket is
 * @param edges what was reported, edge-triggered, since the line before
 * @param room whether room was told to who had been refused
 * @param levels what holds now
 * @param queued bytes that can be received
 * @param kind l listens, c is connected, d has datagrams, n none of these
 */
record Sighting(int slot, int edges, boolean room, int levels, int queued, char kind) {

    static Sighting parse(String word) {
        String[] parts = word.split("/", -1);
        return new Sighting(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), parts[2].equals("1"),
                Integer.parseInt(parts[3]), Integer.parseInt(parts[4]), parts[5].charAt(0));
    }

    /** Bytes that can be received; UNIX sockets count an urgent byte among the others. */
    int inBand() {
        return (levels & SysPoll.POLLPRI) != 0 ? Math.max(0, queued - 1) : queued;
    }

    /** Whether one of these bits was reported, or holds. */
    boolean shows(int bits) {
        return ((edges | levels) & bits) != 0;
    }
}
