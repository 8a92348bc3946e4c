// SPDX-License-Identifier: Apache-2.0
package connector.client.print;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Shows lines in place of those shown before: on a terminal by its control sequences, on the alternate screen that
 * every one since the VT100's heirs has; elsewhere one after the other, with an empty line between them.
 */
public final class Screen implements AutoCloseable {

    private static final String ESC = "\u001b";
    private static final String ENTER = ESC + "[?1049h" + ESC + "[?25l";
    private static final String LEAVE = ESC + "[?25h" + ESC + "[?1049l";
    private static final String HOME = ESC + "[H";
    private static final String END_OF_LINE = ESC + "[K";
    private static final String END_OF_SCREEN = ESC + "[J";
    private static final Pattern SIZE = Pattern.compile("(\\d+) (\\d+)\\s*");
    private static final int USUAL_LINES = 24;
    private static final int USUAL_COLUMNS = 80;

    private final Output output;
    private final boolean terminal;
    private boolean shown;

    /**
     * Makes a screen on an output.
     *
     * @param output that is nobody else's as long as this is open
     */
    public Screen(Output output) {
        this(output, !output.isJson() && isTerminal());
    }

    Screen(Output output, boolean terminal) {
        this.output = output;
        this.terminal = terminal;
    }

    // JDK 22 to 24 always had a console; JDK 25 has none again where there is no terminal.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /**
     * Shows lines; on a terminal as many as there is room for.
     *
     * @param lines in order
     */
    public void show(List<String> lines) {
        if (terminal) {
            output.text(page(lines, size()));
        } else {
            if (shown) {
                output.line("");
            }
            lines.forEach(output::line);
        }
        shown = true;
    }

    private String page(List<String> lines, int... size) {
        StringBuilder page = new StringBuilder(shown ? "" : ENTER).append(HOME);
        int count = Math.min(lines.size(), size[0] - 1);
        for (String line : lines.subList(0, count)) {
            page.append(line, 0, Math.min(line.length(), size[1])).append(END_OF_LINE).append('\n');
        }
        return page.append(END_OF_SCREEN).toString();
    }

    /** Gives a terminal back as it was. */
    @Override
    public void close() {
        if (terminal && shown) {
            output.text(LEAVE);
        }
    }

    /** Lines and columns: asked for each time, for people change them. */
    private static int[] size() {
        try {
            Process stty = new ProcessBuilder("stty", "size").redirectInput(ProcessBuilder.Redirect.INHERIT).start();
            String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            Matcher size = SIZE.matcher(said);
            if (stty.waitFor(1, TimeUnit.SECONDS) && size.matches()) {
                int lines = Integer.parseInt(size.group(1));
                int columns = Integer.parseInt(size.group(2));
                if (lines > 1 && columns > 0) {
                    return new int[] {lines, columns};
                }
            }
        } catch (IOException e) {
            // A system without stty.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new int[] {USUAL_LINES, USUAL_COLUMNS};
    }
}
