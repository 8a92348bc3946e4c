// SPDX-License-Identifier: Apache-2.0

/**
 * Who may do what at the gates: rules from ConfigAdmin, one for each configuration of {@code connector.policy}.
 *
 * <p>A rule says what it is about, and whom it allows or denies which operations there:
 *
 * <table>
 * <caption>Operations</caption>
 * <tr><th>key</th><th>what</th><th>asked about</th></tr>
 * <tr><td>{@code send}</td><td>send to the user with an id</td><td>{@code idx}, {@code val}</td></tr>
 * <tr><td>{@code notify}</td><td>know of an id, and of its coming and going</td><td>{@code idx}, {@code val}</td></tr>
 * <tr><td>{@code monitor}</td><td>be told of an id's messages, whosever they are: tap the bus</td><td>{@code idx},
 * {@code val}</td></tr>
 * <tr><td>{@code listen}</td><td>join a group</td><td>{@code group}; unless given, those with the numbers of
 * {@code idx}</td></tr>
 * <tr><td>{@code multicast}</td><td>send to a group</td><td>{@code group}, as above</td></tr>
 * <tr><td>{@code unicast}</td><td>send to another port</td><td>{@code port}</td></tr>
 * <tr><td>{@code bind}</td><td>take a port id of its own choice, other than its process id</td>
 * <td>{@code port}</td></tr>
 * </table>
 *
 * <h2>Precedence</h2>
 *
 * Of the rules that are about what is asked and name the one who asks, those with the highest {@code ranking} decide,
 * and among them one that denies goes before those that allow. Where none names who asks, the default does: root and
 * the user that the platform runs as may do everything, nobody else anything. So allowing is one rule, and a rule of a
 * higher ranking makes an exception from another. Code of the platform itself is never asked about: it is the kernel
 * here.
 *
 * <h2>Who is who</h2>
 *
 * uid, gid and supplementary groups as the host has them of the socket's other end (SO_PEERCRED, SO_PEERGROUPS), which
 * it cannot lie about. A process id is shown but no rule can name it: it can be another process' by now. The one thing
 * it is asked for is which port id may be had without a rule, which gives nothing but that number. What a frame says of
 * its sender counts for nothing.
 *
 * <p>Users and groups that the user namespace of the platform does not map all look like one, the overflow id.
 * Who looks so there is unknown: neither the owner nor anybody whom a rule names, but for {@code any}.
 * Where the host does not say who is mapped, because {@code /proc} is not there to be read, everybody is unknown but
 * root and the user that the platform runs as; the log says so once.
 *
 * <h2>When it is asked</h2>
 *
 * At each message, each join, each bind, each event, and for each message that a tap would be told of, before anything
 * is looked up: a refusal, {@code EPERM}, says nothing about what is there. A change of the rules holds from the next
 * question on; what was joined before stays joined.
 */
package connector.impl.policy;
