// SPDX-License-Identifier: Apache-2.0
/**
 * The command line of {@code cn}: its options, and ids, ranges and data as people write them. What makes no sense is a
 * {@link connector.client.line.UsageException} that names the word and says how it would be right.
 */
package connector.client.line;
