// SPDX-License-Identifier: Apache-2.0

/** The host kernel's process events as the bus' user {1,1}. */
package agent.proc;
