// SPDX-License-Identifier: Apache-2.0
package connector.test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;

/** The platform's shell: runs a line as if it were typed there. */
final class Shell {
    private final CommandProcessor processor;

    Shell(CommandProcessor processor) {
        this.processor = processor;
    }

    /** What appears on the screen: what the command prints, then its result as the shell shows it. */
    String type(String line) throws Exception {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(screen, true, StandardCharsets.UTF_8);
                CommandSession session = processor.createSession(new ByteArrayInputStream(new byte[0]), out, out)) {
            Object result = session.execute(line);
            if (result != null) {
                out.println(session.format(result, Converter.INSPECT));
            }
        }
        return screen.toString(StandardCharsets.UTF_8);
    }

    /** What the command gives, for programs. */
    Object result(String line) throws Exception {
        try (PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
                CommandSession session =
                        processor.createSession(new ByteArrayInputStream(new byte[0]), nowhere, nowhere)) {
            return session.execute(line);
        }
    }
}
