// SPDX-License-Identifier: Apache-2.0
/**
 * The sockets in Apache Felix' inventory: a printer, which its web console shows and puts into its reports. The package
 * of the inventory is imported optionally, and the component is delayed: without an inventory nobody asks for it, and
 * its class is never loaded.
 */
package ksock.impl.inventory;
