// SPDX-License-Identifier: Apache-2.0
package ksock.api.typed;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import ksock.api.LinuxFilter;

/**
 * {@code struct sock_filter}: an instruction of a classic filter, which {@link SocketOptions#SO_ATTACH_FILTER} takes a
 * list of.
 *
 * <pre>{@code
 * // What is shorter than eight bytes is let through, all else is dropped.
 * socket.setsockopt(SocketOptions.SO_ATTACH_FILTER, List.of(
 *         SockFilter.stmt(BPF_LD + BPF_W + BPF_LEN, 0),
 *         SockFilter.jump(BPF_JMP + BPF_JGE + BPF_K, 8, 1, 0),
 *         SockFilter.stmt(BPF_RET + BPF_K, 0x40000),
 *         SockFilter.stmt(BPF_RET + BPF_K, 0)));
 * }</pre>
 *
 * <p>On UDP and TCP the message begins with the protocol's header.
 *
 * @param code what to do, 0 to 65535; a sum of {@code BPF_} numbers of {@link LinuxFilter}
 * @param jt how many instructions to pass if a jump's condition is true, 0 to 255
 * @param jf how many if it is false, 0 to 255
 * @param k the constant
 */
public record SockFilter(int code, int jt, int jf, int k) {

    /** The most that a program has. */
    static final int MOST_BYTES = LinuxFilter.BPF_MAXINSNS * 8;

    private static final int SIZE = 8;
    private static final int PROGRAM_SIZE = 16;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if the code or a jump is out of range
     */
    public SockFilter {
        if (code < 0 || code > 0xffff) {
            throw new IllegalArgumentException("an instruction's code is 0 to 65535, not " + code);
        }
        if (jt < 0 || jt > 0xff || jf < 0 || jf > 0xff) {
            throw new IllegalArgumentException("a jump passes 0 to 255 instructions, not " + jt + " or " + jf);
        }
    }

    /**
     * An instruction that is no jump: {@code BPF_STMT}.
     *
     * @param code what to do
     * @param k the constant
     * @return the instruction
     */
    public static SockFilter stmt(int code, int k) {
        return new SockFilter(code, 0, 0, k);
    }

    /**
     * An instruction that jumps: {@code BPF_JUMP}, its arguments in C's order.
     *
     * @param code what to compare
     * @param k with what
     * @param jt how many instructions to pass if it is true, 0 to 255
     * @param jf how many if it is false, 0 to 255
     * @return the instruction
     */
    public static SockFilter jump(int code, int k, int jt, int jf) {
        return new SockFilter(code, jt, jf, k);
    }

    /** {@code struct sock_fprog}, with the program behind it in the same memory. */
    static MemorySegment encode(List<SockFilter> program) {
        if (program.size() > LinuxFilter.BPF_MAXINSNS) {
            throw new IllegalArgumentException("a filter has at most " + LinuxFilter.BPF_MAXINSNS
                    + " instructions, this has " + program.size());
        }
        MemorySegment all = Arena.ofAuto().allocate(PROGRAM_SIZE + (long) program.size() * SIZE, SIZE);
        all.set(ValueLayout.JAVA_SHORT, 0, (short) program.size());
        all.set(ValueLayout.ADDRESS, SIZE, all.asSlice(PROGRAM_SIZE));
        long at = PROGRAM_SIZE;
        for (SockFilter instruction : program) {
            all.set(ValueLayout.JAVA_SHORT, at, (short) instruction.code);
            all.set(ValueLayout.JAVA_BYTE, at + 2, (byte) instruction.jt);
            all.set(ValueLayout.JAVA_BYTE, at + 3, (byte) instruction.jf);
            all.set(ValueLayout.JAVA_INT, at + 4, instruction.k);
            at += SIZE;
        }
        // A part of the whole: as long as it is held, so is what it points to.
        return all.asSlice(0, PROGRAM_SIZE);
    }

    /** The program, as the host gives it: without the structure that points to it. */
    static List<SockFilter> decode(MemorySegment program) {
        List<SockFilter> instructions = new ArrayList<>();
        for (long at = 0; at + SIZE <= program.byteSize(); at += SIZE) {
            instructions.add(new SockFilter(Short.toUnsignedInt(program.get(ValueLayout.JAVA_SHORT_UNALIGNED, at)),
                    Byte.toUnsignedInt(program.get(ValueLayout.JAVA_BYTE, at + 2)),
                    Byte.toUnsignedInt(program.get(ValueLayout.JAVA_BYTE, at + 3)),
                    program.get(ValueLayout.JAVA_INT_UNALIGNED, at + 4)));
        }
        return List.copyOf(instructions);
    }
}
