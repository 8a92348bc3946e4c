// SPDX-License-Identifier: Apache-2.0
package ksock.impl.refusal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import ksock.api.Errno;

/**
 * A filter of system calls (seccomp) that makes the kernel refuse some with an errno, and carry out all others. Once
 * installed it stays: only for a process that is there for nothing else. For x86-64.
 */
@SuppressWarnings("restricted")
final class SystemCallFilter {

    // <asm/unistd_64.h>
    static final int CLOSE = 3;
    static final int MMAP = 9;
    static final int MPROTECT = 10;
    static final int SOCKET = 41;
    static final int SENDTO = 44;
    static final int RECVFROM = 45;
    static final int SENDMSG = 46;
    static final int RECVMSG = 47;
    static final int SOCKETPAIR = 53;
    static final int CLONE = 56;
    static final int EPOLL_CTL = 233;
    static final int ACCEPT4 = 288;
    static final int EVENTFD2 = 290;
    static final int EPOLL_CREATE1 = 291;
    static final int IO_URING_SETUP = 425;
    static final int IO_URING_ENTER = 426;
    static final int CLONE3 = 435;
    private static final int SECCOMP = 317;

    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int SECCOMP_FILTER_FLAG_TSYNC = 1;
    private static final int SECCOMP_RET_ERRNO = 0x00050000;
    private static final int SECCOMP_RET_ALLOW = 0x7fff0000;

    // <linux/bpf_common.h>, and where struct seccomp_data has the number of the call and its arguments.
    private static final short LOAD_WORD = 0x20;
    private static final short JUMP_EQUAL = 0x15;
    private static final short RETURN = 0x06;
    private static final int NUMBER_AT = 0;
    private static final int ARGUMENTS_AT = 16;
    private static final long INSTRUCTION_BYTES = 8;

    private final List<Instruction> instructions = new ArrayList<>();

    /** What an argument must be for a call to be refused. */
    record Argument(int index, int value, boolean wide) {
    }

    private record Instruction(short code, int ifEqual, int otherwise, int operand) {
    }

    /** An {@code int}: of its register the kernel looks at the lower half only. */
    static Argument argument(int index, int value) {
        return new Argument(index, value, false);
    }

    /** A pointer, to nowhere. */
    static Argument nullPointer(int index) {
        return new Argument(index, 0, true);
    }

    /** Refuses a call with these arguments, whatever the others are. */
    SystemCallFilter refuse(Errno errno, int call, Argument... arguments) {
        List<Instruction> rule = new ArrayList<>();
        for (Argument argument : arguments) {
            int at = ARGUMENTS_AT + 8 * argument.index;
            rule.add(new Instruction(LOAD_WORD, 0, 0, at));
            rule.add(new Instruction(JUMP_EQUAL, 0, 0, argument.value));
            if (argument.wide) {
                rule.add(new Instruction(LOAD_WORD, 0, 0, at + 4));
                rule.add(new Instruction(JUMP_EQUAL, 0, 0, 0));
            }
        }
        rule.addFirst(new Instruction(JUMP_EQUAL, 0, 0, call));
        rule.addFirst(new Instruction(LOAD_WORD, 0, 0, NUMBER_AT));
        rule.add(new Instruction(RETURN, 0, 0, SECCOMP_RET_ERRNO | errno.number()));
        for (int i = 0; i < rule.size(); i++) {
            Instruction one = rule.get(i);
            // What is not equal goes on behind this rule.
            instructions.add(one.code == JUMP_EQUAL
                    ? new Instruction(one.code, 0, rule.size() - i - 1, one.operand) : one);
        }
        return this;
    }

    /** Refuses from now on, in every thread of the process. */
    void install() {
        install(SECCOMP_FILTER_FLAG_TSYNC);
    }

    /** Refuses from now on, in the calling thread and in those that it starts. */
    void installHere() {
        install(0);
    }

    private void install(int flags) {
        Linker linker = Linker.nativeLinker();
        MethodHandle prctl = linker.downcallHandle(linker.defaultLookup().findOrThrow("prctl"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        MethodHandle syscall = linker.downcallHandle(linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS),
                Linker.Option.firstVariadicArg(1));
        try (Arena arena = Arena.ofConfined()) {
            // Without it only root may.
            if ((int) prctl.invokeExact(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) != 0) {
                throw new IllegalStateException("prctl(PR_SET_NO_NEW_PRIVS) failed");
            }
            long result = (long) syscall.invokeExact((long) SECCOMP, SECCOMP_SET_MODE_FILTER, flags, program(arena));
            if (result != 0) {
                throw new IllegalStateException("seccomp(SECCOMP_SET_MODE_FILTER) gave " + result);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** A {@code struct sock_fprog}. */
    private MemorySegment program(Arena arena) {
        List<Instruction> whole = new ArrayList<>(instructions);
        whole.add(new Instruction(RETURN, 0, 0, SECCOMP_RET_ALLOW));
        MemorySegment code = arena.allocate(whole.size() * INSTRUCTION_BYTES, 8);
        for (int i = 0; i < whole.size(); i++) {
            MemorySegment at = code.asSlice(i * INSTRUCTION_BYTES, INSTRUCTION_BYTES);
            at.set(JAVA_SHORT, 0, whole.get(i).code);
            at.set(JAVA_BYTE, 2, (byte) whole.get(i).ifEqual);
            at.set(JAVA_BYTE, 3, (byte) whole.get(i).otherwise);
            at.set(JAVA_INT, 4, whole.get(i).operand);
        }
        MemorySegment program = arena.allocate(16, 8);
        program.set(JAVA_SHORT, 0, (short) whole.size());
        program.set(ADDRESS, 8, code);
        return program;
    }
}
