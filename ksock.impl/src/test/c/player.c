// SPDX-License-Identifier: Apache-2.0
//
// Plays a sequence of socket calls on libc, and says what each gave.
//
// One call a line on standard input, words separated by blanks; after each, one line on standard output: the result,
// the name of the errno or "-", and what else came of it. A line "end" closes all sockets and answers "end".
// Sockets are named by the numbers of their slots. A call on an empty slot is made on descriptor -1.
// A call that blocks for longer than BLOCKED_MS is ended by a signal and answers "blocked".
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define SLOTS 64
#define PATHS 8
#define LARGEST (1 << 20)
#define BLOCKED_MS 60

static int fds[SLOTS];
static const char *directory;
static unsigned char buffer[LARGEST];

static void woken(int signal) { (void) signal; }

// A blocking call is let go on for a while, and then interrupted again and again until it is out.
static void limit(int on) {
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

// The kind of an address, and a number that goes with some: 4 and 6 the loopback, any port; p and a the path and the
// abstract name of that number; n a UNIX address without a name; u AF_UNSPEC; x four bytes of that family; s the address
// of that slot's socket. 0 if there is none.
static socklen_t address(struct sockaddr_storage *to, const char *kind, int value) {
    memset(to, 0, sizeof *to);
    struct sockaddr_un *un = (struct sockaddr_un *) to;
    socklen_t length = sizeof *to;
    switch (*kind) {
        case '4': {
            struct sockaddr_in *in = (struct sockaddr_in *) to;
            in->sin_family = AF_INET;
            in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            return sizeof *in;
        }
        case '6': {
            struct sockaddr_in6 *in = (struct sockaddr_in6 *) to;
            in->sin6_family = AF_INET6;
            in->sin6_addr = in6addr_loopback;
            return sizeof *in;
        }
        case 'p':
            un->sun_family = AF_UNIX;
            snprintf(un->sun_path, sizeof un->sun_path, "%s/%d", directory, value);
            return offsetof(struct sockaddr_un, sun_path) + strlen(un->sun_path) + 1;
        case 'a':
            un->sun_family = AF_UNIX;
            return offsetof(struct sockaddr_un, sun_path) + 1
                    + snprintf(un->sun_path + 1, sizeof un->sun_path - 1, "%s/%d", directory, value);
        case 'u':
            return 16;
        case 'n':
            un->sun_family = AF_UNIX;
            return sizeof(sa_family_t);
        case 'x':
            to->ss_family = value;
            return 4;
        case 's':
            // The address of another slot's socket.
            if (getsockname(fds[value], (struct sockaddr *) to, &length) < 0) {
                return 0;
            }
            return length;
        default:
            return 0;
    }
}

// An address as both players write it: without what differs from run to run.
static const char *shown(const struct sockaddr_storage *from, socklen_t length) {
    static char text[256];
    if (length < sizeof(sa_family_t)) {
        return "none";
    }
    if (from->ss_family == AF_INET && length >= 8) {
        const struct sockaddr_in *in = (const struct sockaddr_in *) from;
        snprintf(text, sizeof text, "4/%08x/%s", ntohl(in->sin_addr.s_addr), in->sin_port ? "port" : "0");
    } else if (from->ss_family == AF_INET6 && length >= 28) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *) from;
        snprintf(text, sizeof text, "6/%d/%s", in->sin6_addr.s6_addr[15], in->sin6_port ? "port" : "0");
    } else if (from->ss_family == AF_UNIX) {
        const struct sockaddr_un *un = (const struct sockaddr_un *) from;
        size_t start = offsetof(struct sockaddr_un, sun_path);
        if (length <= start) {
            return "unnamed";
        }
        int abstract = un->sun_path[0] == 0;
        const char *last = memrchr(un->sun_path, '/', length - start);
        if (last == NULL) {
            return abstract ? "autobound" : "path";
        }
        int rest = (int) (un->sun_path + (length - start) - last - 1);
        snprintf(text, sizeof text, "%s/%.*s", abstract ? "abstract" : "path", rest, last + 1);
    } else {
        snprintf(text, sizeof text, "family %d", from->ss_family);
    }
    return text;
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
        close(fds[slot]);
    }
    fds[slot] = fd;
}

// The paths that the sequence has bound.
static void unlink_all(void) {
    char path[256];
    for (int i = 0; i < PATHS; i++) {
        snprintf(path, sizeof path, "%s/%d", directory, i);
        unlink(path);
    }
}

static void play(char *line) {
    char name[32], kind[8] = "";
    long n[6] = {0};
    char more[512] = "";
    struct sockaddr_storage to;
    socklen_t length = 0;
    long result = -1;
    int used = 0;
    sscanf(line, "%31s%n", name, &used);
    // The words after the name: numbers, and at most one that is a kind of address.
    int count = 0;
    for (char *word = strtok(line + used, " \n"); word != NULL && count < 6; word = strtok(NULL, " \n")) {
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
    } else if (strcmp(name, "recvmsg") == 0) {
        memset(buffer, 0, n[1]);
        struct iovec parts[2] = {{buffer, n[1] / 3}, {buffer + n[1] / 3, n[1] - n[1] / 3}};
        struct msghdr message = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = parts, .msg_iovlen = 2};
        result = recvmsg(fd, &message, (int) n[2] | MSG_CMSG_CLOEXEC);
        if (result >= 0) {
            snprintf(more, sizeof more, "%08lx %s 0x%x", sum(n[1]), shown(&to, message.msg_namelen),
                    message.msg_flags & ~MSG_CMSG_CLOEXEC);
        }
    } else if (strcmp(name, "shutdown") == 0) {
        result = shutdown(fd, n[1]);
    } else if (strcmp(name, "close") == 0) {
        result = close(fd);
        fds[n[0]] = -1;
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
    } else {
        errno = ENOSYS;
    }
    int error = errno;
    limit(0);
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
                if (fds[i] >= 0) {
                    close(fds[i]);
                    fds[i] = -1;
                }
            }
            unlink_all();
            printf("end\n");
            fflush(stdout);
        } else {
            play(line);
        }
    }
    return 0;
}
