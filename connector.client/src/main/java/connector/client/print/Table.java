// SPDX-License-Identifier: Apache-2.0
package connector.client.print;

import connector.api.wire.CnText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lines of columns, each as wide as its widest cell; numbers to the right. */
public final class Table {

    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();

    /**
     * Makes a table.
     *
     * @param heads of the columns
     */
    public Table(String... heads) {
        rows.add(heads.clone());
    }

    /**
     * Adds a line.
     *
     * @param cells one for each column, null for nothing; numbers stand at the right
     */
    public void row(Object... cells) {
        rows.add(Arrays.stream(cells)
                .map(cell -> cell == null ? "" : CnText.visible(cell.toString())).toArray(String[]::new));
    }

    /** {@return the lines, the heads first} */
    public List<String> lines() {
        int columns = rows.getFirst().length;
        int[] widths = new int[columns];
        boolean[] right = new boolean[columns];
        for (int column = 0; column < columns; column++) {
            right[column] = rows.size() > 1;
            for (int row = 0; row < rows.size(); row++) {
                String cell = rows.get(row)[column];
                widths[column] = Math.max(widths[column], cell.length());
                right[column] &= row == 0 || cell.isEmpty() || isNumber(cell);
            }
        }
        List<String> lines = new ArrayList<>();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                String space = " ".repeat(widths[column] - row[column].length());
                line.append(column == 0 ? "" : GAP).append(right[column] ? space + row[column] : row[column] + space);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    /** As {@code -1.5}, {@code 17 +3}, and also an id, {@code 14.1110}. */
    private static boolean isNumber(String cell) {
        return cell.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.' || c == '+' || c == '-' || c == ' ');
    }
}
