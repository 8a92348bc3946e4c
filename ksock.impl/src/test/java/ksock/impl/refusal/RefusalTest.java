// SPDX-License-Identifier: Apache-2.0
package ksock.impl.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import ksock.api.Errno;
import ksock.impl.loop.ChildProgram;
import ksock.impl.refusal.RefusedAcceptProgram.Way;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64",
        disabledReason = "the filters know the system calls of x86-64 by number")
class RefusalTest {

    @Test
    void shouldSayWhyAcceptIsRefusedAndAcceptWhenItIsNot() throws Exception {
        Map<String, String> expected = new LinkedHashMap<>();
        for (Errno errno : RefusedAcceptProgram.ERRNOS) {
            for (Way way : Way.values()) {
                expected.put(errno + " " + way, errno + " " + errno + ", then the connection");
            }
        }

        assertThat(answers(RefusedAcceptProgram.class)).containsExactlyEntriesOf(expected);
    }

    @Test
    void shouldBackOffInAShortageAndTellOfTheNextConnectionWhenOneIsGone() throws Exception {
        Map<String, String> expected = new LinkedHashMap<>();
        for (Errno errno : RefusedNewconnProgram.SHORTAGES) {
            expected.put(errno + " for a while", "backed off, then the connection");
        }
        expected.put("the loop meanwhile", "rested");
        for (Errno errno : RefusedNewconnProgram.GONE) {
            expected.put(errno + " and accepted again", "the connection");
        }
        for (Errno errno : RefusedNewconnProgram.GONE) {
            expected.put(errno + " thrown by the callback", "told again by the next, then both");
        }

        assertThat(answers(RefusedNewconnProgram.class)).containsExactlyEntriesOf(expected);
    }

    @Test
    void shouldSayWhyOtherCallsAreRefusedAndLeaveTheSocketUsable() throws Exception {
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("first callbacks, no epoll", "ENFILE");
        expected.put("first callbacks, no eventfd", "ENFILE");
        expected.put("descriptors after that", "as before");
        expected.put("first callbacks, afterwards", "told");
        expected.put("socket, ENFILE", "ENFILE");
        expected.put("socket, EMFILE", "EMFILE");
        expected.put("socket, ENOBUFS", "ENOBUFS");
        expected.put("socket, ENOMEM", "ENOMEM");
        expected.put("socketpair, ENFILE", "ENFILE");
        expected.put("socket, afterwards", "made");
        expected.put("descriptors, afterwards", "as before");
        expected.put("callbacks, ENOSPC", "ENOSPC");
        expected.put("recv of that socket", "3");
        expected.put("recv on a virtual thread, ENOMEM", "ENOMEM");
        expected.put("recv of that socket on a platform thread", "3");
        expected.put("send, ENOBUFS", "ENOBUFS");
        expected.put("sendmsg, ENOBUFS", "ENOBUFS");
        expected.put("recv, ENOMEM", "ENOMEM");
        expected.put("recvmsg, ENOMEM", "ENOMEM");
        expected.put("the other way round", "5");
        expected.put("close, EINTR", "ENOTSOCK");

        assertThat(answers(RefusedSocketProgram.class)).containsExactlyEntriesOf(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mmap", "mprotect"})
    void shouldCallByLibcWhereNoPageCanBeMadeExecutable(String refused) throws Exception {
        assertThat(ChildProgram.run(RefusedPageProgram.class, "-Drefused=" + refused)).isEqualTo("false");
    }

    @Test
    void shouldEndCallsAndCloseWhatLingersWhereNoThreadIsToBeHad() throws Exception {
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("a thread of its own", "refused");
        expected.put("cancel", "ECANCELED");
        expected.put("interrupt", "EINTR");
        expected.put("interrupt by who is interrupted", "EINTR");
        expected.put("close that lingers", "waits itself");

        assertThat(answers(RefusedThreadProgram.class)).containsAllEntriesOf(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring_setup EPERM", "io_uring_setup ENOSYS", "io_uring_setup ENOMEM", "mmap ENOMEM"})
    void shouldSendOneByOneWhereNoRingIsToBeHad(String refused) throws Exception {
        Map<String, String> answers = answers(RefusedRingProgram.class, "-Drefused=" + refused);

        assertThat(answers.remove("rings")).isEqualTo("0");
        assertThat(answers).containsExactlyEntriesOf(sends());
    }

    @Test
    void shouldSendOneByOneWhereCallsAreLibcs() throws Exception {
        Map<String, String> answers = answers(RefusedRingProgram.class, "-Drefused=nothing", "-Dksock.calls=libc");

        assertThat(answers.remove("rings")).isEqualTo("0");
        assertThat(answers).containsExactlyEntriesOf(sends());
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring_enter EAGAIN", "io_uring_enter EBUSY", "io_uring_enter EPERM", "mprotect EACCES"})
    void shouldSendWhereTheRingIsNotEnteredOrNotPastLibc(String refused) throws Exception {
        Map<String, String> answers = answers(RefusedRingProgram.class, "-Drefused=" + refused);

        String rings = answers(RefusedRingProgram.class, "-Drefused=nothing").get("rings");
        assertThat(answers.remove("rings")).isEqualTo(rings);
        assertThat(answers).containsExactlyEntriesOf(sends());
    }

    /** What becomes of sends where nothing is refused. */
    private static Map<String, String> sends() throws Exception {
        Map<String, String> sends = answers(RefusedRingProgram.class, "-Drefused=nothing");
        sends.remove("rings");
        assertThat(sends).containsEntry("rings after that", "0").containsEntry("time 1, send 1", "ENOTSOCK")
                .containsEntry("time 3, send 2", "EPIPE").containsEntry("time 3, in order", "[1, 2, 3, 5, 6, 8, 0]");
        return sends;
    }

    /** What a program prints, answer by case. */
    private static Map<String, String> answers(Class<?> program, String... options) throws Exception {
        Map<String, String> answers = new LinkedHashMap<>();
        for (String line : ChildProgram.lines(program, options)) {
            String[] parts = line.split(": ", 2);
            answers.put(parts[0], parts.length > 1 ? parts[1] : "");
        }
        return answers;
    }
}
