// SPDX-License-Identifier: Apache-2.0

/**
 * The connector's test user, {@code cn_test.c}, as a bundle: what writing an agent is.
 *
 * <p>A component that is a {@code CnCallback}, with its ids in an annotation. Starting the bundle registers the ids,
 * stopping it unregisters them; nothing else is to be called, and nothing has to be cleaned up.
 */
package agent.cntest;
