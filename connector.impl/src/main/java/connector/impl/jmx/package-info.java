// SPDX-License-Identifier: Apache-2.0
/**
 * The connector for JMX: the MXBean {@code connector:type=Runtime} in the platform's MBean server. The packages of JMX
 * are imported optionally; in a runtime without {@code java.management}, {@link connector.impl.jmx.JmxComponent} does
 * nothing, and loads none of the other classes.
 */
package connector.impl.jmx;
