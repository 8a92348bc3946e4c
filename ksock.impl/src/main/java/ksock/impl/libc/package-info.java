// SPDX-License-Identifier: Apache-2.0
/**
 * The system calls of Linux by {@code java.lang.foreign}, and nothing else: no policy, no state, no exception.
 *
 * <h2>Convention</h2>
 * Every call returns what the kernel itself would: the result if it is not negative, else {@code -errno}. The errno is
 * captured in the same downcall into a segment that the caller supplies, because a static one would be shared by all
 * threads and one allocated a call would be garbage a call. {@link ksock.impl.libc.Scratch} is where callers take it
 * from: a pool, in which each thread nearly always finds the instance that it gave back last.
 *
 * <h2>Past libc</h2>
 * The calls that are made with every message (send, recv, sendto, recvfrom, epoll_wait, io_uring_enter), and the one
 * that arms a socket (epoll_ctl), are made by the processor's {@code syscall} instruction itself where that can be
 * done, see {@code SystemCall}: the answer is the kernel's {@code -errno} as it stands, nothing is captured, and
 * nothing can become garbage. Elsewhere, and with {@code -Dksock.calls=libc}, they are libc's like all others, and
 * nothing goes by a ring; there the compiler may leave a few bytes of garbage a call whose caller is deep below a
 * callback.
 *
 * <h2>Memory</h2>
 * Every pointer argument is a {@link java.lang.foreign.MemorySegment}: its arena cannot be closed while the call runs.
 * Memory that the kernel reaches only through a pointer inside another structure (the buffers of an iovec, control
 * data) has no such protection of its own; {@link ksock.impl.libc.SocketCalls#sendmsg} and {@code recvmsg} therefore
 * take it a second time, as arguments that the callee ignores.
 *
 * <h2>Loading</h2>
 * The handles are linked by the initialisers of {@link ksock.impl.libc.SocketCalls},
 * {@link ksock.impl.libc.DescriptorCalls}, {@link ksock.impl.libc.EpollCalls}, {@link ksock.impl.libc.IoUringCalls} and
 * {@link ksock.impl.libc.SignalCalls}, thus at their first use. {@link ksock.impl.libc.Linux#unsupported()} says
 * beforehand, without touching them, whether they would link: on another operating system every class of this bundle
 * loads, and only the host family is missing. Functions are found by {@code dlsym(RTLD_DEFAULT)}, as the process' own
 * references are: a library that LD_PRELOAD puts before libc is called instead. The linker's own lookup passes it by.
 *
 * <h2>Layouts</h2>
 * The classes named as structures ({@link ksock.impl.libc.MsgHdr}, {@link ksock.impl.libc.PollFds},
 * {@link ksock.impl.libc.EpollEvents} ...) are constants of offset and accessors over a caller's segment. They hold for
 * Linux on x86-64 and aarch64, glibc and musl, which differ in {@code epoll_event} alone.
 */
package ksock.impl.libc;
