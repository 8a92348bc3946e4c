// SPDX-License-Identifier: Apache-2.0
// Connections that are made, carry eight bytes from the acceptor, and are closed, one after the other. The client
// closes with a reset (SO_LINGER 0), so that none stays behind in TIME_WAIT and ports do not run out.
// "cycles threads ..." has a second thread, see beside_a_sleeping_thread.
#include "end.h"

enum { BATCH = 16 };

static int port;
static uint64_t sequence;

static void run(uint64_t deadline, struct slice *slice) {
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    _Alignas(CACHE_LINE) char number[8];
    do {
        for (int i = 0; i < BATCH; i++) {
            int fd = connect_tcp(port);
            if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) != 0) {
                die("setsockopt");
            }
            if (!recv_all(fd, number, sizeof number) || get_number(number) != ++sequence) {
                wrong("a connection brought another number");
            }
            close(fd);
        }
        slice->operations += BATCH;
        slice->bytes += BATCH * sizeof number;
    } while (now() < deadline);
}

int main(int count, char **arguments) {
    beside_a_sleeping_thread(&count, &arguments);
    if (count == 2 && strcmp(arguments[1], "server") == 0) {
        int listener = listen_tcp(&port);
        leave_at_end_of_input();
        ready_port(port);
        _Alignas(CACHE_LINE) char number[8];
        for (;;) {
            int fd = accept_one(listener);
            put_number(number, ++sequence);
            send_all(fd, number, sizeof number);
            close(fd);
        }
    } else if (count == 3 && strcmp(arguments[1], "client") == 0) {
        port = atoi(arguments[2]);
        ready("-");
        run_slices(run);
    } else {
        wrong("usage: cycles [threads] server | client <port>");
    }
    return 0;
}
