// SPDX-License-Identifier: Apache-2.0
// 64-byte messages there and back on one TCP connection, by blocking calls. "roundtrip threads ..." has a second
// thread, see beside_a_sleeping_thread.
#include "end.h"

enum { MESSAGE = 64, BATCH = 64 };

static int connection;
static _Alignas(CACHE_LINE) char message[MESSAGE];
static uint64_t sequence;

static void run(uint64_t deadline, struct slice *slice) {
    do {
        for (int i = 0; i < BATCH; i++) {
            put_number(message, ++sequence);
            send_all(connection, message, MESSAGE);
            if (!recv_all(connection, message, MESSAGE) || get_number(message) != sequence) {
                wrong("another message came back");
            }
        }
        slice->operations += BATCH;
        slice->bytes += 2 * BATCH * MESSAGE;
    } while (now() < deadline);
}

int main(int count, char **arguments) {
    beside_a_sleeping_thread(&count, &arguments);
    if (count == 2 && strcmp(arguments[1], "server") == 0) {
        int port;
        int listener = listen_tcp(&port);
        leave_at_end_of_input();
        ready_port(port);
        connection = accept_one(listener);
        set_option(connection, IPPROTO_TCP, TCP_NODELAY, 1);
        while (recv_all(connection, message, MESSAGE)) {
            send_all(connection, message, MESSAGE);
        }
    } else if (count == 3 && strcmp(arguments[1], "client") == 0) {
        connection = connect_tcp(atoi(arguments[2]));
        set_option(connection, IPPROTO_TCP, TCP_NODELAY, 1);
        ready("-");
        run_slices(run);
    } else {
        wrong("usage: roundtrip [threads] server | client <port>");
    }
    return 0;
}
