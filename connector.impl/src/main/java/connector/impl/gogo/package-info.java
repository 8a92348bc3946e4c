// SPDX-License-Identifier: Apache-2.0

/**
 * The connector's commands in the Gogo shell. Those that list return DTOs, so that scripts can work on them; a
 * converter renders them as tables. {@code monitor} alone prints as it goes: it taps the bus for a while. Without Gogo
 * nothing of this is loaded.
 */
package connector.impl.gogo;
