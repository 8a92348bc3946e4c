// SPDX-License-Identifier: Apache-2.0
// A thousand readers of one group: clients of a gate, or netlink sockets of the host. The sender to the latter is this
// too, and a bare gate: it writes to each of its clients and would hear them, which is the least that one can cost.
#include "readers.h"
#include <sys/epoll.h>

enum { EVENTS = 256 };

static int readers;
static uint64_t burst;
static int trigger;
static int epoll;
static int of_gate;
static uint64_t *seen;
static uint64_t number;

// One end of the host's: multicasts as many as each trigger says.
static void multicast(void) {
    char name[64];
    snprintf(name, sizeof name, "bench-fanout-%d", getpid());
    int listener = listen_gate(name, SOCK_STREAM);
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_USERSOCK);
    struct sockaddr_nl group = {.nl_family = AF_NETLINK, .nl_groups = 1};
    if (fd < 0) {
        die("socket");
    }
    leave_at_end_of_input();
    ready(name);
    trigger = accept_one(listener);
    struct frame frame;
    while (recv_all(trigger, (char *) &frame, FRAME)) {
        for (uint64_t left = get_number(frame.data); left > 0; left--) {
            struct frame message = frame_of(COUNTER, 0, number++);
            // The sender is a port as well: the destination port that a broadcast leaves out is the kernel's, 0.
            if (sendto(fd, &message, FRAME, 0, (struct sockaddr *) &group, sizeof group) != FRAME
                    && errno != ECONNREFUSED) {
                die("sendto");
            }
        }
    }
}

static void answer(int fd) {
    uint32_t taken[9] = {sizeof taken, 2};
    send_all(fd, (const char *) taken, sizeof taken);
}

static void hear(int fd) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        die("epoll_ctl");
    }
}

// Waits until the trigger has something to say; the others never have, but a gate cannot know that.
static void await_trigger(void) {
    struct epoll_event events[EVENTS];
    for (;;) {
        int heard = epoll_wait(epoll, events, EVENTS, -1);
        if (heard < 0 && errno != EINTR) {
            die("epoll_wait");
        }
        for (int i = 0; i < heard; i++) {
            if (events[i].data.fd == trigger) {
                return;
            }
            // A client that is gone, as at the end of a measurement.
            if (epoll_ctl(epoll, EPOLL_CTL_DEL, events[i].data.fd, NULL) != 0) {
                die("epoll_ctl");
            }
        }
    }
}

// The least that a gate can do: connections that join, one that triggers, and a send to each of the others. They are in
// an epoll set, which costs at each message: the kernel looks into it whenever a client has taken something, as there
// is room again then.
static void write_to_each(int count) {
    char name[64];
    snprintf(name, sizeof name, "bench-bare-gate-%d", getpid());
    int listener = listen_gate(name, SOCK_STREAM);
    int *joined = calloc((size_t) count, sizeof *joined);
    leave_at_end_of_input();
    ready(name);
    char join[28];
    for (int i = 0; i < count; i++) {
        joined[i] = accept_one(listener);
        if (!recv_all(joined[i], join, sizeof join)) {
            wrong("no join");
        }
        answer(joined[i]);
        hear(joined[i]);
    }
    trigger = accept_one(listener);
    hear(trigger);
    struct frame frame;
    for (;;) {
        await_trigger();
        if (!recv_all(trigger, (char *) &frame, FRAME)) {
            return;
        }
        static _Alignas(CACHE_LINE) char out[BUFFER];
        size_t filled = 0;
        for (uint64_t left = get_number(frame.data); left > 0; left--) {
            struct frame message = frame_of(COUNTER, 0, number++);
            memcpy(out + filled, &message, FRAME);
            filled += FRAME;
        }
        for (int i = 0; i < count; i++) {
            send_all(joined[i], out, filled);
        }
    }
}

// Takes what there is; gives how many messages.
static uint64_t drain(int fd, uint64_t *next) {
    static _Alignas(CACHE_LINE) char in[BUFFER];
    uint64_t taken = 0;
    for (;;) {
        ssize_t received = recv(fd, in, sizeof in, 0);
        if (received < 0 && errno == EAGAIN) {
            return taken;
        }
        if (received <= 0) {
            die("recv");
        }
        struct frame frame;
        size_t length;
        size_t at = 0;
        while ((length = parse(in + at, (size_t) received - at, &frame)) != 0) {
            if (get_number(frame.data) != (*next)++) {
                wrong("a message is missing");
            }
            at += length;
            taken++;
        }
        if (at != (size_t) received) {
            wrong("half a frame");
        }
        // Less than was asked for: there is no more, and asking would be a call for nothing.
        if (of_gate && received < BUFFER) {
            return taken;
        }
        if (!of_gate && *next == number) {
            return taken;
        }
    }
}

static void run(uint64_t deadline, struct slice *slice) {
    struct epoll_event events[EVENTS];
    do {
        struct frame message = frame_of(BURST, 0, burst);
        number += burst;
        send_all(trigger, (const char *) &message, FRAME);
        uint64_t missing = burst * (uint64_t) readers;
        while (missing > 0) {
            int ready_now = epoll_wait(epoll, events, EVENTS, 10000);
            if (ready_now <= 0) {
                wrong("messages are missing");
            }
            for (int i = 0; i < ready_now; i++) {
                missing -= drain((int) (events[i].data.u64 >> 32), &seen[events[i].data.u64 & 0xffffffffu]);
            }
        }
        slice->operations += burst * (uint64_t) readers;
        slice->bytes += burst * (uint64_t) readers * FRAME;
    } while (now() < deadline);
}

int main(int arguments, char **argument) {
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        die("epoll_create1");
    }
    if (arguments == 2 && strcmp(argument[1], "sender") == 0) {
        multicast();
        return 0;
    }
    if (arguments == 3 && strcmp(argument[1], "writer") == 0) {
        write_to_each(atoi(argument[2]));
        return 0;
    }
    if (arguments != 5) {
        wrong("usage: gatefanout sender | writer <readers> | host|gate <readers> <burst> <address>");
    }
    of_gate = strcmp(argument[1], "gate") == 0;
    readers = atoi(argument[2]);
    burst = strtoull(argument[3], NULL, 10);
    seen = calloc((size_t) readers, sizeof *seen);
    for (int i = 0; i < readers; i++) {
        int fd = of_gate ? join_gate(argument[4]) : join_host();
        if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
            die("fcntl");
        }
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t) fd << 32 | (uint32_t) i};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
            die("epoll_ctl");
        }
    }
    trigger = connect_gate(argument[4], SOCK_STREAM);
    ready("-");
    run_slices(run);
    return 0;
}
