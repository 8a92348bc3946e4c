// SPDX-License-Identifier: Apache-2.0
// Puts 10,000 sockets that were just made under edge-triggered epoll. Only that is timed.
#include "end.h"
#include <sys/epoll.h>

enum { SOCKETS = 10000 };

static void run(uint64_t deadline, struct slice *slice) {
    (void) deadline;
    static int fds[SOCKETS];
    for (int i = 0; i < SOCKETS; i += 2) {
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds + i) != 0) {
            die("socketpair");
        }
    }
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        die("epoll_create1");
    }
    uint64_t begin = now();
    for (int i = 0; i < SOCKETS; i++) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLPRI | EPOLLET, .data.u64 = (uint64_t) i};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &event) != 0) {
            die("epoll_ctl");
        }
    }
    slice->nanos = now() - begin;
    slice->operations = SOCKETS;
    for (int i = 0; i < SOCKETS; i += 2) {
        // Each is armed indeed: what is sent to one half is told of the other.
        char byte = 1;
        struct epoll_event event;
        send_all(fds[i], &byte, 1);
        if (epoll_wait(epoll, &event, 1, 1000) != 1 || event.data.u64 != (uint64_t) i + 1) {
            wrong("an armed socket was not reported");
        }
        slice->bytes++;
    }
    for (int i = 0; i < SOCKETS; i++) {
        close(fds[i]);
    }
    close(epoll);
}

int main(void) {
    ready("-");
    run_slices(run);
    return 0;
}
