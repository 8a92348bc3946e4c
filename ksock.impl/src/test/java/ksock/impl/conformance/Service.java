// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import java.util.ServiceLoader;
import ksock.api.KernelSockets;

/** The service, as a user without a framework gets it. */
public final class Service {

    private Service() {
    }

    public static KernelSockets open() {
        return ServiceLoader.load(KernelSockets.class).findFirst().orElseThrow(
                () -> new AssertionError("no provider of KernelSockets on the class path"));
    }
}
