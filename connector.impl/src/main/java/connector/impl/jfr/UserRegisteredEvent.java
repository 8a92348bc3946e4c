// SPDX-License-Identifier: Apache-2.0
package connector.impl.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** {@code connector.UserRegistered}. */
@Name("connector.UserRegistered")
@Label("User Registered")
@Description("An id that had no user has one")
final class UserRegisteredEvent extends UserChangeEvent {
}
