// SPDX-License-Identifier: Apache-2.0
/**
 * What the host hardly ever refuses, refused by the host for real.
 *
 * <p>No table of files is full, no memory short, and no connection aborted between two system calls because a test
 * wants it so. What every Linux has is a filter of system calls, which makes the kernel itself answer a call with an
 * errno instead of carrying it out: {@link ksock.impl.refusal.SystemCallFilter}. Nothing of ours knows of it; libc's
 * wrapper, the capture of the errno, and all that follows run as they would.
 *
 * <p>ENFILE too comes from a filter alone. The host's table of files is full at {@code fs.file-max} for all processes
 * at once but those with CAP_SYS_ADMIN: to reach it would take millions of files, or a lower limit, and either would
 * have every other process on the machine fail with it.
 *
 * <p>A filter stays until its process ends, so each program here is a process of its own. That a shortage ends is
 * played by filters that look at an argument: {@code accept()} with nowhere to put the peer's address is refused, on
 * one listener, {@code accept(peer)} is not; or by one that is there for one thread only, and those it starts.
 *
 * <p>A program prints one line a case, and the test has the table of what each must say. The numbers of the calls are
 * those of x86-64; elsewhere the tests are skipped.
 */
package ksock.impl.refusal;
