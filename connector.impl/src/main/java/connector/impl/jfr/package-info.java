// SPDX-License-Identifier: Apache-2.0
/**
 * Events for the flight recorder: {@code connector.UserRegistered}, {@code connector.UserUnregistered} and
 * {@code connector.UserChanged}; {@code connector.HoldoverExpired}; {@code connector.SlowCallback} for each call of a
 * user that took longer than its threshold, 20 ms unless the recording says otherwise; {@code connector.MessageLost} of
 * a user's mailbox and {@code connector.Overrun} of a port's queue; {@code connector.ClientConnected} and
 * {@code connector.ClientRefused} of a gate.
 * <p>
 * {@link connector.impl.jfr.BusEvents} is all that others see, and they call it where something is out of the ordinary
 * anyway, but for the question whether slow calls are recorded: that is a look at one field of the event's class, and
 * where there is no recorder a constant. Where the runtime has no {@code jdk.jfr}, each call does nothing.
 * {@code FlightRecorder} and the events are loaded by {@code RecorderLoader}: the recorder rewrites the events' classes
 * to use packages of its own, which a bundle cannot import.
 */
package connector.impl.jfr;
