// SPDX-License-Identifier: Apache-2.0
package ksock.impl.refusal;

import static ksock.impl.refusal.SystemCallFilter.MMAP;
import static ksock.impl.refusal.SystemCallFilter.MPROTECT;
import static ksock.impl.refusal.SystemCallFilter.argument;
import static ksock.impl.refusal.SystemCallFilter.nullPointer;

import ksock.api.Errno;
import ksock.api.KernelSocketException;
import ksock.impl.socket.CallsProgram;

/**
 * Has the page refused in which calls past libc have their instructions, as SELinux does without {@code execmem}, and
 * then plays {@link CallsProgram}. The system property {@code refused} is the call that is refused.
 */
final class RefusedPageProgram {

    private static final int PAGE = 4096;
    private static final int PROT_READ_WRITE = 3;
    private static final int PROT_READ_EXEC = 5;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

    private RefusedPageProgram() {
    }

    public static void main(String[] args) throws KernelSocketException {
        SystemCallFilter filter = new SystemCallFilter();
        switch (System.getProperty("refused")) {
            case "mmap" -> filter.refuse(Errno.ENOMEM, MMAP, nullPointer(0), argument(1, PAGE),
                    argument(2, PROT_READ_WRITE), argument(3, MAP_PRIVATE_ANONYMOUS));
            case "mprotect" -> filter.refuse(Errno.EACCES, MPROTECT, argument(1, PAGE), argument(2, PROT_READ_EXEC));
            default -> throw new IllegalArgumentException("refused=" + System.getProperty("refused"));
        }
        filter.install();
        CallsProgram.main(args);
    }
}
