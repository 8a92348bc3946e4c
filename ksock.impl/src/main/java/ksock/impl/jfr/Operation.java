// SPDX-License-Identifier: Apache-2.0
package ksock.impl.jfr;

/**
 * Something that is recorded, from when it was asked for at {@link Operations} to its end.
 *
 * @param <S> what is told of the socket at the end
 */
@FunctionalInterface
public interface Operation<S extends Recorded> {

    /**
     * It is over.
     *
     * @param socket whose it was
     * @param errno 0 if it went well
     */
    void end(S socket, int errno);
}
