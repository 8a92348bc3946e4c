// SPDX-License-Identifier: Apache-2.0

/** Users by cb_id, and their mailboxes. */
package connector.impl.bus;
