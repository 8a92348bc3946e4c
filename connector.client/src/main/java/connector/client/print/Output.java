// SPDX-License-Identifier: Apache-2.0
package connector.client.print;

import connector.api.wire.CnEvent;
import connector.api.wire.CnText;
import connector.api.wire.ProcEventReader;
import connector.client.CnMessage;
import connector.client.CnNotification;
import connector.client.CnOverrunException;
import connector.client.CnTapped;
import java.io.PrintStream;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Prints for people, or one JSON object a line. Remarks go to standard error, and only for people. */
public final class Output {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private final PrintStream out;
    private final PrintStream err;
    private final boolean json;

    /**
     * Makes an output.
     *
     * @param out takes what was asked for
     * @param err takes remarks
     * @param json whether for programs
     */
    public Output(PrintStream out, PrintStream err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    /** {@return whether it is for programs} */
    public boolean isJson() {
        return json;
    }

    /** {@return whether nobody reads any more, as after {@code cn listen | head}} */
    public boolean isBroken() {
        return out.checkError();
    }

    /**
     * Prints a line.
     *
     * @param line without its end
     */
    public void line(String line) {
        out.println(json ? line : CnText.visible(line));
        out.flush();
    }

    /**
     * Prints a line as it is, and does not end it.
     *
     * @param text to be printed
     */
    public void text(String text) {
        out.print(text);
        out.flush();
    }

    /**
     * Says something that was not asked for, to people.
     *
     * @param line without its end
     */
    public void remark(String line) {
        if (!json) {
            err.println(CnText.visible(line));
        }
    }

    /**
     * Prints a message, with its group where that is known; process events in words.
     *
     * @param message that was received
     */
    public void message(CnMessage message) {
        if (json) {
            Json object = new Json().putUnsigned("idx", message.idx()).putUnsigned("val", message.val())
                    .putUnsigned("seq", message.seq()).putUnsigned("ack", message.ack())
                    .putUnsigned("port", message.port());
            if (message.group() != 0) {
                object.putUnsigned("group", message.group()).putUnsigned("sequence", message.busSequence());
            }
            MessageJson.put(message, object);
            line(object.toString());
            return;
        }
        ProcEventReader event = ProcEventReader.of(message.idx(), message.val(), message.data());
        String text = event != null ? event.line() : CnText.data(message.data());
        line(now() + "  " + message.id()
                + (event != null ? "" : "  seq " + Integer.toUnsignedString(message.seq()) + " ack "
                        + Integer.toUnsignedString(message.ack()))
                + (message.group() == 0 ? "" : "  group " + Integer.toUnsignedString(message.group()) + " #"
                        + Long.toUnsignedString(message.busSequence()))
                + (message.port() == 0 ? "" : "  from port " + Integer.toUnsignedString(message.port()))
                + "  " + text);
    }

    /**
     * Prints what a tap saw: which way each message went, what became of it, and what it says.
     *
     * @param tapped that was received
     */
    public void tapped(CnTapped tapped) {
        if (json) {
            new TappedJson(tapped).objects().forEach(object -> line(object.toString()));
        } else {
            String time = LocalTime.ofInstant(tapped.time(), ZoneId.systemDefault()).format(CLOCK);
            tapped.lines().forEach(line -> line(time + "  " + line));
        }
    }

    /**
     * Prints that messages were lost.
     *
     * @param overrun how many, and which
     */
    public void overrun(CnOverrunException overrun) {
        if (json) {
            line(new Json().put("overrun", overrun.lost()).putUnsigned("group", overrun.group())
                    .putUnsigned("first", overrun.first()).putUnsigned("last", overrun.last()).toString());
        } else {
            line(now() + "  " + counted(overrun.lost(), "message") + " lost"
                    + (overrun.group() == 0 ? "" : ", from #" + Long.toUnsignedString(overrun.first()) + " to #"
                            + Long.toUnsignedString(overrun.last()) + " of group "
                            + Integer.toUnsignedString(overrun.group()))
                    + ": they came faster than they were read");
        }
    }

    /**
     * Prints who came or went, and why.
     *
     * @param event that was received
     */
    public void notification(CnNotification event) {
        if (json) {
            line(user(new Json().put("event", CnEvent.kindName(event.kind())), event)
                    .put("reason", CnEvent.reasonName(event.reason())).putUnsigned("epoch", event.epoch()).toString());
            return;
        }
        line(now() + "  " + String.format("%-12s %s", CnEvent.kindName(event.kind()), event.id())
                + (event.name() == null ? "" : "  " + event.name()) + bundle(event)
                + (event.reason() == CnEvent.REASON_NONE ? "" : "  " + CnEvent.reasonName(event.reason())));
    }

    /**
     * Prints a user, as {@code /proc/net/connector} has it, and whose it is.
     *
     * @param user who is there
     */
    public void user(CnNotification user) {
        if (json) {
            line(user(new Json(), user).toString());
        } else {
            line(String.format("%-20s %-24s%s", name(user), user.id(), bundle(user)).stripTrailing());
        }
    }

    private static String name(CnNotification user) {
        return user.name() == null ? "" : user.name();
    }

    private static String bundle(CnNotification user) {
        return user.bundle() == null ? ""
                : "  " + user.bundle() + (user.version() == null ? "" : " " + user.version())
                        + (user.bundleId() < 0 ? "" : " [" + user.bundleId() + "]");
    }

    private static Json user(Json object, CnNotification user) {
        object.putUnsigned("idx", user.idx()).putUnsigned("val", user.val()).put("name", user.name())
                .put("bundle", user.bundle()).put("version", user.version());
        if (user.bundleId() >= 0) {
            object.put("bundleId", user.bundleId());
        }
        return object.putUnsigned("generation", user.generation());
    }

    /**
     * {@return a number and what it is of, one or several}
     *
     * @param count how many
     * @param what one is
     */
    public static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** {@return the time of day, to the millisecond} */
    public static String now() {
        return LocalTime.now(ZoneId.systemDefault()).format(CLOCK);
    }
}
