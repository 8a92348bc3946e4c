// SPDX-License-Identifier: Apache-2.0
package connector.test.agents.acceptor;

import connector.test.agents.accept.Acceptor;
import java.util.function.Consumer;
import ksock.api.KernelSocketException;
import ksock.api.KernelSockets;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** Another, of the same bundle. */
@Component(service = Second.class, immediate = true)
public final class Second {
    @Activate
    public Second(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) KernelSockets sockets,
            @Reference(target = "(test=outcomes)") Consumer<String> outcomes) throws KernelSocketException {
        new Acceptor("second", sockets, outcomes);
    }
}
