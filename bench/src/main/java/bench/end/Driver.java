// SPDX-License-Identifier: Apache-2.0
package bench.end;

/** The end that decides what happens, and counts it. */
public interface Driver extends End {

    /**
     * Works, and checks that what it sends arrives.
     *
     * @param nanos for about how long
     * @return what was done
     * @throws Exception when anything went otherwise than it must
     */
    Slice run(long nanos) throws Exception;

    @Override
    default String address() {
        return NOWHERE;
    }
}
