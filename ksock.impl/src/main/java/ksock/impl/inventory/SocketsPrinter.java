// SPDX-License-Identifier: Apache-2.0
package ksock.impl.inventory;

import java.io.PrintWriter;
import ksock.api.runtime.KernelSocketsRuntime;
import ksock.api.runtime.RuntimeDTO;
import ksock.impl.text.SocketText;
import org.apache.felix.inventory.Format;
import org.apache.felix.inventory.InventoryPrinter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Prints a snapshot: as the shell shows it, or as JSON. */
@Component(service = InventoryPrinter.class, property = {
    InventoryPrinter.NAME + "=ksock", InventoryPrinter.TITLE + "=Kernel Sockets",
    InventoryPrinter.FORMAT + "=TEXT", InventoryPrinter.FORMAT + "=JSON"})
public final class SocketsPrinter implements InventoryPrinter {

    private final KernelSocketsRuntime runtime;

    /**
     * Made by DS, when an inventory asks for it.
     *
     * @param runtime what it prints
     */
    @Activate
    public SocketsPrinter(@Reference KernelSocketsRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public void print(PrintWriter writer, Format format, boolean isZip) {
        RuntimeDTO snapshot = runtime.getRuntimeDTO();
        if (Format.JSON.equals(format)) {
            // A DTO's own text is JSON.
            writer.println(snapshot);
        } else {
            writer.println(SocketText.page(snapshot));
            writer.println();
            writer.println(SocketText.table(snapshot.sockets));
        }
    }
}
