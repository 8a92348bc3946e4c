// SPDX-License-Identifier: Apache-2.0
/**
 * Snapshots as text, for the shell and the inventory: columns as netstat has them, and the field's names for numbers.
 */
package ksock.impl.text;
