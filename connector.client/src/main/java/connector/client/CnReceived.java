// SPDX-License-Identifier: Apache-2.0
package connector.client;

/** What {@link CnSocket#receive} gives: a message for this socket, or one that its tap saw. */
public sealed interface CnReceived permits CnMessage, CnTapped {
}
