// SPDX-License-Identifier: Apache-2.0
// recv with MSG_DONTWAIT on a TCP connection where nothing has come: "wouldblock", or "wouldblock threads" with a
// second thread that sleeps. A process that has one, as a JVM always has, pays for it at each call: the kernel then
// counts who uses the descriptor.
#include "end.h"
#include <pthread.h>

enum { BATCH = 1000 };

static int connection;

static void run(uint64_t deadline, struct slice *slice) {
    char buffer[64];
    do {
        for (int i = 0; i < BATCH; i++) {
            if (recv(connection, buffer, sizeof buffer, MSG_DONTWAIT) >= 0 || errno != EAGAIN) {
                die("recv did not say EAGAIN");
            }
        }
        slice->operations += BATCH;
    } while (now() < deadline);
}

static void *sleep_on(void *nothing) {
    pause();
    return nothing;
}

int main(int count, char **arguments) {
    pthread_t thread;
    if (count == 2 && strcmp(arguments[1], "threads") == 0 && pthread_create(&thread, NULL, sleep_on, NULL) != 0) {
        wrong("pthread_create");
    }
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
