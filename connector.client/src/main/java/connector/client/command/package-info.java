// SPDX-License-Identifier: Apache-2.0
/**
 * What the command {@code cn} can do: its options, one class for each command, and how things are printed, for people
 * or as one JSON object a line.
 */
package connector.client.command;
