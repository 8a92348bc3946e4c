// SPDX-License-Identifier: Apache-2.0
// Says how this host's headers lay out what ksock.api.typed reads: one line for each field, with the field's name, its
// greatest value, and the bytes of a structure in which nothing else is set.
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <linux/errqueue.h>
#include <linux/tcp.h>
#include <linux/version.h>

// No constant, which a compiler would warn of where a field is narrower.
static volatile unsigned long long all_bits = ~0ULL;

static void print(const char *field, unsigned long long value, const void *bytes, size_t size)
{
    printf("%s %llu ", field, value);
    for (size_t i = 0; i < size; i++) {
        printf("%02x", ((const unsigned char *) bytes)[i]);
    }
    printf("\n");
}

#define FIELD(type, prefix, field)                              \
    do {                                                        \
        struct type all;                                        \
        memset(&all, 0, sizeof all);                            \
        all.prefix##field = all_bits;                           \
        print(#field, all.prefix##field, &all, sizeof all);     \
    } while (0)

#define TCP(field) FIELD(tcp_info, tcpi_, field)

static void tcp_info(void)
{
    TCP(state); TCP(ca_state); TCP(retransmits); TCP(probes); TCP(backoff); TCP(options); TCP(snd_wscale);
    TCP(rcv_wscale); TCP(delivery_rate_app_limited); TCP(fastopen_client_fail);
    TCP(rto); TCP(ato); TCP(snd_mss); TCP(rcv_mss); TCP(unacked); TCP(sacked); TCP(lost); TCP(retrans);
    TCP(fackets);
    TCP(last_data_sent); TCP(last_ack_sent); TCP(last_data_recv); TCP(last_ack_recv);
    TCP(pmtu); TCP(rcv_ssthresh); TCP(rtt); TCP(rttvar); TCP(snd_ssthresh); TCP(snd_cwnd); TCP(advmss);
    TCP(reordering); TCP(rcv_rtt); TCP(rcv_space); TCP(total_retrans);
    TCP(pacing_rate); TCP(max_pacing_rate); TCP(bytes_acked); TCP(bytes_received); TCP(segs_out); TCP(segs_in);
    TCP(notsent_bytes); TCP(min_rtt); TCP(data_segs_in); TCP(data_segs_out); TCP(delivery_rate);
    TCP(busy_time); TCP(rwnd_limited); TCP(sndbuf_limited); TCP(delivered); TCP(delivered_ce);
    TCP(bytes_sent); TCP(bytes_retrans); TCP(dsack_dups); TCP(reord_seen); TCP(rcv_ooopack); TCP(snd_wnd);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
    TCP(rcv_wnd); TCP(rehash);
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
    TCP(total_rto); TCP(total_rto_recoveries); TCP(total_rto_time);
#endif
}

#define ERR(field) FIELD(sock_extended_err, ee_, field)

static void sock_extended_err(void)
{
    ERR(errno); ERR(origin); ERR(type); ERR(code); ERR(info); ERR(data);
}

// The fields in the network's order as htons and htonl make them; each of another value.
static void group_source_req(void)
{
    struct group_source_req all;
    memset(&all, 0, sizeof all);
    all.gsr_interface = 7;
    struct sockaddr_in6 *addresses[] = {(void *) &all.gsr_group, (void *) &all.gsr_source};
    for (int i = 0; i < 2; i++) {
        addresses[i]->sin6_family = AF_INET6;
        addresses[i]->sin6_port = htons((unsigned short) (0x1234 + i));
        addresses[i]->sin6_flowinfo = htonl((unsigned) (0x56789 + i));
        addresses[i]->sin6_addr.s6_addr[0] = 0xff;
        addresses[i]->sin6_addr.s6_addr[15] = (unsigned char) (1 + i);
        addresses[i]->sin6_scope_id = (unsigned) (3 + i);
    }
    print("group_source_req", 0, &all, sizeof all);
}

int main(int count, char **arguments)
{
    const char *which = count > 1 ? arguments[1] : "";
    if (strcmp(which, "tcp_info") == 0) {
        tcp_info();
    } else if (strcmp(which, "sock_extended_err") == 0) {
        sock_extended_err();
    } else {
        group_source_req();
    }
    return 0;
}
