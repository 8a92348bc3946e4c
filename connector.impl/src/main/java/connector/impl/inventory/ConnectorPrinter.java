// SPDX-License-Identifier: Apache-2.0
package connector.impl.inventory;

import connector.api.runtime.ConnectorDTO;
import connector.api.runtime.ConnectorRuntime;
import connector.impl.text.Tables;
import java.io.PrintWriter;
import org.apache.felix.inventory.Format;
import org.apache.felix.inventory.InventoryPrinter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Prints a snapshot: as the shell shows it, or as JSON. */
@Component(service = InventoryPrinter.class, property = {
    InventoryPrinter.NAME + "=connector", InventoryPrinter.TITLE + "=Kernel Connector",
    InventoryPrinter.FORMAT + "=TEXT", InventoryPrinter.FORMAT + "=JSON"})
public final class ConnectorPrinter implements InventoryPrinter {

    private final ConnectorRuntime runtime;

    /**
     * Made by DS, when an inventory asks for it.
     *
     * @param runtime what it prints
     */
    @Activate
    public ConnectorPrinter(@Reference ConnectorRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public void print(PrintWriter writer, Format format, boolean isZip) {
        ConnectorDTO snapshot = runtime.getConnectorDTO();
        if (Format.JSON.equals(format)) {
            // A DTO's own text is JSON.
            writer.println(snapshot);
        } else {
            writer.println(Tables.connector(snapshot));
            writer.println(Tables.statistics(snapshot));
        }
    }
}
