// SPDX-License-Identifier: Apache-2.0
package ksock.impl.component;

/** Whether the virtual machine lets this code make system calls. */
final class NativeAccess {

    private NativeAccess() {
    }

    /**
     * What an operator should know; to be asked before the first system call, which changes the answer.
     *
     * @return null if access is granted
     */
    static String advice() {
        if (NativeAccess.class.getModule().isNativeAccessEnabled()) {
            return null;
        }
        return "Native access is not granted to ksock, which makes system calls: Java allows it with a warning now, "
                + "and will not in a later release. Start Java with --enable-native-access=ALL-UNNAMED";
    }
}
