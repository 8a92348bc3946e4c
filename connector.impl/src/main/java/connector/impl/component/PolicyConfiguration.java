// SPDX-License-Identifier: Apache-2.0
package connector.impl.component;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of the factory PID {@value PolicyComponent#PID}, as tools show them; {@code RuleReader} reads them. */
@ObjectClassDefinition(name = "Connector policy rule",
        description = "Whom to allow or deny what at the gates. Lists of who: uid:<number>, gid:<number>, root, owner "
                + "(the user that the platform runs as), any. The highest ranking that names the one who asks decides; "
                + "there deny goes before allow. Where no rule does: root and the owner may, nobody else.")
@interface PolicyConfiguration {

    /** {@return the ranking} */
    @AttributeDefinition(description = "Rules with a higher number are asked first", type = AttributeType.INTEGER)
    int ranking() default 0;

    /** {@return idx} */
    @AttributeDefinition(description = "idx of the ids that it is about: 5, 7, 100-199, 0x10, or *")
    String idx() default "*";

    /** {@return val} */
    @AttributeDefinition(description = "val of the ids that it is about")
    String val() default "*";

    /** {@return groups} */
    @AttributeDefinition(description = "Groups that it is about; empty for those with the numbers of idx",
            required = false)
    String group() default "";

    /** {@return ports} */
    @AttributeDefinition(description = "Ports that it is about")
    String port() default "*";

    /** {@return who} */
    @AttributeDefinition(name = "allow.send", description = "Who may send to those ids", required = false)
    String allow_send() default "";

    /** {@return who} */
    @AttributeDefinition(name = "allow.notify",
            description = "Who may know of those ids, and when they come and go", required = false)
    String allow_notify() default "";

    /** {@return who} */
    @AttributeDefinition(name = "allow.monitor",
            description = "Who may see all messages of those ids, as cn monitor", required = false)
    String allow_monitor() default "";

    /** {@return who} */
    @AttributeDefinition(name = "allow.listen", description = "Who may join those groups", required = false)
    String allow_listen() default "";

    /** {@return who} */
    @AttributeDefinition(name = "allow.multicast", description = "Who may send to those groups", required = false)
    String allow_multicast() default "";

    /** {@return who} */
    @AttributeDefinition(name = "allow.unicast", description = "Who may send to those ports", required = false)
    String allow_unicast() default "";

    /** {@return who} */
    @AttributeDefinition(name = "allow.bind",
            description = "Who may take those port ids of its own choice", required = false)
    String allow_bind() default "";

    /** {@return who} */
    @AttributeDefinition(name = "deny.send", description = "Who may not send to those ids", required = false)
    String deny_send() default "";

    /** {@return who} */
    @AttributeDefinition(name = "deny.notify", description = "Who may not know of those ids", required = false)
    String deny_notify() default "";

    /** {@return who} */
    @AttributeDefinition(name = "deny.monitor",
            description = "Who may not see the messages of those ids", required = false)
    String deny_monitor() default "";

    /** {@return who} */
    @AttributeDefinition(name = "deny.listen", description = "Who may not join those groups", required = false)
    String deny_listen() default "";

    /** {@return who} */
    @AttributeDefinition(name = "deny.multicast", description = "Who may not send to those groups", required = false)
    String deny_multicast() default "";

    /** {@return who} */
    @AttributeDefinition(name = "deny.unicast", description = "Who may not send to those ports", required = false)
    String deny_unicast() default "";

    /** {@return who} */
    @AttributeDefinition(name = "deny.bind", description = "Who may not take those port ids", required = false)
    String deny_bind() default "";
}
