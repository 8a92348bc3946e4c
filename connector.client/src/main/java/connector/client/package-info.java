// SPDX-License-Identifier: Apache-2.0

/** The connector from any process, by the platform's gate. */
package connector.client;
