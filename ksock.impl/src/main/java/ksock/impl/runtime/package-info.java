// SPDX-License-Identifier: Apache-2.0
/**
 * The {@link ksock.api.runtime.KernelSocketsRuntime} service: one snapshot of all sockets and families, which commands
 * and other views render. Nothing is kept for it but counters that cost an addition; queues, addresses and states are
 * asked of the host when a snapshot is taken.
 */
package ksock.impl.runtime;
