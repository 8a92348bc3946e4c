// SPDX-License-Identifier: Apache-2.0
package ksock.impl.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import ksock.api.Errno;
import ksock.api.KernelSocketException;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;

/** Tables of cases: a row is a name, a set-up, a call, and what the call must give. */
final class Table {

    /** That a call must return, and what it gives is not looked at. */
    enum Success { OK }

    /** Makes what a call is made on. */
    @FunctionalInterface
    interface SetUp<T> {
        T on(Ground ground) throws Exception;
    }

    /** A call that gives nothing, or nothing that is looked at. */
    @FunctionalInterface
    interface Action<T> {
        void on(T subject) throws Exception;
    }

    /** A call that gives a number. */
    @FunctionalInterface
    interface Call<T> {
        long on(T subject) throws Exception;
    }

    private Table() {
    }

    /** The same rows for each kind of socket, on each kind of thread. */
    static Stream<DynamicContainer> each(Set<SocketKind> kinds, Function<SocketKind, Stream<DynamicTest>> rows) {
        return kinds.stream().flatMap(kind -> onBothThreads(kind.name(), () -> rows.apply(kind)));
    }

    /** The same rows on a platform thread and on a virtual one. */
    static Stream<DynamicContainer> onBothThreads(String name, Supplier<Stream<DynamicTest>> rows) {
        return Stream.of(DynamicContainer.dynamicContainer(name, rows.get()),
                DynamicContainer.dynamicContainer(name + ", virtual threads", rows.get().map(Table::onVirtualThread)));
    }

    private static DynamicTest onVirtualThread(DynamicTest row) {
        return DynamicTest.dynamicTest(row.getDisplayName(), () -> {
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            Thread.ofVirtual().name("row").start(() -> {
                try {
                    row.getExecutable().execute();
                    end.complete(null);
                } catch (Throwable e) {
                    end.complete(e);
                }
            });
            Throwable thrown = end.get(2 * Ground.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (thrown != null) {
                throw thrown;
            }
        });
    }

    /** A row whose call must fail. */
    static <T> DynamicTest row(String name, SetUp<T> setUp, Action<T> call, Errno expected) {
        return DynamicTest.dynamicTest(name + " -> " + expected, () -> {
            try (Ground ground = new Ground()) {
                T subject = setUp.on(ground);
                KernelSocketException failure = catchThrowableOfType(KernelSocketException.class,
                        () -> call.on(subject));
                assertThat(failure).as("%s must fail with %s, and did not fail", name, expected).isNotNull();
                assertThat(failure.errno()).as(failure.getMessage()).isEqualTo(expected);
                assertThat(failure.number()).isEqualTo(expected.number());
                assertThat(failure.operation()).isNotEmpty();
            }
        });
    }

    /** A row whose call must give a number. */
    static <T> DynamicTest row(String name, SetUp<T> setUp, Call<T> call, long expected) {
        return DynamicTest.dynamicTest(name + " -> " + expected, () -> {
            try (Ground ground = new Ground()) {
                assertThat(call.on(setUp.on(ground))).as(name).isEqualTo(expected);
            }
        });
    }

    /** A row whose call must not fail. */
    static <T> DynamicTest row(String name, SetUp<T> setUp, Action<T> call, Success expected) {
        return DynamicTest.dynamicTest(name + " -> " + expected, () -> {
            try (Ground ground = new Ground()) {
                call.on(setUp.on(ground));
            }
        });
    }
}
