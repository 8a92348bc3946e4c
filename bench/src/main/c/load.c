// SPDX-License-Identifier: Apache-2.0
// A closed-loop load on an echo server: so many connections, on each one message of 64 bytes under way at any time.
#include "end.h"
#include <sys/epoll.h>

enum { MESSAGE = 64, EVENTS = 512 };

struct connection {
    int fd;
    unsigned filled;
    uint64_t sequence;
};

static int epoll;
static int count;
static struct connection *connections;

static void send_next(struct connection *connection) {
    char message[MESSAGE] = {0};
    put_number(message, ++connection->sequence);
    if (send(connection->fd, message, MESSAGE, MSG_NOSIGNAL) != MESSAGE) {
        die("send");
    }
}

// Whether a whole message has come back.
static int receive(struct connection *connection) {
    static _Alignas(CACHE_LINE) char message[MESSAGE];
    ssize_t received = recv(connection->fd, message, MESSAGE - connection->filled, MSG_DONTWAIT);
    if (received <= 0) {
        die("recv");
    }
    if (connection->filled == 0 && received == MESSAGE && get_number(message) != connection->sequence) {
        wrong("another message came back");
    }
    connection->filled += (unsigned) received;
    if (connection->filled < MESSAGE) {
        return 0;
    }
    connection->filled = 0;
    return 1;
}

static void run(uint64_t deadline, struct slice *slice) {
    int under_way = count;
    for (int i = 0; i < count; i++) {
        send_next(&connections[i]);
    }
    int more = 1;
    while (under_way > 0) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(epoll, events, EVENTS, 10000);
        if (ready < 0 && errno != EINTR) {
            die("epoll_wait");
        }
        if (ready == 0) {
            wrong("the server has not answered for ten seconds");
        }
        more = more && now() < deadline;
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            if (receive(connection)) {
                slice->operations++;
                slice->bytes += 2 * MESSAGE;
                if (more) {
                    send_next(connection);
                } else {
                    under_way--;
                }
            }
        }
    }
}

int main(int argument_count, char **arguments) {
    if (argument_count != 3 || (count = atoi(arguments[1])) < 1) {
        wrong("usage: load <connections> <port>");
    }
    connections = calloc((size_t) count, sizeof *connections);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (connections == NULL || epoll < 0) {
        die("epoll_create1");
    }
    for (int i = 0; i < count; i++) {
        connections[i].fd = connect_tcp(atoi(arguments[2]));
        set_option(connections[i].fd, IPPROTO_TCP, TCP_NODELAY, 1);
        struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = &connections[i]};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].fd, &event) != 0) {
            die("epoll_ctl");
        }
    }
    ready("-");
    run_slices(run);
    return 0;
}
