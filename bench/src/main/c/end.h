// SPDX-License-Identifier: Apache-2.0
// One end of a measurement, in a process of its own, as the class bench.end.EndMain is in Java. It says
// "ready <address>" on its standard output once it can be reached; then each line "run <milliseconds>" on its
// standard input has it work for about that long and answer "done <operations> <bytes> <nanoseconds>". It leaves at the
// end of its input.
#ifndef END_H
#define END_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

// Memory for data begins at one, in C and Java alike: what is aligned at 16 bytes only the kernel copies slower.
enum { CACHE_LINE = 64 };

struct slice {
    uint64_t operations;
    uint64_t bytes;
    uint64_t nanos;
};

static inline void die(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static inline void wrong(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static inline uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t) time.tv_sec * 1000000000u + (uint64_t) time.tv_nsec;
}

static inline void ready(const char *address) {
    printf("ready %s\n", address);
    fflush(stdout);
}

static inline void ready_port(int port) {
    char text[16];
    snprintf(text, sizeof text, "%d", port);
    ready(text);
}

// Runs slices until the input ends.
static inline void run_slices(void (*run)(uint64_t deadline, struct slice *slice)) {
    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        unsigned milliseconds;
        if (sscanf(line, "run %u", &milliseconds) != 1) {
            wrong("expected: run <milliseconds>");
        }
        struct slice slice = {0, 0, 0};
        uint64_t begin = now();
        run(begin + milliseconds * UINT64_C(1000000), &slice);
        if (slice.nanos == 0) {
            slice.nanos = now() - begin;
        }
        printf("done %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", slice.operations, slice.bytes, slice.nanos);
        fflush(stdout);
    }
}

// For an end that only serves: it is ended by SIGIO at the end of its input, whatever it is blocked in. No thread does
// that, as the kernel spares a process of one thread some work at each call.
static inline void leave_at_end_of_input(void) {
    if (fcntl(STDIN_FILENO, F_SETOWN, getpid()) != 0 || fcntl(STDIN_FILENO, F_SETFL, O_ASYNC) != 0) {
        die("fcntl");
    }
}

static inline void *sleep_on(void *nothing) {
    pause();
    return nothing;
}

// If the first argument is "threads", which is taken away then. A process of several threads, as a JVM always is, pays
// for them at each call: the kernel then counts who uses the descriptor.
static inline void beside_a_sleeping_thread(int *count, char ***arguments) {
    pthread_t thread;
    if (*count < 2 || strcmp((*arguments)[1], "threads") != 0) {
        return;
    }
    if (pthread_create(&thread, NULL, sleep_on, NULL) != 0) {
        wrong("pthread_create");
    }
    --*count;
    ++*arguments;
}

static inline void set_option(int fd, int level, int option, int value) {
    if (setsockopt(fd, level, option, &value, sizeof value) != 0) {
        die("setsockopt");
    }
}

static inline struct sockaddr_in loopback(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t) port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static inline int listen_tcp(int *port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    if (fd < 0 || bind(fd, (struct sockaddr *) &address, sizeof address) != 0 || listen(fd, 4096) != 0
            || getsockname(fd, (struct sockaddr *) &address, &length) != 0) {
        die("listen");
    }
    *port = ntohs(address.sin_port);
    return fd;
}

static inline int connect_tcp(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = loopback(port);
    if (fd < 0 || connect(fd, (struct sockaddr *) &address, sizeof address) != 0) {
        die("connect");
    }
    return fd;
}

// An abstract name, so that no file stays behind.
static inline socklen_t abstract(struct sockaddr_un *address, const char *name) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    size_t length = strlen(name);
    if (length >= sizeof address->sun_path) {
        wrong("name too long");
    }
    memcpy(address->sun_path + 1, name, length);
    return (socklen_t) (offsetof(struct sockaddr_un, sun_path) + 1 + length);
}

static inline int listen_unix(const char *name) {
    struct sockaddr_un address;
    socklen_t length = abstract(&address, name);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *) &address, length) != 0 || listen(fd, 16) != 0) {
        die("listen");
    }
    return fd;
}

static inline int connect_unix(const char *name) {
    struct sockaddr_un address;
    socklen_t length = abstract(&address, name);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *) &address, length) != 0) {
        die("connect");
    }
    return fd;
}

static inline int accept_one(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) {
        die("accept");
    }
    return fd;
}

static inline void send_all(int fd, const char *buffer, size_t length) {
    size_t sent = 0;
    while (sent < length) {
        ssize_t result = send(fd, buffer + sent, length - sent, MSG_NOSIGNAL);
        if (result < 0) {
            die("send");
        }
        sent += (size_t) result;
    }
}

// Whether length bytes came, rather than the end of the stream.
static inline int recv_all(int fd, char *buffer, size_t length) {
    size_t received = 0;
    while (received < length) {
        ssize_t result = recv(fd, buffer + received, length - received, 0);
        if (result < 0) {
            die("recv");
        }
        if (result == 0) {
            return 0;
        }
        received += (size_t) result;
    }
    return 1;
}

static inline void put_number(char *buffer, uint64_t number) {
    memcpy(buffer, &number, sizeof number);
}

static inline uint64_t get_number(const char *buffer) {
    uint64_t number;
    memcpy(&number, buffer, sizeof number);
    return number;
}

#endif
