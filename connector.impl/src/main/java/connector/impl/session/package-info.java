// SPDX-License-Identifier: Apache-2.0

/**
 * {@link connector.api.Connector} for one client: the callbacks, ports, subscriptions and requests that it made, which
 * end with it. No OSGi.
 * <p>
 * A port's receiver is run by a drainer, one message at a time; a reply to a request is matched on the replier's
 * thread, which runs no code of the asking side: who waits in {@code request} is woken, a future is completed by a
 * drainer.
 */
package connector.impl.session;
