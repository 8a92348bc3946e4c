// SPDX-License-Identifier: Apache-2.0
package bench.end;

/** One end of a measurement. */
public interface End {

    /**
     * Where the other end reaches it.
     *
     * @return a port, an abstract UNIX name, or {@link #NOWHERE}
     */
    String address();

    /** The address of an end that nobody connects to. */
    String NOWHERE = "-";
}
