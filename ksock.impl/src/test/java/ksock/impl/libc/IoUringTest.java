// SPDX-License-Identifier: Apache-2.0
package ksock.impl.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the rings have what, against the machine's own header. */
class IoUringTest {

    @TempDir
    private Path directory;

    private static Map<String, String> inC() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("PARAMS_SIZE", "sizeof(struct io_uring_params)");
        all.put("OFF_SQ_RING", "IORING_OFF_SQ_RING");
        all.put("OFF_SQES", "IORING_OFF_SQES");
        all.put("FEAT_SINGLE_MMAP", "IORING_FEAT_SINGLE_MMAP");
        all.put("FEAT_CQE_SKIP", "IORING_FEAT_CQE_SKIP");
        all.put("ENTER_GETEVENTS", "IORING_ENTER_GETEVENTS");
        all.put("CQE_SIZE", "sizeof(struct io_uring_cqe)");
        all.put("SQE_SIZE", "sizeof(struct io_uring_sqe)");
        all.put("OP_SEND", "IORING_OP_SEND");
        all.put("SQ_ENTRIES", "offsetof(struct io_uring_params, sq_entries)");
        all.put("CQ_ENTRIES", "offsetof(struct io_uring_params, cq_entries)");
        all.put("FEATURES", "offsetof(struct io_uring_params, features)");
        all.put("SQ_OFF_TAIL", "offsetof(struct io_uring_params, sq_off.tail)");
        all.put("SQ_OFF_ARRAY", "offsetof(struct io_uring_params, sq_off.array)");
        all.put("CQ_OFF_HEAD", "offsetof(struct io_uring_params, cq_off.head)");
        all.put("CQ_OFF_TAIL", "offsetof(struct io_uring_params, cq_off.tail)");
        all.put("CQ_OFF_CQES", "offsetof(struct io_uring_params, cq_off.cqes)");
        all.put("OPCODE", "offsetof(struct io_uring_sqe, opcode)");
        all.put("FD", "offsetof(struct io_uring_sqe, fd)");
        all.put("ADDR", "offsetof(struct io_uring_sqe, addr)");
        all.put("LEN", "offsetof(struct io_uring_sqe, len)");
        all.put("MSG_FLAGS", "offsetof(struct io_uring_sqe, msg_flags)");
        all.put("USER_DATA", "offsetof(struct io_uring_sqe, user_data)");
        all.put("CQE_USER_DATA", "offsetof(struct io_uring_cqe, user_data)");
        all.put("CQE_RES", "offsetof(struct io_uring_cqe, res)");
        return all;
    }

    @Test
    void shouldHaveTheLayoutOfTheHeader() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        for (Field field : IoUring.class.getDeclaredFields()) {
            if (field.getType().isPrimitive()) {
                field.setAccessible(true);
                ours.put(field.getName(), ((Number) field.get(null)).longValue());
            }
        }

        assertThat(ours).containsExactlyInAnyOrderEntriesOf(theirs());
    }

    private Map<String, Long> theirs() throws Exception {
        StringBuilder source = new StringBuilder("#include <stddef.h>\n#include <stdio.h>\n")
                .append("#include <linux/io_uring.h>\nint main(void) {\n");
        inC().forEach((name, c) -> source.append("printf(\"").append(name).append(" %lld\\n\", (long long) (").append(c)
                .append("));\n"));
        Path program = CCompiler.build(Files.writeString(directory.resolve("layout.c"), source.append("}\n")),
                directory.resolve("layout"), "-w");
        assumeTrue(program != null, "no C compiler (cc) on this machine: no header to compare with");
        Process process = new ProcessBuilder(program.toString()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(process.waitFor()).as(said).isZero();
        Map<String, Long> theirs = new LinkedHashMap<>();
        said.lines().map(line -> line.split(" ", 2)).forEach(words -> theirs.put(words[0], Long.valueOf(words[1])));
        return theirs;
    }
}
