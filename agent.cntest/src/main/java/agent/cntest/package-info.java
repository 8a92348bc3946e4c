// SPDX-License-Identifier: Apache-2.0

/** The connector's test user as a bundle. */
package agent.cntest;
