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

/** A component with sockets of its own. */
@Component(service = First.class, immediate = true)
public final class First {
    @Activate
    public First(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) KernelSockets sockets,
            @Reference(target = "(test=outcomes)") Consumer<String> outcomes) throws KernelSocketException {
        new Acceptor("first", sockets, outcomes);
    }
}
