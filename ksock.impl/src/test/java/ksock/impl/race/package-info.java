// SPDX-License-Identifier: Apache-2.0
/**
 * Races: what two or three threads do at once on one socket, again and again, on platform and on virtual threads.
 *
 * <p>The harness is {@link ksock.impl.race.Race}, our own and short, rather than jcstress. jcstress looks for orders of
 * memory accesses, in actors that take nanoseconds and never wait; here each actor is a system call that does wait,
 * that another actor's signal brings out, and that may take the host's good time. jcstress has no place for an actor
 * that blocks, none for virtual threads, and wants a build step and JVMs of its own; what it is good at, placing actors
 * within nanoseconds of each other, is lost in the noise of a system call. So each round releases its threads together,
 * delays each by a random time about as long as the calls take, and judges the outcome.
 *
 * <p>A race prints its seed. {@code -Dksock.race.seed} plays the same delays again, {@code -Dksock.race.times}
 * multiplies the rounds, and {@code -Djunit.jupiter.execution.timeout.mode=disabled} gives them the time. A round that
 * does not come to its end says where its threads are.
 */
package ksock.impl.race;
