// SPDX-License-Identifier: Apache-2.0
/**
 * The sockets for JMX: the MXBean {@code ksock:type=Runtime} in the platform's MBean server. The packages of JMX are
 * imported optionally; in a runtime without {@code java.management}, {@link ksock.impl.jmx.JmxComponent} does nothing,
 * and loads none of the other classes.
 */
package ksock.impl.jmx;
