// SPDX-License-Identifier: Apache-2.0
//
// Plays a sequence of socket calls on libc, and says what each gave.
//
// One call a line on standard input, words separated by blanks; after each, one line on standard output: the result,
// the name of the errno or "-", and what else came of it. A line "end" closes all sockets and answers "end".
// Sockets are named by the numbers of their slots. A call on an empty slot is made on descriptor -1.
// A call that blocks for longer than BLOCKED_MS is ended by a signal and answers "blocked".
// After a line "watch" each answer is followed by a line that says what the sockets are ready for; see observe().
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define SLOTS 64
#define PATHS 8
#define LARGEST (1 << 20)
#define BLOCKED_MS 60
#define OPTION_SIZE 64

static int fds[SLOTS];
static int watching = -1;
static int room = -1;
static const char *directory;
static unsigned char buffer[LARGEST];

#include "names.h"

static volatile sig_atomic_t alarms;

static void woken(int signal) {
    (void) signal;
    alarms++;
}

// A blocking call is let go on for a while, and then interrupted again and again until it is out.
static void limit(int on) {
    if (on) {
        alarms = 0;
    }
    struct itimerval time = {{0, on * BLOCKED_MS * 1000}, {0, on * BLOCKED_MS * 1000}};
    setitimer(ITIMER_REAL, &time, NULL);
}

static void answer(long result, int error, const char *more) {
    if (result < 0 && error == EINTR) {
        printf("blocked\n");
    } else if (result < 0) {
        printf("-1 %s %s\n", strerrorname_np(error), more);
    } else {
        printf("%ld - %s\n", result, more);
    }
}

static unsigned long sum(long count) {
    unsigned long hash = 17;
    for (long i = 0; i < count; i++) {
        hash = (hash * 31 + buffer[i]) & 0xffffffff;
    }
    return hash;
}

static void fill(long count, int seed) {
    for (long i = 0; i < count; i++) {
        buffer[i] = (unsigned char) (seed + i * 7);
    }
}

static void put(int slot, int fd) {
    if (fds[slot] >= 0) {
        if (watching >= 0) {
            // By hand: the socket may live on, on its way in a message.
            epoll_ctl(watching, EPOLL_CTL_DEL, fds[slot], NULL);
            epoll_ctl(room, EPOLL_CTL_DEL, fds[slot], NULL);
        }
        close(fds[slot]);
    }
    fds[slot] = fd;
    if (watching >= 0 && fd >= 0) {
        struct epoll_event event = {EPOLLET | EPOLLIN | EPOLLRDHUP | EPOLLPRI, {.u64 = slot}};
        epoll_ctl(watching, EPOLL_CTL_ADD, fd, &event);
    }
}

// Fills in as many buffers, over the first count bytes, the last one with all that is left.
static void split(struct iovec *parts, long count, long number) {
    for (long i = 0; i < number; i++) {
        long start = count * i / number;
        parts[i] = (struct iovec) {buffer + start, count * (i + 1) / number - start};
    }
}

// Appends a control message that is an int; the length with it.
static size_t put_int(char *to, size_t length, int level, int type, int value) {
    struct cmsghdr *header = (struct cmsghdr *) (to + length);
    *header = (struct cmsghdr) {CMSG_LEN(sizeof value), level, type};
    memcpy(CMSG_DATA(header), &value, sizeof value);
    return length + CMSG_SPACE(sizeof value);
}

// Control data to send. Kinds: 1 the socket of a slot; 2 own credentials; 3 those of a process that there is not;
// 4 a control message that nobody knows; 5 the socket of a slot twice, and own credentials; 6 and 7 two of IP's and of
// IPv6's; 8 one with a bad value; 9 a source address, and another of IP's.
static size_t control(char *to, int kind, int slot) {
    struct cmsghdr *header = (struct cmsghdr *) to;
    size_t length = 0;
    if ((kind == 1 || kind == 5) && fds[slot] >= 0) {
        int number = kind == 1 ? 1 : 2;
        *header = (struct cmsghdr) {CMSG_LEN(number * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
        for (int i = 0; i < number; i++) {
            memcpy(CMSG_DATA(header) + i * sizeof(int), &fds[slot], sizeof(int));
        }
        length = CMSG_SPACE(number * sizeof(int));
    }
    header = (struct cmsghdr *) (to + length);
    if (kind == 2 || kind == 3 || kind == 5) {
        struct ucred credentials = {kind == 3 ? 1 << 30 : getpid(), getuid(), getgid()};
        *header = (struct cmsghdr) {CMSG_LEN(sizeof credentials), SOL_SOCKET, SCM_CREDENTIALS};
        memcpy(CMSG_DATA(header), &credentials, sizeof credentials);
        length += CMSG_SPACE(sizeof credentials);
    }
    if (kind == 4) {
        *header = (struct cmsghdr) {CMSG_LEN(sizeof(int)), SOL_SOCKET, 4711};
        memset(CMSG_DATA(header), 0, sizeof(int));
        length += CMSG_SPACE(sizeof(int));
    }
    if (kind == 6) {
        length = put_int(to, length, IPPROTO_IP, IP_TOS, 16);
        length = put_int(to, length, IPPROTO_IP, IP_TTL, 9);
    }
    if (kind == 7) {
        length = put_int(to, length, IPPROTO_IPV6, IPV6_TCLASS, 16);
        length = put_int(to, length, IPPROTO_IPV6, IPV6_HOPLIMIT, 9);
    }
    if (kind == 8) {
        length = put_int(to, length, IPPROTO_IP, IP_TTL, 0);
    }
    if (kind == 9) {
        struct in_pktinfo info = {1, {htonl(0x7f000002)}, {0}};
        *header = (struct cmsghdr) {CMSG_LEN(sizeof info), IPPROTO_IP, IP_PKTINFO};
        memcpy(CMSG_DATA(header), &info, sizeof info);
        length = put_int(to, CMSG_SPACE(sizeof info), IPPROTO_IP, IP_TOS, 8);
    }
    return length;
}

static int option(int fd, int name) {
    int value = -1;
    socklen_t length = sizeof value;
    getsockopt(fd, SOL_SOCKET, name, &value, &length);
    return value;
}

// What came with a message: the sockets first, of which the first goes to a slot; then the rest, without what differs
// from run to run.
static void came(struct msghdr *message, int slot, char *text, size_t room) {
    char rest[256] = "";
    size_t used = 0;
    int taken = -1;
    *text = 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL; header = CMSG_NXTHDR(message, header)) {
        char *end = rest + strlen(rest);
        size_t left = rest + sizeof rest - end;
        if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
            int number = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            for (int i = 0; i < number; i++) {
                int fd;
                memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
                used += snprintf(text + used, room - used, " socket/%d/%d", option(fd, SO_DOMAIN), option(fd, SO_TYPE));
                if (taken < 0) {
                    taken = fd;
                } else {
                    close(fd);
                }
            }
        } else if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_CREDENTIALS
            && header->cmsg_len >= CMSG_LEN(sizeof(struct ucred))) {
            struct ucred credentials;
            memcpy(&credentials, CMSG_DATA(header), sizeof credentials);
            snprintf(end, left, " credentials/%s/%d/%d", credentials.pid == getpid() ? "own" : "none", credentials.uid,
                    credentials.gid);
        } else if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO
            && header->cmsg_len >= CMSG_LEN(sizeof(struct in_pktinfo))) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(header), sizeof info);
            snprintf(end, left, " pktinfo/%d/%08x/%08x", info.ipi_ifindex, ntohl(info.ipi_spec_dst.s_addr),
                    ntohl(info.ipi_addr.s_addr));
        } else {
            int size = header->cmsg_len - CMSG_LEN(0);
            int level = header->cmsg_level, type = header->cmsg_type;
            int written = snprintf(end, left, " %d/%d/%d", level, type, size);
            int words[2] = {-1, -1};
            memcpy(words, CMSG_DATA(header), size < 8 ? size : 8);
            if ((level == IPPROTO_IP && (type == IP_TOS || type == IP_TTL))
                || (level == IPPROTO_IPV6 && (type == IPV6_TCLASS || type == IPV6_HOPLIMIT))) {
                snprintf(end + written, left - written, "/%d",
                        size == 1 ? (signed char) words[0] : size == 4 ? words[0] : -1);
            } else if (size >= 8 && ((level == IPPROTO_IP && type == IP_RECVERR)
                || (level == IPPROTO_IPV6 && type == IPV6_RECVERR))) {
                // Of the error queue: errno, and then origin, type and code.
                snprintf(end + written, left - written, "/%d/%08x", words[0], words[1]);
            }
        }
    }
    snprintf(text + used, room - used, "%s", rest);
    if (taken >= 0) {
        put(slot, taken);
    }
}

// The paths that the sequence has bound.
static void unlink_all(void) {
    char path[256];
    for (int i = 0; i < PATHS; i++) {
        snprintf(path, sizeof path, "%s/%d", directory, i);
        unlink(path);
    }
}

// What became ready is collected until nothing more does.
static void collect(int from, unsigned *edges) {
    struct epoll_event events[SLOTS];
    int count;
    for (int rounds = 0; rounds < 8 && (count = epoll_wait(from, events, SLOTS, rounds < 2 ? 1 : 0)) > 0; rounds++) {
        for (int i = 0; i < count; i++) {
            edges[events[i].data.u64] |= events[i].events;
        }
    }
}

// Has room told once, as who was refused would.
static void want_room(int slot) {
    struct epoll_event event = {EPOLLOUT | EPOLLONESHOT, {.u64 = slot}};
    if (epoll_ctl(room, EPOLL_CTL_MOD, fds[slot], &event) < 0) {
        epoll_ctl(room, EPOLL_CTL_ADD, fds[slot], &event);
    }
}

// What the sockets are ready for, a word each: slot, edges since the last time, whether room was told, levels, how much
// can be received, and what it is: l listens, c is connected, d has datagrams, n none of these.
static void observe(void) {
    unsigned edges[SLOTS] = {0};
    unsigned rooms[SLOTS] = {0};
    collect(watching, edges);
    collect(room, rooms);
    printf("=");
    for (int slot = 0; slot < SLOTS; slot++) {
        if (fds[slot] >= 0) {
            struct pollfd one = {fds[slot], POLLIN | POLLPRI | POLLOUT | POLLRDHUP, 0};
            struct sockaddr_storage peer;
            socklen_t length = sizeof peer;
            int queued = 0;
            poll(&one, 1, 0);
            ioctl(fds[slot], FIONREAD, &queued);
            int at_mark = 0;
            if (queued == 0 && !(one.revents & (POLLPRI | POLLERR)) && ioctl(fds[slot], SIOCATMARK, &at_mark) == 0
                && at_mark) {
                // TCP counts up to the urgent byte, also when that was taken and only what is behind it is left.
                static char behind[1 << 20];
                int peeked = recv(fds[slot], behind, sizeof behind, MSG_PEEK | MSG_DONTWAIT);
                queued = peeked < 0 ? 0 : peeked;
            }
            char kind = option(fds[slot], SO_TYPE) == SOCK_DGRAM ? 'd' : option(fds[slot], SO_ACCEPTCONN) == 1 ? 'l'
                    : getpeername(fds[slot], (struct sockaddr *) &peer, &length) == 0 ? 'c' : 'n';
            printf(" %d/%u/%d/%d/%d/%c", slot, edges[slot], (rooms[slot] & EPOLLOUT) != 0, one.revents, queued, kind);
        }
    }
    printf("\n");
}

// A send to each of some slots, one after another, none of which waits: batch slot size seed slot... All have the same
// size; every other one has the bytes of the one before it. What is empty is left out.
static void batch(long slot, long size, long seed, const long *others, int number, char *more, size_t space) {
    size_t used = 0;
    for (int i = 0; i <= number; i++) {
        long next = i == 0 ? slot : others[i - 1];
        if (fds[next] < 0) {
            continue;
        }
        fill(size, seed + i / 2);
        long sent = send(fds[next], buffer, size, MSG_DONTWAIT | MSG_NOSIGNAL);
        int refused = sent < 0 ? errno == EAGAIN : sent < size;
        const char *between = used == 0 ? "" : " ";
        used += sent < 0 ? snprintf(more + used, space - used, "%s%s", between, strerrorname_np(errno))
                : snprintf(more + used, space - used, "%s%ld", between, sent);
        if (room >= 0 && refused) {
            want_room(next);
        }
    }
}

static void play(char *line) {
    char name[32], kind[8] = "";
    long n[8] = {0};
    char more[512] = "";
    struct sockaddr_storage to;
    socklen_t length = 0;
    long result = -1;
    int used = 0;
    sscanf(line, "%31s%n", name, &used);
    // The words after the name: numbers, and at most one that is a kind of address.
    int count = 0;
    for (char *word = strtok(line + used, " \n"); word != NULL && count < 8; word = strtok(NULL, " \n")) {
        if (*word == '@') {
            snprintf(kind, sizeof kind, "%s", word + 1);
        } else {
            n[count++] = strtol(word, NULL, 10);
        }
    }
    int fd = fds[n[0]];
    if (fd < 0 && strncmp(name, "socket", 6) != 0) {
        answer(-1, EBADF, "");
        return;
    }
    if (*kind != 0) {
        length = address(&to, kind, n[strcmp(name, "sendto") == 0 ? 4 : 1]);
        if (length == 0) {
            printf("no address\n");
            return;
        }
    }
    limit(1);
    errno = 0;
    if (strcmp(name, "socket") == 0) {
        result = socket(n[1], (int) n[2] | SOCK_CLOEXEC, n[3]);
        if (result >= 0) {
            put(n[0], result);
            result = 0;
        }
    } else if (strcmp(name, "socketpair") == 0) {
        int two[2];
        result = socketpair(n[2], (int) n[3] | SOCK_CLOEXEC, 0, two);
        if (result == 0) {
            put(n[0], two[0]);
            put(n[1], two[1]);
        }
    } else if (strcmp(name, "bind") == 0) {
        result = bind(fd, (struct sockaddr *) &to, length);
    } else if (strcmp(name, "connect") == 0) {
        result = connect(fd, (struct sockaddr *) &to, length);
    } else if (strcmp(name, "listen") == 0) {
        result = listen(fd, n[1]);
    } else if (strcmp(name, "accept") == 0) {
        length = sizeof to;
        result = accept4(fd, (struct sockaddr *) &to, &length, SOCK_CLOEXEC);
        if (result >= 0) {
            put(n[1], result);
            result = 0;
            snprintf(more, sizeof more, "%s", shown(&to, length));
        }
    } else if (strcmp(name, "send") == 0) {
        fill(n[1], n[3]);
        result = send(fd, buffer, n[1], (int) n[2] | MSG_NOSIGNAL);
    } else if (strcmp(name, "sendto") == 0) {
        fill(n[1], n[3]);
        result = sendto(fd, buffer, n[1], (int) n[2] | MSG_NOSIGNAL, (struct sockaddr *) &to, length);
    } else if (strcmp(name, "batch") == 0) {
        batch(n[0], n[1], n[2], n + 3, count - 3, more, sizeof more);
        result = 0;
    } else if (strcmp(name, "recv") == 0) {
        memset(buffer, 0, n[1]);
        result = recv(fd, buffer, n[1], n[2]);
        if (result >= 0) {
            snprintf(more, sizeof more, "%08lx", sum(n[1]));
        }
    } else if (strcmp(name, "recvfrom") == 0) {
        memset(buffer, 0, n[1]);
        length = sizeof to;
        result = recvfrom(fd, buffer, n[1], n[2], (struct sockaddr *) &to, &length);
        if (result >= 0) {
            snprintf(more, sizeof more, "%08lx %s", sum(n[1]), shown(&to, length));
        }
    } else if (strcmp(name, "sendmsg") == 0) {
        fill(n[1], n[3]);
        struct iovec parts[2] = {{buffer, n[1] / 2}, {buffer + n[1] / 2, n[1] - n[1] / 2}};
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
        result = sendmsg(fd, &message, (int) n[2] | MSG_NOSIGNAL);
    } else if (strcmp(name, "sendv") == 0) {
        // sendv slot size flags seed parts control slot
        char ancillary[256] __attribute__((aligned(8))) = "";
        struct iovec parts[8];
        fill(n[1], n[3]);
        split(parts, n[1], n[4]);
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = n[4], .msg_control = ancillary,
            .msg_controllen = control(ancillary, n[5], n[6])};
        result = sendmsg(fd, &message, (int) n[2] | MSG_NOSIGNAL);
    } else if (strcmp(name, "recvv") == 0) {
        // recvv slot size flags parts slot, and how much control data there is room for, if it is no UNIX socket: there
        // sockets that come have room of their own, here
        char ancillary[2048] __attribute__((aligned(8)));
        struct iovec parts[8];
        memset(buffer, 0, n[1]);
        split(parts, n[1], n[3]);
        struct msghdr message = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = parts, .msg_iovlen = n[3],
            .msg_control = ancillary,
            .msg_controllen = count > 5 && option(fd, SO_DOMAIN) != AF_UNIX ? (size_t) n[5] : sizeof ancillary};
        result = recvmsg(fd, &message, (int) n[2] | MSG_CMSG_CLOEXEC);
        if (result >= 0) {
            int length = snprintf(more, sizeof more, "%08lx %s 0x%x", sum(n[1]), shown(&to, message.msg_namelen),
                    message.msg_flags & ~MSG_CMSG_CLOEXEC);
            came(&message, n[4], more + length, sizeof more - length);
        }
    } else if (strcmp(name, "recvmsg") == 0) {
        memset(buffer, 0, n[1]);
        char ancillary[2048] __attribute__((aligned(8)));
        char unseen[512];
        struct iovec parts[2] = {{buffer, n[1] / 3}, {buffer + n[1] / 3, n[1] - n[1] / 3}};
        struct msghdr message = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = parts, .msg_iovlen = 2,
            .msg_control = ancillary, .msg_controllen = sizeof ancillary};
        result = recvmsg(fd, &message, (int) n[2] | MSG_CMSG_CLOEXEC);
        if (result >= 0) {
            snprintf(more, sizeof more, "%08lx %s 0x%x", sum(n[1]), shown(&to, message.msg_namelen),
                    message.msg_flags & ~MSG_CMSG_CLOEXEC);
            came(&message, SLOTS - 1, unseen, sizeof unseen);
            put(SLOTS - 1, -1);
        }
    } else if (strcmp(name, "shutdown") == 0) {
        result = shutdown(fd, n[1]);
    } else if (strcmp(name, "close") == 0) {
        result = 0;
        put(n[0], -1);
    } else if (strcmp(name, "setsockopt") == 0) {
        int value = n[3];
        result = setsockopt(fd, n[1], n[2], &value, sizeof value);
    } else if (strcmp(name, "getsockopt") == 0) {
        int value = 0;
        length = sizeof value;
        result = getsockopt(fd, n[1], n[2], &value, &length);
        if (result >= 0) {
            snprintf(more, sizeof more, "%d", value);
        }
    } else if (strcmp(name, "setoption") == 0) {
        // setoption slot level option size value: the value's bytes, as int after int
        int values[OPTION_SIZE / sizeof(int)];
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            values[i] = i == 0 ? n[4] : 0;
        }
        result = setsockopt(fd, n[1], n[2], values, n[3]);
    } else if (strcmp(name, "getoption") == 0) {
        // getoption slot level option size
        unsigned char value[OPTION_SIZE] = {0};
        length = n[3];
        result = getsockopt(fd, n[1], n[2], value, &length);
        if (result >= 0) {
            int end = snprintf(more, sizeof more, "%d ", length);
            for (int i = 0; i < n[3]; i++) {
                end += snprintf(more + end, sizeof more - end, "%02x", value[i]);
            }
        }
    } else if (strcmp(name, "limit") == 0) {
        // limit slot option milliseconds
        struct timeval time = {n[2] / 1000, n[2] % 1000 * 1000};
        result = setsockopt(fd, SOL_SOCKET, n[1], &time, sizeof time);
    } else if (strcmp(name, "linger") == 0) {
        struct linger linger = {n[1], n[2]};
        result = setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    } else if (strcmp(name, "ioctl") == 0) {
        int value = n[2];
        result = ioctl(fd, n[1], &value);
        if (result >= 0) {
            snprintf(more, sizeof more, "%d", value);
        }
    } else if (strcmp(name, "getsockname") == 0 || strcmp(name, "getpeername") == 0) {
        length = sizeof to;
        result = (strcmp(name, "getsockname") == 0 ? getsockname : getpeername)(fd, (struct sockaddr *) &to, &length);
        if (result >= 0) {
            snprintf(more, sizeof more, "%s", shown(&to, length));
        }
    } else if (strcmp(name, "poll") == 0) {
        struct pollfd one = {fd, n[1], 0};
        result = poll(&one, 1, 0);
        snprintf(more, sizeof more, "0x%x", one.revents);
    } else if (strcmp(name, "polltwo") == 0) {
        // polltwo slot events slot events milliseconds
        struct pollfd two[2] = {{fd, n[1], 0}, {fds[n[2]], n[3], 0}};
        result = poll(two, fds[n[2]] < 0 ? 1 : 2, n[4]);
        snprintf(more, sizeof more, "0x%x 0x%x", two[0].revents, two[1].revents);
    } else {
        errno = ENOSYS;
    }
    int error = errno;
    limit(0);
    if (result == 0 && alarms > 0 && strncmp(name, "recv", 4) == 0) {
        // A receive of no bytes on TCP, which whatever wakes it ends.
        result = -1;
        error = EINTR;
    }
    int refused = (result < 0 && error == EAGAIN) || (result >= 0 && result < n[1]);
    if (room >= 0 && refused && strncmp(name, "send", 4) == 0) {
        want_room(n[0]);
    }
    answer(result, error, more);
}

int main(int argc, char **argv) {
    char line[256];
    struct sigaction action = {.sa_handler = woken};
    sigaction(SIGALRM, &action, NULL);
    directory = argc > 1 ? argv[1] : "/tmp";
    for (int i = 0; i < SLOTS; i++) {
        fds[i] = -1;
    }
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (strncmp(line, "end", 3) == 0) {
            for (int i = 0; i < SLOTS; i++) {
                put(i, -1);
            }
            if (watching >= 0) {
                close(watching);
                close(room);
                watching = room = -1;
            }
            unlink_all();
            printf("end\n");
            fflush(stdout);
        } else if (strncmp(line, "watch", 5) == 0) {
            watching = epoll_create1(EPOLL_CLOEXEC);
            room = epoll_create1(EPOLL_CLOEXEC);
        } else {
            play(line);
            if (watching >= 0) {
                observe();
            }
        }
    }
    return 0;
}
