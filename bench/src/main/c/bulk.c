// SPDX-License-Identifier: Apache-2.0
// One stream in sends of 64 KiB. The first eight bytes of each chunk say whether it is a slice's last; the receiver
// answers that one with the number of bytes that have come. "bulk threads ..." has a second thread, see
// beside_a_sleeping_thread.
#include "end.h"

enum { CHUNK = 65536 };

static _Alignas(CACHE_LINE) char chunk[CHUNK];
static int connection;
static uint64_t total;

static void serve(void) {
    size_t filled = 0;
    for (;;) {
        ssize_t result = recv(connection, chunk + filled, CHUNK - filled, 0);
        if (result <= 0) {
            return;
        }
        filled += (size_t) result;
        total += (uint64_t) result;
        if (filled == CHUNK) {
            filled = 0;
            if (get_number(chunk) != 0) {
                char answer[8];
                put_number(answer, total);
                send_all(connection, answer, sizeof answer);
            }
        }
    }
}

static void run(uint64_t deadline, struct slice *slice) {
    int last;
    do {
        last = now() >= deadline;
        put_number(chunk, (uint64_t) last);
        send_all(connection, chunk, CHUNK);
        slice->operations++;
        slice->bytes += CHUNK;
    } while (!last);
    total += slice->bytes;
    char answer[8];
    if (!recv_all(connection, answer, sizeof answer) || get_number(answer) != total) {
        wrong("other bytes arrived than were sent");
    }
}

int main(int count, char **arguments) {
    beside_a_sleeping_thread(&count, &arguments);
    if (count == 3 && strcmp(arguments[1], "server") == 0) {
        leave_at_end_of_input();
        int listener;
        if (strcmp(arguments[2], "tcp") == 0) {
            int port;
            listener = listen_tcp(&port);
            ready_port(port);
        } else {
            char name[64];
            snprintf(name, sizeof name, "ksock-bench-%d", (int) getpid());
            listener = listen_unix(name);
            ready(name);
        }
        connection = accept_one(listener);
        serve();
    } else if (count == 4 && strcmp(arguments[1], "client") == 0) {
        // Pages that nobody has written to are all the kernel's one page of zeros, which is copied from the first
        // cache: what is sent must have memory of its own, as any program's data has, and as Java's has.
        memset(chunk, 1, CHUNK);
        connection = strcmp(arguments[2], "tcp") == 0 ? connect_tcp(atoi(arguments[3])) : connect_unix(arguments[3]);
        ready("-");
        run_slices(run);
    } else {
        wrong("usage: bulk [threads] server tcp|unix | client tcp|unix <address>");
    }
    return 0;
}
