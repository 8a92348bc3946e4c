// SPDX-License-Identifier: Apache-2.0
package connector.api.propertytypes;

import connector.api.ConnectorConstants;
import connector.api.RequireConnector;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Makes a component that is a {@link connector.api.CnCallback} a user of the bus: its service has the properties of
 * {@link ConnectorConstants}, and its bundle requires a connector.
 */
@ComponentPropertyType
@RequireConnector
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ConnectorUser {

    /** The prefix of the properties: {@code connector.idx}, {@code connector.val} and so on. */
    String PREFIX_ = "connector.";

    /** {@return the idx, 0 to 4294967295} */
    long idx();

    /** {@return the val, 0 to 4294967295; several for several ids} */
    long[] val();

    /** {@return the name for people; empty for the component's} */
    String name() default "";

    /** {@return {@link ConnectorConstants#DELIVERY_MAILBOX} or {@link ConnectorConstants#DELIVERY_INLINE}} */
    String delivery() default ConnectorConstants.DELIVERY_MAILBOX;

    /** {@return how many messages the mailbox holds, 1 to 1048576} */
    int mailbox_capacity() default ConnectorConstants.DEFAULT_MAILBOX_CAPACITY;

    /** {@return how many bytes the mailbox holds, 65536 to 536870912} */
    int mailbox_bytes() default ConnectorConstants.DEFAULT_MAILBOX_BYTES;

    /** {@return what a full mailbox does: one of the {@code OVERFLOW_} constants of {@link ConnectorConstants}} */
    String overflow() default ConnectorConstants.OVERFLOW_DROP_NEWEST;

    /** {@return how long {@link ConnectorConstants#OVERFLOW_WAIT} waits, in milliseconds} */
    long overflow_wait() default ConnectorConstants.DEFAULT_OVERFLOW_WAIT_MS;

    /** {@return for how long the mailbox stays when its last user has left, in milliseconds; 0 is off} */
    long holdover() default 0;
}
