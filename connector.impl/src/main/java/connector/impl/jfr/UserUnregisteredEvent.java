// SPDX-License-Identifier: Apache-2.0
package connector.impl.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** {@code connector.UserUnregistered}. */
@Name("connector.UserUnregistered")
@Label("User Unregistered")
@Description("An id has no user any more")
final class UserUnregisteredEvent extends UserChangeEvent {
}
