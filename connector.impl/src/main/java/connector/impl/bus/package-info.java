// SPDX-License-Identifier: Apache-2.0

/**
 * The bus itself: who has which id, and how a message gets to it. No OSGi, no sockets.
 *
 * <pre>
 *   Bus --- Registry: cb_id -&gt; Registration --- Mailbox --- MailboxQueue --- MessageRing, RoomWaiters
 *                               users by rank      | `------ InlineDelivery --- InlineCalls
 *                                                  v
 *          Draining: as owner (Ownership), the sender that found it idle, else one of the Drainers
 * </pre>
 *
 * <h2>Who decides, who applies</h2>
 * Who has an id is decided in the {@code Registry}, under its one lock, which is held for a few instructions and under
 * which nothing is called. A decision is a {@code Change} posted to the mailbox, in the order of the decisions; it is
 * applied by the mailbox' owner between two messages, and only then announced: registered before the new user's first
 * message, unregistered after the old one's last.
 * <p>
 * A registration stays when its last user has gone, without a mailbox, for what it knows of the past; the longest gone
 * are forgotten beyond a bound. What comes and goes among many others touches few cache lines: its place in the
 * {@code RegistrationTable}, which is not written to when an id comes again, and lists that are linked through their
 * members, as {@code Vacancies} and {@code PresentUsers} are.
 *
 * <h2>Where user code runs</h2>
 * In the sender's thread if that is a platform thread and found the mailbox idle and empty, else on a drainer. Never on
 * a virtual thread, never under a lock, never in the thread that adds or removes a user.
 *
 * <h2>Many messages of one port</h2>
 * What the gate reads of a client goes by a {@code BusRoute}: the message is made out of the bytes where they lie, the
 * mailbox of the last one is found again without a look at the registry, and as long as they follow one another to the
 * same id its thread stays at that mailbox, in a {@code Visit}. Between any two of them everybody else's rights are as
 * they are between a lone sender's: what others queued, and what was decided about users, comes first.
 *
 * <h2>A callback that does not return</h2>
 * It holds up its own id, and the sender that brought the message. The mailbox fills, then its overflow applies. When
 * its user leaves, the call is waited for up to a bound; then the mailbox is taken away from it, and its thread is
 * interrupted once.
 *
 * <h2>A sender that has run out of stack</h2>
 * A sender may run out of stack, or of memory, at any call: a parser that sends at each level of its input can be
 * brought there by that input. It costs that sender, and the messages that it has on their way, but no mailbox: the
 * method that took one lets it go without calling anything. What was left undone is found at the next tick, a tenth of
 * a second later at most. The same holds where the host gives no thread for a drainer: the next tick asks again.
 */
package connector.impl.bus;
