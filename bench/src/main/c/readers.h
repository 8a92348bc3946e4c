// SPDX-License-Identifier: Apache-2.0
// A reader of the group: a netlink socket of the host, or a client of a gate.
#ifndef READERS_H
#define READERS_H

#include "gate.h"
#include <linux/netlink.h>

enum { SETSOCKOPT = 0xFF03, SOL_NETLINK_ = 270, ADD_MEMBERSHIP = 1 };

static inline int join_host(void) {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_USERSOCK);
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = 1};
    if (fd < 0 || bind(fd, (struct sockaddr *) &address, sizeof address) != 0) {
        die("netlink");
    }
    return fd;
}

static inline int join_gate(const char *path) {
    int fd = connect_gate(path, SOCK_STREAM);
    uint32_t join[] = {28, SETSOCKOPT, 1, 0, SOL_NETLINK_, ADD_MEMBERSHIP, IDX};
    char answer[BUFFER];
    int32_t error;
    send_all(fd, (const char *) join, sizeof join);
    if (recv(fd, answer, sizeof answer, 0) < 36) {
        wrong("no answer");
    }
    memcpy(&error, answer + 16, sizeof error);
    if (error != 0) {
        wrong("may not join");
    }
    return fd;
}

#endif
