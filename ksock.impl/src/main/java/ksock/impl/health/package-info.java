// SPDX-License-Identifier: Apache-2.0
/**
 * The sockets' health, for Apache Felix' health checks. Their package is imported optionally, and the component is
 * delayed: without health checks nobody asks for it, and its class is never loaded.
 */
package ksock.impl.health;
