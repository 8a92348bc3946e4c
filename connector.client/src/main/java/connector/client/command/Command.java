// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.client.CnException;
import connector.client.CnSocket;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.print.Output;
import java.io.IOException;

/** One thing that {@code cn} can do. */
public interface Command {

    /** Exit status: done. */
    int DONE = 0;
    /** Exit status: refused, or something went wrong. */
    int FAILED = 1;
    /** Exit status: the time was over first. */
    int TIME_OVER = 4;

    /**
     * Looks at the command line before there is a connection.
     *
     * @param options the command line
     * @throws UsageException it makes no sense for this command
     */
    void check(Options options) throws UsageException;

    /**
     * Does it.
     *
     * @param socket connected; null for a command that needs none
     * @param options checked
     * @param output for what comes of it
     * @return the exit status
     * @throws CnException the platform refused or went away
     * @throws IOException a file cannot be read or written; it says which, and why
     * @throws UsageException the command line makes no sense
     */
    int run(CnSocket socket, Options options, Output output) throws IOException, UsageException;
}
