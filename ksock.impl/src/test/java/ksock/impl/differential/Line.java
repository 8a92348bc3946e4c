// SPDX-License-Identifier: Apache-2.0
package ksock.impl.differential;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a sequence.
 *
 * @param name the call
 * @param numbers its numbers, the slot first
 * @param kind the kind of its address, null if it has none
 */
record Line(String name, List<Integer> numbers, String kind) {

    static Line parse(String text) {
        List<Integer> numbers = new ArrayList<>();
        String kind = null;
        List<String> words = List.of(text.split(" "));
        for (String word : words.subList(1, words.size())) {
            if (word.startsWith("@")) {
                kind = word.substring(1);
            } else {
                numbers.add(Integer.parseInt(word));
            }
        }
        return new Line(words.getFirst(), numbers, kind);
    }

    int count() {
        return numbers.size();
    }

    /** A number, 0 if there are not so many. */
    int number(int index) {
        return index < numbers.size() ? numbers.get(index) : 0;
    }
}
