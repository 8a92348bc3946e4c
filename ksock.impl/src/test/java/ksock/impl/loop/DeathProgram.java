// SPDX-License-Identifier: Apache-2.0
package ksock.impl.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ksock.api.KernelSocketException;

/** Takes the loop's epoll away from under it, and prints what a handler is told, and a later caller. */
final class DeathProgram {

    private DeathProgram() {
    }

    @SuppressWarnings("SystemOut") // what it is for
    public static void main(String[] args) throws Exception {
        try (DescriptorPair pair = new DescriptorPair(); EventLoop loop = new EventLoop()) {
            CompletableFuture<Integer> lost = new CompletableFuture<>();
            Handler handler = new Handler() {
                @Override
                public void ready(int events) {
                    // Wakes the loop, so that it comes to wait again.
                }

                @Override
                public void lost(int errno) {
                    lost.complete(errno);
                }
            };
            loop.register(pair.near, handler);
            for (int epoll : epolls()) {
                DescriptorPair.close(epoll);
            }
            DescriptorPair.send(pair.far, 1);
            System.out.print(lost.get(60, TimeUnit.SECONDS));
            try {
                loop.register(pair.near, handler);
            } catch (KernelSocketException e) {
                System.out.print(" " + e.errno());
            }
        }
    }

    private static List<Integer> epolls() throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.filter(DeathProgram::isEpoll).map(fd -> Integer.parseInt(fd.getFileName().toString())).toList();
        }
    }

    private static boolean isEpoll(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString().equals("anon_inode:[eventpoll]");
        } catch (IOException e) {
            return false;
        }
    }
}
