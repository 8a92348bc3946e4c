// SPDX-License-Identifier: Apache-2.0
/**
 * Events for the flight recorder: {@code ksock.Connect}, {@code ksock.Accept}, {@code ksock.Close}, and
 * {@code ksock.SlowOperation} for each blocking call or callback that took longer than its threshold, 20 ms unless the
 * recording says otherwise.
 *
 * <p>{@link ksock.impl.jfr.Operations} is all that others see. Where the runtime has no {@code jdk.jfr}, each question
 * is a constant null; where it has, and nobody records, a question is a look at one field of the event's class. What an
 * event says is asked of the socket only when it is written.
 *
 * <p>{@code FlightRecorder} and the events are loaded by {@code RecorderLoader}: the recorder rewrites the events'
 * classes to use packages of its own, which a bundle cannot import.
 */
package ksock.impl.jfr;
