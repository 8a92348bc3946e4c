// SPDX-License-Identifier: Apache-2.0
package connector.client.pcapng;

import connector.client.CnMessage;
import java.time.Instant;

/**
 * A message of a capture.
 *
 * @param time when it came
 * @param message what came, with its group where the file tells
 * @param at where its packet's block begins in the file, in bytes
 */
public record CapturedMessage(Instant time, CnMessage message, long at) {
}
