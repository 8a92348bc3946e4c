// SPDX-License-Identifier: Apache-2.0
// What the gate is compared with: a process that receives and parses the same frames and answers them, and the loads of
// both.
#include "gate.h"

enum { BATCH = 64 };

static int connection;
static int kind;
static uint64_t count;

static void reply(struct frame *frame, char *out, size_t *filled) {
    frame->ack++;
    memcpy(out + *filled, frame, FRAME);
    *filled += FRAME;
}

static void serve(void) {
    static _Alignas(CACHE_LINE) char in[BUFFER];
    static _Alignas(CACHE_LINE) char out[2 * BUFFER];
    size_t held = 0;
    for (;;) {
        ssize_t received = recv(connection, in + held, sizeof in - held, 0);
        if (received <= 0) {
            return;
        }
        held += (size_t) received;
        size_t at = 0;
        size_t filled = 0;
        struct frame frame;
        size_t length;
        while ((length = parse(in + at, held - at, &frame)) != 0) {
            at += length;
            if (frame.val == ECHO) {
                reply(&frame, out, &filled);
            } else if (frame.ack == 1) {
                put_number(frame.data, count);
                reply(&frame, out, &filled);
            } else if (get_number(frame.data) != count++) {
                wrong("a message is missing");
            }
        }
        memmove(in, in + at, held - at);
        held -= at;
        if (filled > 0) {
            send_all(connection, out, filled);
        }
    }
}

static struct frame next_frame(void) {
    struct frame frame;
    if (kind == SOCK_SEQPACKET) {
        if (recv(connection, &frame, sizeof frame, 0) != FRAME) {
            wrong("no whole frame");
        }
    } else if (!recv_all(connection, (char *) &frame, sizeof frame)) {
        wrong("end of file");
    }
    return frame;
}

static void load(uint64_t deadline, struct slice *slice) {
    static struct frame batch[BATCH];
    do {
        for (int i = 0; i < BATCH; i++) {
            batch[i] = frame_of(COUNTER, 0, count++);
        }
        send_all(connection, (const char *) batch, sizeof batch);
        slice->operations += BATCH;
        slice->bytes += sizeof batch;
    } while (now() < deadline);
    // All of them have arrived when this has been answered.
    struct frame question = frame_of(COUNTER, 1, 0);
    send_all(connection, (const char *) &question, FRAME);
    struct frame answer = next_frame();
    if (get_number(answer.data) != count) {
        wrong("messages are missing");
    }
}

static void ping(uint64_t deadline, struct slice *slice) {
    do {
        for (int i = 0; i < BATCH; i++) {
            struct frame frame = frame_of(ECHO, 0, ++count);
            frame.seq = (uint32_t) count;
            send_all(connection, (const char *) &frame, FRAME);
            struct frame answer = next_frame();
            if (answer.seq != frame.seq || answer.ack != 1 || get_number(answer.data) != count) {
                wrong("another reply");
            }
        }
        slice->operations += BATCH;
        slice->bytes += 2 * BATCH * FRAME;
    } while (now() < deadline);
}

int main(int arguments, char **argument) {
    if (arguments < 3) {
        wrong("usage: gate server stream|seqpacket | load stream <address> | ping stream|seqpacket <address>");
    }
    kind = kind_of(argument[2]);
    if (strcmp(argument[1], "server") == 0) {
        char name[64];
        snprintf(name, sizeof name, "bench-gate-%d", getpid());
        int listener = listen_gate(name, kind);
        leave_at_end_of_input();
        ready(name);
        connection = accept_one(listener);
        serve();
    } else {
        connection = connect_gate(argument[3], kind);
        ready("-");
        run_slices(strcmp(argument[1], "ping") == 0 ? ping : load);
    }
    return 0;
}
