// SPDX-License-Identifier: Apache-2.0

/**
 * The users that come as services: every {@link connector.api.CnCallback} with an id in its properties.
 * <p>
 * <b>All services are tracked</b>, also those that are wired to another {@code connector.api}: these are shown as
 * incompatible instead of not at all. Whatever is refused stands in the runtime DTO with its reason.
 * <p>
 * <b>Getting a service runs user code</b>, so the thread that registers one never does it. A bundle that is ACTIVE: its
 * service is got at once, on a drainer, and then the id is registered. A bundle that is STARTING, for it is activated
 * lazily: the id is registered at once, and the service is got, which starts the bundle, when the first message comes.
 * <p>
 * <b>Order.</b> Each service has one lock, which is not held while its service object is got. A departure that comes
 * first keeps the arrival from happening; one that comes later undoes it, and then waits for a running call as
 * {@link connector.impl.bus.Bus#remove} does.
 */
package connector.impl.whiteboard;
