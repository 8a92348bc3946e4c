// SPDX-License-Identifier: Apache-2.0
// recv with MSG_DONTWAIT on a TCP connection where nothing has come: "wouldblock", or "wouldblock threads" with a
// second thread, see beside_a_sleeping_thread.
#include "end.h"

enum { BATCH = 1000 };

static int connection;

static void run(uint64_t deadline, struct slice *slice) {
    _Alignas(CACHE_LINE) char buffer[64];
    do {
        for (int i = 0; i < BATCH; i++) {
            if (recv(connection, buffer, sizeof buffer, MSG_DONTWAIT) >= 0 || errno != EAGAIN) {
                die("recv did not say EAGAIN");
            }
        }
        slice->operations += BATCH;
    } while (now() < deadline);
}

int main(int count, char **arguments) {
    beside_a_sleeping_thread(&count, &arguments);
    int port;
    int listener = listen_tcp(&port);
    connection = connect_tcp(port);
    int peer = accept_one(listener);
    char byte = 1;
    send_all(peer, &byte, 1);
    if (!recv_all(connection, &byte, 1)) {
        wrong("nothing came");
    }
    ready("-");
    run_slices(run);
    return 0;
}
