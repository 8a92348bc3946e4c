// SPDX-License-Identifier: Apache-2.0
// The gate's frames with 20 bytes of data, and where they are sent.
#ifndef GATE_H
#define GATE_H

#include "end.h"

enum {
    FRAME = 56,
    HEADERS = 36,
    BUFFER = 65536,
    DONE = 3,
    IDX = 0x123,
    // Counts numbered messages; ack 1 asks how many they were.
    COUNTER = 0x456,
    // Replies to each.
    ECHO = 0x457,
    // Multicasts to group IDX as many as it is told.
    BURST = 0x458
};

struct frame {
    uint32_t length;
    uint16_t type;
    uint16_t flags;
    uint32_t nlmsg_seq;
    uint32_t pid;
    uint32_t idx;
    uint32_t val;
    uint32_t seq;
    uint32_t ack;
    uint16_t data_length;
    uint16_t cn_flags;
    char data[20];
};

_Static_assert(sizeof(struct frame) == FRAME, "no padding");

static inline struct frame frame_of(uint32_t val, uint32_t ack, uint64_t number) {
    struct frame frame = {.length = FRAME, .type = DONE, .idx = IDX, .val = val, .ack = ack, .data_length = 20};
    put_number(frame.data, number);
    return frame;
}

// Bytes from one whole frame to the next; fails at what is none.
static inline size_t parse(const char *bytes, size_t available, struct frame *frame) {
    uint32_t length;
    if (available < sizeof length) {
        return 0;
    }
    memcpy(&length, bytes, sizeof length);
    if (length < HEADERS || length > BUFFER) {
        wrong("no frame");
    }
    size_t padded = (length + 3u) & ~3u;
    if (available < padded) {
        return 0;
    }
    memset(frame, 0, sizeof *frame);
    memcpy(frame, bytes, length < FRAME ? length : FRAME);
    if (frame->type == DONE && frame->data_length > length - HEADERS) {
        wrong("no message");
    }
    return padded;
}

static inline int kind_of(const char *name) {
    return strcmp(name, "seqpacket") == 0 ? SOCK_SEQPACKET : SOCK_STREAM;
}

// A path, or an abstract name.
static inline int connect_gate(const char *name, int kind) {
    struct sockaddr_un address;
    socklen_t length = sizeof address;
    if (name[0] == '/') {
        memset(&address, 0, sizeof address);
        address.sun_family = AF_UNIX;
        if (strlen(name) >= sizeof address.sun_path) {
            wrong("path too long");
        }
        strcpy(address.sun_path, name);
    } else {
        length = abstract(&address, name);
    }
    int fd = socket(AF_UNIX, kind | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *) &address, length) != 0) {
        die("connect");
    }
    return fd;
}

static inline int listen_gate(const char *name, int kind) {
    struct sockaddr_un address;
    socklen_t length = abstract(&address, name);
    int fd = socket(AF_UNIX, kind | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *) &address, length) != 0 || listen(fd, 16) != 0) {
        die("listen");
    }
    return fd;
}

#endif
