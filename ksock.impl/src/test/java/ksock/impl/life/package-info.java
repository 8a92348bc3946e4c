// SPDX-License-Identifier: Apache-2.0
/** What many sockets, too few descriptors, and descriptors that are used again under fire do to each other: nothing. */
package ksock.impl.life;
