// SPDX-License-Identifier: Apache-2.0

/** The system calls. */
package ksock.impl.libc;
