// SPDX-License-Identifier: Apache-2.0
/** Snapshots as text, for the shell and the inventory. */
package connector.impl.text;
