// SPDX-License-Identifier: Apache-2.0

/**
 * The connector's commands in the Gogo shell. Each returns DTOs, so that scripts can work on them; a converter renders
 * them as tables. Without Gogo nothing of this is loaded.
 */
package connector.impl.gogo;
