// SPDX-License-Identifier: Apache-2.0
package connector.impl.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** {@code connector.UserChanged}. */
@Name("connector.UserChanged")
@Label("User Changed")
@Description("Another user has an id, without a gap")
final class UserChangedEvent extends UserChangeEvent {
}
