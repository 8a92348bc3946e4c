// SPDX-License-Identifier: Apache-2.0
// Put before libc by LD_PRELOAD: counts what comes through, passes it on, and says at the end how much it was.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>

static atomic_long sends, receives, waits, pairs;

ssize_t send(int fd, const void *buffer, size_t length, int flags)
{
    ssize_t (*next)(int, const void *, size_t, int) = dlsym(RTLD_NEXT, "send");
    sends++;
    return next(fd, buffer, length, flags);
}

ssize_t sendto(int fd, const void *buffer, size_t length, int flags, const struct sockaddr *to, socklen_t to_length)
{
    ssize_t (*next)(int, const void *, size_t, int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "sendto");
    sends++;
    return next(fd, buffer, length, flags, to, to_length);
}

ssize_t recv(int fd, void *buffer, size_t length, int flags)
{
    ssize_t (*next)(int, void *, size_t, int) = dlsym(RTLD_NEXT, "recv");
    receives++;
    return next(fd, buffer, length, flags);
}

ssize_t recvfrom(int fd, void *buffer, size_t length, int flags, struct sockaddr *from, socklen_t *from_length)
{
    ssize_t (*next)(int, void *, size_t, int, struct sockaddr *, socklen_t *) = dlsym(RTLD_NEXT, "recvfrom");
    receives++;
    return next(fd, buffer, length, flags, from, from_length);
}

int epoll_wait(int epoll, struct epoll_event *events, int most, int timeout)
{
    int (*next)(int, struct epoll_event *, int, int) = dlsym(RTLD_NEXT, "epoll_wait");
    waits++;
    return next(epoll, events, most, timeout);
}

int socketpair(int domain, int type, int protocol, int fds[2])
{
    int (*next)(int, int, int, int *) = dlsym(RTLD_NEXT, "socketpair");
    pairs++;
    return next(domain, type, protocol, fds);
}

__attribute__((destructor)) static void say(void)
{
    printf("sends %ld\nreceives %ld\nwaits %ld\npairs %ld\n", sends, receives, waits, pairs);
}
