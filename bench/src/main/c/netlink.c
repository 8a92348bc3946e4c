// SPDX-License-Identifier: Apache-2.0
// The gate's frames over the host's netlink, from one process to another, one a call.
#include "gate.h"
#include <linux/netlink.h>

enum { BATCH = 64 };

static int fd;
static uint32_t peer;
static uint64_t count;

static struct sockaddr_nl bind_netlink(void) {
    struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    socklen_t length = sizeof address;
    fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_USERSOCK);
    if (fd < 0 || bind(fd, (struct sockaddr *) &address, sizeof address) != 0
            || getsockname(fd, (struct sockaddr *) &address, &length) != 0) {
        die("netlink");
    }
    return address;
}

static void send_to(uint32_t port, const struct frame *frame) {
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_pid = port};
    if (sendto(fd, frame, FRAME, 0, (struct sockaddr *) &address, sizeof address) != FRAME) {
        die("sendto");
    }
}

static uint32_t receive(struct frame *frame) {
    struct sockaddr_nl address;
    socklen_t length = sizeof address;
    if (recvfrom(fd, frame, FRAME, 0, (struct sockaddr *) &address, &length) != FRAME) {
        die("recvfrom");
    }
    return address.nl_pid;
}

static void load(uint64_t deadline, struct slice *slice) {
    struct frame frame;
    do {
        for (int i = 0; i < BATCH; i++) {
            frame = frame_of(COUNTER, 0, count++);
            send_to(peer, &frame);
        }
        slice->operations += BATCH;
        slice->bytes += BATCH * FRAME;
    } while (now() < deadline);
    frame = frame_of(COUNTER, 1, 0);
    send_to(peer, &frame);
    receive(&frame);
    if (get_number(frame.data) != count) {
        wrong("messages are missing");
    }
}

int main(int arguments, char **argument) {
    if (arguments == 2 && strcmp(argument[1], "server") == 0) {
        struct sockaddr_nl address = bind_netlink();
        char text[16];
        snprintf(text, sizeof text, "%u", address.nl_pid);
        leave_at_end_of_input();
        ready(text);
        for (;;) {
            struct frame frame;
            uint32_t from = receive(&frame);
            if (frame.ack == 1) {
                put_number(frame.data, count);
                send_to(from, &frame);
            } else if (get_number(frame.data) != count++) {
                wrong("a message is missing");
            }
        }
    } else if (arguments == 3 && strcmp(argument[1], "load") == 0) {
        bind_netlink();
        peer = (uint32_t) strtoul(argument[2], NULL, 10);
        ready("-");
        run_slices(load);
    } else {
        wrong("usage: netlink server | load <port>");
    }
    return 0;
}
