// SPDX-License-Identifier: Apache-2.0
package connector.api.runtime;

import java.util.Map;
import org.osgi.dto.DTO;

/** A rule of the policy: a configuration of {@code connector.policy}. */
public class PolicyRuleDTO extends DTO {

    /** Its PID. */
    public String name;

    /** The higher is asked first. */
    public int ranking;

    /** Numbers and ranges of the ids that it is about; {@code *} for all. Null if there is no rule, but a failure. */
    public String idx;

    /** Numbers and ranges of the ids that it is about. */
    public String val;

    /** Numbers and ranges of the groups that it is about. */
    public String group;

    /** Numbers and ranges of the ports that it is about. */
    public String port;

    /** Whom it allows what, by operation. */
    public Map<String, String> allow;

    /** Whom it denies what, by operation. */
    public Map<String, String> deny;

    /** Why the configuration is refused; the rule, if there is one, is that of before. Null if it is in force. */
    public String failure;

    /** Empty, to be filled. */
    public PolicyRuleDTO() {
    }
}
