// SPDX-License-Identifier: Apache-2.0

/**
 * The connector as Declarative Services components.
 *
 * <ul>
 * <li>{@link connector.impl.component.BusService}: the one bus, for this bundle's own components: it, and nothing else,
 * has the configuration {@code connector}. It needs neither sockets nor agents.
 * <li>{@link connector.impl.component.ConnectorComponent}: the service {@link connector.api.Connector}, one a client.
 * <li>{@link connector.impl.component.WhiteboardComponent}: the users that come as services.
 * <li>{@link connector.impl.component.RuntimeComponent}: what the connector knows of itself.
 * </ul>
 *
 * No user code runs in the methods of these components, and the only waiting is the bounded one for a leaving user's
 * running callback.
 */
package connector.impl.component;
