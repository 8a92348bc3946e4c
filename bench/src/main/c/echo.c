// SPDX-License-Identifier: Apache-2.0
// An echo server on one edge-triggered epoll. A recv that does not fill the buffer has taken all there was, so there is
// one recv and one send a message. "echo threads" has a second thread, see beside_a_sleeping_thread.
#include "end.h"
#include <sys/epoll.h>
#include <sys/ioctl.h>

enum { BUFFER = 256, EVENTS = 512 };

static int epoll;

static void watch(int fd) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        die("epoll_ctl");
    }
}

static void accept_all(int listener) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
        watch(fd);
    }
    if (errno != EAGAIN) {
        die("accept");
    }
}

static void echo(int fd) {
    static _Alignas(CACHE_LINE) char buffer[BUFFER];
    ssize_t received;
    do {
        received = recv(fd, buffer, BUFFER, 0);
        if (received < 0 && errno == EAGAIN) {
            return;
        }
        if (received <= 0) {
            close(fd);
            return;
        }
        if (send(fd, buffer, (size_t) received, MSG_NOSIGNAL) != received) {
            die("send");
        }
    } while (received == BUFFER);
}

int main(int count, char **arguments) {
    beside_a_sleeping_thread(&count, &arguments);
    int port;
    int listener = listen_tcp(&port);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        die("epoll_create1");
    }
    int on = 1;
    if (ioctl(listener, FIONBIO, &on) != 0) {
        die("ioctl");
    }
    watch(listener);
    leave_at_end_of_input();
    ready_port(port);
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        if (ready < 0 && errno != EINTR) {
            die("epoll_wait");
        }
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd == listener) {
                accept_all(listener);
            } else {
                echo(events[i].data.fd);
            }
        }
    }
}
