// SPDX-License-Identifier: Apache-2.0
package ksock.api;

/**
 * The names of {@code <linux/filter.h>} and {@code <linux/bpf_common.h>}: classic filters, for
 * {@link SysSocket#SO_ATTACH_FILTER}.
 *
 * <p>An instruction's code is the sum of a class and what belongs to it: {@code BPF_LD + BPF_W + BPF_ABS}.
 */
public final class LinuxFilter {

    /** Class: loads the accumulator. */
    public static final int BPF_LD = 0x00;

    /** Class: loads the index register. */
    public static final int BPF_LDX = 0x01;

    /** Class: stores the accumulator. */
    public static final int BPF_ST = 0x02;

    /** Class: stores the index register. */
    public static final int BPF_STX = 0x03;

    /** Class: computes. */
    public static final int BPF_ALU = 0x04;

    /** Class: jumps. */
    public static final int BPF_JMP = 0x05;

    /** Class: ends; so many bytes of the message are let through, none for not at all. */
    public static final int BPF_RET = 0x06;

    /** Class: between accumulator and index register. */
    public static final int BPF_MISC = 0x07;

    /** Of a load: 32 bits. */
    public static final int BPF_W = 0x00;

    /** Of a load: 16 bits. */
    public static final int BPF_H = 0x08;

    /** Of a load: 8 bits. */
    public static final int BPF_B = 0x10;

    /** Of a load: the constant. */
    public static final int BPF_IMM = 0x00;

    /** Of a load: at the constant, in the message. */
    public static final int BPF_ABS = 0x20;

    /** Of a load: at index register and constant, in the message. */
    public static final int BPF_IND = 0x40;

    /** Of a load: a word of scratch memory. */
    public static final int BPF_MEM = 0x60;

    /** Of a load: the message's length. */
    public static final int BPF_LEN = 0x80;

    /** Of a load: four times the low four bits of a byte of the message. */
    public static final int BPF_MSH = 0xa0;

    /** Of a computation. */
    public static final int BPF_ADD = 0x00;

    /** Of a computation. */
    public static final int BPF_SUB = 0x10;

    /** Of a computation. */
    public static final int BPF_MUL = 0x20;

    /** Of a computation. */
    public static final int BPF_DIV = 0x30;

    /** Of a computation. */
    public static final int BPF_OR = 0x40;

    /** Of a computation. */
    public static final int BPF_AND = 0x50;

    /** Of a computation. */
    public static final int BPF_LSH = 0x60;

    /** Of a computation. */
    public static final int BPF_RSH = 0x70;

    /** Of a computation. */
    public static final int BPF_NEG = 0x80;

    /** Of a computation. */
    public static final int BPF_MOD = 0x90;

    /** Of a computation. */
    public static final int BPF_XOR = 0xa0;

    /** Of a jump: always, by the constant. */
    public static final int BPF_JA = 0x00;

    /** Of a jump: if equal. */
    public static final int BPF_JEQ = 0x10;

    /** Of a jump: if greater, unsigned. */
    public static final int BPF_JGT = 0x20;

    /** Of a jump: if greater or equal, unsigned. */
    public static final int BPF_JGE = 0x30;

    /** Of a jump: if they have a bit in common. */
    public static final int BPF_JSET = 0x40;

    /** With the constant. */
    public static final int BPF_K = 0x00;

    /** With the index register. */
    public static final int BPF_X = 0x08;

    /** Of {@link #BPF_RET}: as many as the accumulator says. */
    public static final int BPF_A = 0x10;

    /** Of {@link #BPF_MISC}: from the accumulator to the index register. */
    public static final int BPF_TAX = 0x00;

    /** Of {@link #BPF_MISC}: from the index register to the accumulator. */
    public static final int BPF_TXA = 0x80;

    /** The most instructions that a program has. */
    public static final int BPF_MAXINSNS = 4096;

    /** An absolute load from here on: what the host knows of the message. */
    public static final int SKF_AD_OFF = -0x1000;

    /** Behind {@link #SKF_AD_OFF}: the Ethernet protocol. */
    public static final int SKF_AD_PROTOCOL = 0;

    /** Behind {@link #SKF_AD_OFF}: one of the PACKET_ types of {@link LinuxIfPacket}. */
    public static final int SKF_AD_PKTTYPE = 4;

    /** Behind {@link #SKF_AD_OFF}: the interface index. */
    public static final int SKF_AD_IFINDEX = 8;

    /** Behind {@link #SKF_AD_OFF}: the mark. */
    public static final int SKF_AD_MARK = 20;

    /** Behind {@link #SKF_AD_OFF}: the device's queue. */
    public static final int SKF_AD_QUEUE = 24;

    /** Behind {@link #SKF_AD_OFF}: the flow's hash. */
    public static final int SKF_AD_RXHASH = 32;

    /** Behind {@link #SKF_AD_OFF}: the processor. */
    public static final int SKF_AD_CPU = 36;

    /** Behind {@link #SKF_AD_OFF}: the VLAN. */
    public static final int SKF_AD_VLAN_TAG = 44;

    /** Behind {@link #SKF_AD_OFF}: a random number. */
    public static final int SKF_AD_RANDOM = 56;

    /** An absolute load from here on: from the network header. */
    public static final int SKF_NET_OFF = -0x100000;

    /** An absolute load from here on: from the device's header. */
    public static final int SKF_LL_OFF = -0x200000;

    private LinuxFilter() {
    }
}
