// SPDX-License-Identifier: Apache-2.0
// "fanout <subscribers>": one netlink message to a multicast group of so many sockets, each of which receives it, then
// the next. An operation is one socket's message.
#include "end.h"
#include <linux/netlink.h>

enum { GROUP = 5, LENGTH = 56 };

static int sender;
static int *sockets;
static int subscribers;
static uint32_t sequence;

static int netlink(uint32_t groups) {
    int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_USERSOCK);
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
    if (fd < 0 || bind(fd, (struct sockaddr *) &address, sizeof address) < 0) {
        die("netlink socket");
    }
    return fd;
}

static void run(uint64_t deadline, struct slice *slice) {
    _Alignas(struct nlmsghdr) char frame[LENGTH] = {0};
    struct nlmsghdr *header = (struct nlmsghdr *) frame;
    header->nlmsg_len = LENGTH;
    header->nlmsg_type = NLMSG_DONE;
    struct sockaddr_nl group = {.nl_family = AF_NETLINK, .nl_groups = 1u << (GROUP - 1)};
    do {
        header->nlmsg_seq = ++sequence;
        // The destination's port 0 is the kernel, which has nobody there for this protocol: it refuses that part alone.
        if (sendto(sender, frame, LENGTH, 0, (struct sockaddr *) &group, sizeof group) != LENGTH
                && errno != ECONNREFUSED) {
            die("sendto");
        }
        for (int i = 0; i < subscribers; i++) {
            _Alignas(struct nlmsghdr) char received[LENGTH];
            if (recv(sockets[i], received, LENGTH, MSG_DONTWAIT) != LENGTH
                    || ((struct nlmsghdr *) received)->nlmsg_seq != sequence) {
                die("recv");
            }
        }
        slice->operations += (uint64_t) subscribers;
        slice->bytes += (uint64_t) subscribers * LENGTH;
    } while (now() < deadline);
}

int main(int count, char **arguments) {
    if (count != 2 || (subscribers = atoi(arguments[1])) <= 0) {
        wrong("usage: fanout <subscribers>");
    }
    sockets = calloc((size_t) subscribers, sizeof *sockets);
    for (int i = 0; i < subscribers; i++) {
        sockets[i] = netlink(1u << (GROUP - 1));
    }
    sender = netlink(0);
    ready("-");
    run_slices(run);
    return 0;
}
