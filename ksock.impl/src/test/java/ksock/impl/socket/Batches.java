// SPDX-License-Identifier: Apache-2.0
package ksock.impl.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static ksock.api.SysSocket.MSG_DONTWAIT;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import ksock.api.KernelSocket;
import ksock.api.KernelSocketException;
import ksock.impl.host.SendRing;

/** Batches that go by a ring, or one by one whatever the host can; and what tests of them do again and again. */
public final class Batches {

    private static final int LONGEST = 1 << 16;

    private Batches() {
    }

    /** Skips the test where it is about rings and the host has none. */
    public static void assumeRings() {
        SendRing ring = SendRing.open(1);
        assumeTrue(ring != null, "no io_uring here, of Linux 5.17 and later, that this process may use");
        ring.close();
    }

    /** A batch of nobody's. */
    static SocketBatch batch(Fixture fixture, boolean ring, int sends, int bytes) throws KernelSocketException {
        if (ring) {
            assumeRings();
        }
        BatchMemory memory = BatchMemory.allocate(sends, bytes, ring);
        return new SocketBatch(memory, sends, fixture.core.cleaner(), memory::close);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    /** What is there, of datagrams the first; empty if nothing is. */
    static String received(KernelSocket socket) throws KernelSocketException {
        byte[] buffer = new byte[LONGEST];
        long count = socket.recv(buffer, 0, LONGEST, MSG_DONTWAIT);
        return new String(buffer, 0, (int) Math.max(0, count), US_ASCII);
    }

    /** How many descriptors of this process are rings. */
    public static long rings() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(Batches::isRing).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRing(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals("anon_inode:[io_uring]");
        } catch (IOException e) {
            // Closed since it was listed.
            return false;
        }
    }
}
