// SPDX-License-Identifier: Apache-2.0
//
// Addresses as the lines of a sequence name them, and as its answers show them. Of player.c, with fds and directory.
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

// The kind of an address, and a number that goes with some: 4 and 6 the loopback, any port; p and a the path and the
// abstract name of that number; n a UNIX address without a name; u AF_UNSPEC; x four bytes of that family; s the
// address of that slot's socket. 0 if there is none.
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
