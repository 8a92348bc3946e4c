// SPDX-License-Identifier: Apache-2.0
package connector.client.pcapng;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import connector.api.wire.CnMsgHdr;
import connector.api.wire.CnTap;
import connector.api.wire.GateControl;
import connector.api.wire.NetlinkErrno;
import connector.api.wire.NlMsgHdr;
import connector.api.wire.NlMsgOverrun;
import connector.client.TapFrames;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CaptureFileTest {

    private static final Instant START = Instant.ofEpochSecond(1_700_000_000, 123_456_789);
    private static final int NATIVE_MAGIC = 0x1A2B3C4D;

    private static ByteBuffer frames(int group, byte... data) {
        ByteBuffer frames = NlMsgHdr.buffer(1024);
        if (group != 0) {
            GateControl.putFrom(frames, 77, group, 5);
        }
        frames.put(CnMsgHdr.frame(0, 291, 1110, 7, 8, 0, data));
        return frames.flip();
    }

    private static byte[] file(Consumer<CaptureWriter> content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CaptureWriter writer = new CaptureWriter(Channels.newChannel(bytes), "cn", "gate.sock", START)) {
            content.accept(writer);
        }
        return bytes.toByteArray();
    }

    private static void packet(CaptureWriter writer, Instant time, ByteBuffer frames) {
        try {
            writer.packet(time, false, frames);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] two() throws IOException {
        return file(writer -> {
            packet(writer, START, frames(0, (byte) 'a'));
            writer.lost(3);
            packet(writer, START.plusNanos(1), frames(14, (byte) 'b', (byte) 'c', (byte) 'd'));
        });
    }

    /** Where its blocks begin, found by following the lengths, both of each. */
    private static List<Integer> blocks(ByteBuffer file) {
        List<Integer> blocks = new ArrayList<>();
        int at = 0;
        while (at < file.limit()) {
            blocks.add(at);
            int length = file.getInt(at + 4);
            assertThat(length % 4).as("a multiple of 4, at " + at).isZero();
            assertThat(file.getInt(at + length - 4)).as("the length again, at " + at).isEqualTo(length);
            at += length;
        }
        assertThat(at).as("blocks end with the file").isEqualTo(file.limit());
        return blocks;
    }

    @Test
    void shouldWriteTheBlocksOfTheFormat() throws IOException {
        ByteBuffer file = NlMsgHdr.buffer(two());

        List<Integer> blocks = blocks(file);

        assertThat(blocks).extracting(file::getInt).containsExactly(0x0A0D0D0A, 1, 6, 6, 5);
        assertThat(file.getInt(8)).as("byte-order magic").isEqualTo(NATIVE_MAGIC);
        assertThat(file.getInt(12)).as("version 1.0").isEqualTo(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                ? 1 : 1 << 16);
        assertThat(file.getLong(16)).as("section length").isEqualTo(-1);
        int description = blocks.get(1);
        assertThat(file.getShort(description + 8)).as("LINKTYPE_NETLINK").isEqualTo((short) 253);
        assertThat(file.getInt(description + 12)).as("no snap length").isZero();
        assertThat(option(file, description + 16, 9)).as("if_tsresol").containsExactly(9);
        assertThat(option(file, description + 16, 2)).as("if_name").asString().isEqualTo("gate.sock");
    }

    private static byte[] option(ByteBuffer file, int from, int code) {
        int at = from;
        while (file.getShort(at) != code) {
            assertThat(file.getShort(at)).as("option " + code + " before the end of options").isNotZero();
            at += 4 + ((file.getShort(at + 2) + 3) & -4);
        }
        byte[] value = new byte[file.getShort(at + 2)];
        file.get(at + 4, value);
        return value;
    }

    @Test
    void shouldWriteAPacketWithTimeCookedHeaderAndFrames() throws IOException {
        ByteBuffer file = NlMsgHdr.buffer(two());
        int packet = blocks(file).get(2);

        assertThat(file.getInt(packet + 8)).as("interface").isZero();
        assertThat((file.getInt(packet + 12) & 0xFFFF_FFFFL) << 32 | (file.getInt(packet + 16) & 0xFFFF_FFFFL))
                .as("nanoseconds, the high half first").isEqualTo(1_700_000_000_123_456_789L);
        assertThat(file.getInt(packet + 20)).as("captured").isEqualTo(16 + 40);
        assertThat(file.getInt(packet + 24)).as("on the wire").isEqualTo(16 + 40);
        byte[] content = new byte[16 + 40];
        file.get(packet + 28, content);
        assertThat(content).as("cooked header, big-endian").startsWith(
                0, 6, 0x03, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11);
        assertThat(content).endsWith(CnMsgHdr.frame(0, 291, 1110, 7, 8, 0, new byte[] {'a'}));
    }

    @Test
    void shouldTellLossAheadOfThePacketAndInAll() throws IOException {
        ByteBuffer file = NlMsgHdr.buffer(two());
        List<Integer> blocks = blocks(file);
        int second = blocks.get(3);
        int options = second + 28 + ((file.getInt(second + 20) + 3) & -4);

        assertThat(NlMsgHdr.buffer(option(file, options, 4)).getLong()).as("epb_dropcount").isEqualTo(3);
        int statistics = blocks.get(4);
        assertThat(NlMsgHdr.buffer(option(file, statistics + 20, 4)).getLong()).as("isb_ifrecv").isEqualTo(2);
        assertThat(NlMsgHdr.buffer(option(file, statistics + 20, 5)).getLong()).as("isb_ifdrop").isEqualTo(3);
    }

    @Test
    void shouldBeCompleteAfterEachFlush() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CaptureWriter writer = new CaptureWriter(Channels.newChannel(bytes), "cn", "gate", START);
        assertThat(blocks(NlMsgHdr.buffer(bytes.toByteArray()))).hasSize(2);
        writer.packet(START, false, frames(0));
        writer.flush();
        assertThat(blocks(NlMsgHdr.buffer(bytes.toByteArray()))).hasSize(3);
    }

    @Test
    void shouldWriteMoreThanItsBufferHolds() throws IOException {
        byte[] large = file(writer -> {
            for (int i = 0; i < 100; i++) {
                packet(writer, START, NlMsgHdr.buffer(CnMsgHdr.frame(0, 1, 1, i, 0, 0, new byte[CnMsgHdr.MAX_DATA])));
            }
        });
        assertThat(blocks(NlMsgHdr.buffer(large))).hasSize(103);
        assertThat(read(large)).hasSize(100).last()
                .satisfies(message -> assertThat(message.message().seq()).isEqualTo(99));
    }

    private static List<CapturedMessage> read(byte[] file) throws IOException {
        List<CapturedMessage> all = new ArrayList<>();
        try (CapturedMessages messages = new CapturedMessages(new CaptureReader(new ByteArrayInputStream(file)))) {
            CapturedMessage message = messages.next();
            while (message != null) {
                all.add(message);
                message = messages.next();
            }
        }
        return all;
    }

    @Test
    void shouldReadWhatItWrote() throws IOException {
        List<CapturedMessage> messages = read(two());

        assertThat(messages).extracting(CapturedMessage::time).containsExactly(START, START.plusNanos(1));
        assertThat(messages).extracting(message -> message.message().group()).containsExactly(0, 14);
        assertThat(messages.get(1).message().data()).asString().isEqualTo("bcd");
        assertThat(messages.get(1).message().id()).isEqualTo("291.1110");
        assertThat(messages.get(1).message().seq()).isEqualTo(7);
    }

    @Test
    void shouldReadSeveralMessagesOfOneFrameAndLeaveOutWhatIsNoUsers() throws IOException {
        byte[] overrun = new byte[NlMsgOverrun.LENGTH];
        NlMsgOverrun.put(NlMsgHdr.buffer(overrun), 1, 14, 3, 10, 12);
        ByteBuffer two = NlMsgHdr.buffer(100);
        NlMsgHdr.put(two, 16 + 20 + 1 + 20 + 2, NlMsgHdr.NLMSG_DONE, 0, 0, 0);
        CnMsgHdr.put(two, 1, 2, 3, 4, 1, 0);
        two.put((byte) 'x');
        CnMsgHdr.put(two, 1, 3, 4, 5, 2, 0);
        two.put(new byte[] {'y', 'z'});
        NlMsgHdr.pad(two);
        byte[] file = file(writer -> {
            packet(writer, START, NlMsgHdr.buffer(overrun));
            packet(writer, START, NlMsgHdr.buffer(CnMsgHdr.frame(0, 1, 1, 0, 0, CnMsgHdr.CN_EXTENDED, new byte[24])));
            packet(writer, START, two.flip());
        });

        assertThat(read(file)).extracting(message -> message.message().id()).containsExactly("1.2", "1.3");
        try (CapturedMessages messages = new CapturedMessages(new CaptureReader(new ByteArrayInputStream(file)))) {
            assertThat(messages.next()).isNotNull();
            assertThat(messages.leftOut()).isEqualTo(2);
        }
    }

    @Test
    void shouldSendAgainOfWhatWasTappedOnlyWhatDoesNotComeByItself() throws IOException {
        byte[] hey = CnMsgHdr.frame(0, 14, 1, 7, 8, 0, new byte[4]);
        byte[] file = file(writer -> {
            packet(writer, START, NlMsgHdr.buffer(TapFrames.tapped(77, 0, 0, 0, CnTap.TO_CONNECTOR, hey)));
            packet(writer, START, NlMsgHdr.buffer(TapFrames.tapped(0, 77, 0, 0, 0, hey)));
            packet(writer, START, NlMsgHdr.buffer(TapFrames.tapped(77, 0, 9, 0, 0, hey)));
            packet(writer, START, NlMsgHdr.buffer(TapFrames.tapped(77, 0, 9, 0, CnTap.TO_CONNECTOR, hey)));
            packet(writer, START, NlMsgHdr.buffer(TapFrames.tapped(77, 0, 0, 0, CnTap.TO_CONNECTOR,
                    CnMsgHdr.frame(0, -1, -1, 1, 0, 0, new byte[0]))));
        });

        assertThat(read(file)).extracting(message -> message.message().group())
                .as("the request, and what went to the group, once").containsExactly(0, 9);
    }

    @Test
    void shouldSendAgainOfWhatWasDroppedOnlyWhatWasAMessageAndThatOnce() throws IOException {
        byte[] limited = CnMsgHdr.frame(0, 14, 1, 7, 8, 0, new byte[4]);
        byte[] late = CnMsgHdr.frame(0, 14, 2, 7, 8, 0, new byte[4]);
        byte[] malformed = CnMsgHdr.frame(0, 14, 3, 7, 8, 0, new byte[4]);
        byte[] control = new byte[40];
        NlMsgHdr.put(NlMsgHdr.buffer(control), control.length, GateControl.SETSOCKOPT, 0, 7, 0);
        byte[] header = Arrays.copyOf(control, NlMsgHdr.SIZE);
        NlMsgHdr.put(NlMsgHdr.buffer(header), header.length, NlMsgHdr.NLMSG_DONE, 0, 7, 0);
        int gate = CnTap.GATE | CnTap.TO_CONNECTOR;
        byte[] file = file(writer -> {
            packet(writer, START, NlMsgHdr.buffer(TapFrames.tapped(
                    77, 0, 0, NetlinkErrno.EAGAIN, gate, limited.length, "one too many", limited)));
            packet(writer, START, NlMsgHdr.buffer(TapFrames.tapped(
                    77, 0, 0, 0, CnTap.QUEUED | CnTap.TO_CONNECTOR, late)));
            packet(writer, START, NlMsgHdr.buffer(TapFrames.tapped(
                    77, 0, 0, NetlinkErrno.ENOBUFS, CnTap.LATE | CnTap.TO_CONNECTOR, late)));
            packet(writer, START, NlMsgHdr.buffer(TapFrames.tapped(
                    77, 0, 0, NetlinkErrno.EINVAL, gate, 3, "nlmsg_len 3", malformed)));
            packet(writer, START, NlMsgHdr.buffer(TapFrames.tapped(77, 0, 0, NetlinkErrno.EPERM, gate, control)));
            packet(writer, START, NlMsgHdr.buffer(TapFrames.tapped(77, 0, 0, NetlinkErrno.EINVAL, gate, header)));
        });

        assertThat(read(file)).extracting(message -> message.message().id()).containsExactly("14.1", "14.2");
    }

    /** By hand: the other byte order, microseconds, an unknown block, another link type, a simple packet. */
    @Test
    void shouldReadWhatOthersWrote() throws IOException {
        ByteOrder other = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        ByteBuffer file = ByteBuffer.allocate(1024).order(other);
        file.putInt(0x0A0D0D0A).putInt(28).putInt(NATIVE_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1)
                .putInt(28);
        file.putInt(0x0BAD).putInt(16).putInt(99).putInt(16);
        file.putInt(1).putInt(20).putShort((short) 1).putShort((short) 0).putInt(65535).putInt(20);
        file.putInt(1).putInt(20).putShort((short) 253).putShort((short) 0).putInt(0).putInt(20);
        file.putInt(6).putInt(36).putInt(0).putInt(0).putInt(0).putInt(4).putInt(4).putInt(1).putInt(36);
        file.putInt(3).putInt(20).putInt(4).putInt(1).putInt(20);
        file.putInt(6).putInt(32 + 16 + 36).putInt(1).putInt(0).putInt(2_500_000).putInt(52).putInt(52)
                .put(new byte[] {0, 6, 3, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11})
                .putInt(36).putShort((short) 3).putShort((short) 0).putInt(0).putInt(0)
                .putInt(14).putInt(1110).putInt(1).putInt(2).putShort((short) 0).putShort((short) 0)
                .putInt(32 + 16 + 36);
        byte[] bytes = new byte[file.position()];
        file.get(0, bytes);

        try (CapturedMessages messages = new CapturedMessages(new CaptureReader(new ByteArrayInputStream(bytes)))) {
            CapturedMessage message = messages.next();
            assertThat(message.time()).isEqualTo(Instant.ofEpochSecond(2, 500_000_000));
            assertThat(message.message().id()).isEqualTo("14.1110");
            assertThat(messages.next()).isNull();
            assertThat(messages.leftOut()).as("the Ethernet packet").isEqualTo(1);
        }
    }

    private static byte[] changed(int at, int value) throws IOException {
        byte[] file = two();
        NlMsgHdr.buffer(file).putInt(at, value);
        return file;
    }

    static Stream<Arguments> lies() throws IOException {
        byte[] two = two();
        ByteBuffer file = NlMsgHdr.buffer(two);
        int description = blocks(file).get(1);
        int packet = blocks(file).get(2);
        return Stream.of(
                Arguments.of(new byte[0], "at byte 0: the file is empty"),
                Arguments.of("hello, world".getBytes(StandardCharsets.US_ASCII),
                        "this is no pcapng file: it begins with 68656c6c"),
                Arguments.of(new byte[] {(byte) 0xd4, (byte) 0xc3, (byte) 0xb2, (byte) 0xa1, 2, 0, 4, 0},
                        "this is a pcap file: make it a pcapng one with 'editcap -F pcapng FROM TO'"),
                Arguments.of(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0}, "this is compressed"),
                Arguments.of(changed(8, 0x12345678), "byte-order magic"),
                Arguments.of(changed(12, 0x00020002), "version 2 of the format"),
                Arguments.of(changed(4, 8), "a block of 8 bytes"),
                Arguments.of(changed(4, 12), "a section header of 12 bytes"),
                Arguments.of(changed(packet + 4, 13), "at byte " + packet + ": a block of 13 bytes"),
                Arguments.of(changed(packet + 4, -4), "a block of 4294967292 bytes, more than a packet can have"),
                Arguments.of(changed(description, 0x777), "a packet of interface 0, of which 0 are described"),
                Arguments.of(changed(packet + 8, 1), "a packet of interface 1, of which 1 are described"),
                Arguments.of(changed(packet + 20, 57), "a packet of 57 bytes in a block that has room for 56"),
                Arguments.of(changed(packet + 20, -1), "a packet of 4294967295 bytes in a block"),
                Arguments.of(changed(packet + 20, 15), "a packet of which 15 bytes of 56 were captured"),
                Arguments.of(changed(packet + 28 + 16, 15), "a frame of nlmsg_len 15 where a packet has 40 bytes"),
                Arguments.of(changed(packet + 28 + 16, 41), "a frame of nlmsg_len 41 where a packet has 40 bytes"),
                Arguments.of(changed(packet + 28 + 16, 36), "a frame of 36 bytes has no room for the message"),
                Arguments.of(changed(packet + 28 + 16 + 32, 0xffff), "has no room for the message"),
                Arguments.of(changed(packet + 28 + 56, 99), "a block of 88 bytes that says 99 at its end"),
                Arguments.of(Arrays.copyOf(two, two.length - 1), "ends in the middle of a block"),
                Arguments.of(Arrays.copyOf(two, packet + 3), "ends in the middle of a block"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("lies")
    void shouldSayWhereAndWhatIsWrongWithAFile(byte[] file, String complaint) {
        assertThatThrownBy(() -> read(file)).isInstanceOf(CaptureException.class)
                .hasMessageStartingWith("at byte ").hasMessageContaining(complaint);
    }

    @Test
    void shouldEndInOrderWhateverIsChangedInAFile() throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        byte[] two = two();
        for (int i = 0; i < 20_000; i++) {
            byte[] file = two.clone();
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(read(file)).as("seed " + seed).hasSizeLessThanOrEqualTo(two.length / CnMsgHdr.SIZE);
            } catch (CaptureException expected) {
                assertThat(expected).hasMessageStartingWith("at byte ");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", file " + i, e);
            }
        }
    }
}
