// SPDX-License-Identifier: Apache-2.0
package bench.harness;

/** How a contender's own figure is written. */
enum Unit {
    MICROSECONDS {
        @Override
        String text(double nanosAnOperation, double bytesAnOperation) {
            return "%.2f us".formatted(nanosAnOperation / 1e3);
        }
    },
    NANOSECONDS {
        @Override
        String text(double nanosAnOperation, double bytesAnOperation) {
            return "%.0f ns".formatted(nanosAnOperation);
        }
    },
    THOUSANDS_A_SECOND {
        @Override
        String text(double nanosAnOperation, double bytesAnOperation) {
            return "%.1fk/s".formatted(1e6 / nanosAnOperation);
        }
    },
    GIGABYTES_A_SECOND {
        @Override
        String text(double nanosAnOperation, double bytesAnOperation) {
            return "%.2f GB/s".formatted(bytesAnOperation / nanosAnOperation);
        }
    },
    MILLISECONDS_FOR_10000 {
        @Override
        String text(double nanosAnOperation, double bytesAnOperation) {
            return "%.1f ms".formatted(nanosAnOperation / 100);
        }
    };

    abstract String text(double nanosAnOperation, double bytesAnOperation);
}
