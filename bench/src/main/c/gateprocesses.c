// SPDX-License-Identifier: Apache-2.0
// A thousand readers of one group, each a process that waits in recv: a client of a gate, or a netlink socket of the
// host. The sender to the latter is "gatefanout sender".
#include "readers.h"
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>

// What all of them have in common; a line of the cache each.
struct common {
    _Alignas(CACHE_LINE) uint64_t taken;
    _Alignas(CACHE_LINE) uint64_t wanted;
};

static struct common *common;
static int told;
static uint64_t readers;
static uint64_t burst;
static int trigger;

static void tell(void) {
    uint64_t one = 1;
    if (write(told, &one, sizeof one) != sizeof one) {
        die("eventfd");
    }
}

static uint64_t await_told(void) {
    uint64_t times;
    if (read(told, &times, sizeof times) != sizeof times) {
        die("eventfd");
    }
    return times;
}

// Takes all that comes; who takes the last of a burst says so.
static void read_on(int fd) {
    static _Alignas(CACHE_LINE) char in[BUFFER];
    uint64_t next = 0;
    for (;;) {
        ssize_t received = recv(fd, in, sizeof in, 0);
        if (received <= 0) {
            die("recv");
        }
        struct frame frame;
        size_t length;
        size_t at = 0;
        uint64_t taken = 0;
        while ((length = parse(in + at, (size_t) received - at, &frame)) != 0) {
            if (get_number(frame.data) != next++) {
                wrong("a message is missing");
            }
            at += length;
            taken++;
        }
        if (at != (size_t) received) {
            wrong("half a frame");
        }
        if (__atomic_add_fetch(&common->taken, taken, __ATOMIC_SEQ_CST) == common->wanted) {
            tell();
        }
    }
}

static void begin(int of_gate, const char *address) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0) {
        die("fork (there must be room for a process a reader: ulimit -u, pids.max)");
    }
    if (child == 0) {
        // However the parent ends.
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
            _exit(1);
        }
        int fd = of_gate ? join_gate(address) : join_host();
        tell();
        read_on(fd);
    }
}

// A reader has failed and said why: no burst is ever whole again.
static void leave(int signal) {
    _exit(signal);
}

static void run(uint64_t deadline, struct slice *slice) {
    do {
        struct frame message = frame_of(BURST, 0, burst);
        common->wanted = common->taken + burst * readers;
        send_all(trigger, (const char *) &message, FRAME);
        await_told();
        slice->operations += burst * readers;
        slice->bytes += burst * readers * FRAME;
    } while (now() < deadline);
}

int main(int arguments, char **argument) {
    if (arguments != 5) {
        wrong("usage: gateprocesses host|gate <readers> <burst> <address>");
    }
    int of_gate = strcmp(argument[1], "gate") == 0;
    readers = strtoull(argument[2], NULL, 10);
    burst = strtoull(argument[3], NULL, 10);
    common = mmap(NULL, sizeof *common, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    told = eventfd(0, EFD_CLOEXEC);
    if (common == MAP_FAILED || told < 0) {
        die("mmap, eventfd");
    }
    signal(SIGCHLD, leave);
    for (uint64_t i = 0; i < readers; i++) {
        begin(of_gate, argument[4]);
    }
    for (uint64_t joined = 0; joined < readers; joined += await_told()) {
    }
    trigger = connect_gate(argument[4], SOCK_STREAM);
    ready("-");
    run_slices(run);
    return 0;
}
