// SPDX-License-Identifier: Apache-2.0
package connector.impl.bus;

/**
 * Ownership, and behind it what keeps the fields of whoever extends this on another cache line. It is a class of its
 * own, since within one class the virtual machine puts references behind all that is longer, the padding too.
 */
abstract class PaddedOwnership extends Ownership {

    @SuppressWarnings("unused")
    private long p0, p1, p2, p3, p4, p5, p6, p7;
}
