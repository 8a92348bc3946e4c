// SPDX-License-Identifier: Apache-2.0
package connector.api.runtime;

import java.util.Map;
import org.osgi.dto.DTO;

/** Who may do what at the gates. */
public class PolicyDTO extends DTO {

    /** The user that the platform runs as, who with root may do what no rule is about; u32. */
    public long ownerUid;

    /** The rules, in the order in which they are asked; those that are refused last. */
    public PolicyRuleDTO[] rules;

    /**
     * How often each operation was refused, EPERM: {@code send}, {@code notify}, {@code listen}, {@code multicast},
     * {@code unicast}, {@code bind}.
     */
    public Map<String, Long> refused;

    /** Empty, to be filled. */
    public PolicyDTO() {
    }
}
