// SPDX-License-Identifier: Apache-2.0
/**
 * How {@code cn} prints what it has found out: for people, or for programs as one JSON object a line. Nothing but what
 * was asked for goes to standard output; remarks go to standard error. What came from elsewhere is escaped, so that no
 * message can steer a terminal.
 */
package connector.client.print;
