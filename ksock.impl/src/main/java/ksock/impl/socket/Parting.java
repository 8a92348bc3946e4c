// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import ksock.impl.jfr.RecordedLife;

/** A socket about to lose its descriptor, with its addresses, which the host will not tell after that. */
record Parting(SocketState socket, Totals totals, String localAddress, String remoteAddress) implements RecordedLife {

    /** Of a socket that no call enters any more, and whose descriptor is still good. */
    static Parting of(SocketState socket) {
        return new Parting(socket, socket.totals(), Inspection.lastLocalAddress(socket),
                Inspection.lastRemoteAddress(socket));
    }

    @Override
    public long id() {
        return socket.id();
    }

    @Override
    public long bundleId() {
        return socket.bundleId();
    }

    @Override
    public String bundle() {
        return socket.bundle();
    }

    @Override
    public String familyName() {
        return socket.familyName();
    }

    @Override
    public int domain() {
        return socket.domain();
    }

    @Override
    public int type() {
        return socket.type();
    }

    @Override
    public long openedNanos() {
        return socket.openedNanos();
    }

    @Override
    public long receivedBytes() {
        return totals.receivedBytes;
    }

    @Override
    public long sentBytes() {
        return totals.sentBytes;
    }

    @Override
    public boolean forgotten() {
        return socket.forgotten();
    }
}
