// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Locale;

/** Whether this machine is one whose system calls this package can make. Safe to ask anywhere. */
public final class Linux {

    private static final String ARCHITECTURE = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);

    /** x86-64: {@code epoll_event} is packed there, and only there. */
    static final boolean X86_64 = ARCHITECTURE.equals("amd64") || ARCHITECTURE.equals("x86_64");

    private static final String UNSUPPORTED = probe();

    private Linux() {
    }

    /**
     * Why system calls cannot be made here, as a sentence for an operator that says what to do; null if they can.
     *
     * @return null on a supported machine with native access granted
     */
    public static String unsupported() {
        return UNSUPPORTED;
    }

    @SuppressWarnings("restricted")
    private static String probe() {
        String system = System.getProperty("os.name", "");
        if (!system.equals("Linux")) {
            return "the host's sockets are reached on Linux only, and this is " + system;
        }
        if (!X86_64 && !ARCHITECTURE.equals("aarch64")) {
            return "the host's sockets are reached on x86-64 and aarch64 only, and this is " + ARCHITECTURE;
        }
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            return "the host's sockets are reached on little-endian machines only";
        }
        try {
            Linker linker = Linker.nativeLinker();
            linker.downcallHandle(linker.defaultLookup().findOrThrow("getpid"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT));
            return null;
        } catch (IllegalCallerException e) {
            return "native access is denied to ksock.impl: start Java with --enable-native-access=ALL-UNNAMED";
        } catch (RuntimeException e) {
            return "libc cannot be reached: " + e;
        }
    }
}
