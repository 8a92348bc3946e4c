// SPDX-License-Identifier: Apache-2.0
package connector.impl.netlink;

import connector.api.Loss;
import java.util.List;

/**
 * The receive queue was full.
 *
 * @param enobufs true for the report ahead of what is queued, where the kernel gives its one ENOBUFS; false for the
 *        one at the end, of what was lost meanwhile, which a reader with the kernel's manners passes over
 * @param losses what was lost since the last report, one entry a group
 */
public record Overrun(boolean enobufs, List<Loss> losses) implements Received {
}
