// SPDX-License-Identifier: Apache-2.0
/**
 * What the command {@code cn} can do: one class for each command. {@link connector.client.command.Verb} lists them,
 * with their words and options, and is what the command line is checked against and help and completion are made of; so
 * a command is added by a class and an entry there.
 *
 * <p>A command looks at its words before there is a connection, is then given one, and gives the exit status. While it
 * waits it waits for the socket, whose end (the platform's, or Ctrl-C) ends it: what it has begun, such as a file, it
 * ends on its way out.
 */
package connector.client.command;
